/* SPDX-License-Identifier: MIT */
#include "ci/render/json.h"

#include <jansson.h>
#include <string.h>

#include "ci/escape.h"
#include "ci/render/json_text.h"

/* A string, or null. */
static json_t *text(const char *value)
{
	LG_FREE_BY_SCOPE char *mended = value ? ci_mended(value) : NULL;

	return mended ? json_string_nocheck(mended) : json_null();
}

static json_t *number(int64_t value)
{
	return value == CI_UNKNOWN ? json_null() : json_integer(value);
}

/* Lines and columns count from 1. */
static json_t *place(uint32_t value)
{
	return value ? json_integer(value) : json_null();
}

/* Milliseconds with three digits. */
static json_t *milliseconds(int64_t microseconds)
{
	return microseconds == CI_UNKNOWN ? json_null() : json_real((double)microseconds / 1000);
}

static void set(json_t *object, const char *key, json_t *value)
{
	(void)json_object_set_new_nocheck(object, key, value);
}

/* An array whose items `render` makes of `count` items at `items`. */
#define LIST(items, count, render)                                                                 \
	__extension__({                                                                            \
		json_t *array_ = json_array();                                                     \
		for (size_t i_ = 0; i_ < (count); i_++)                                            \
			(void)json_array_append_new(array_, render(&(items)[i_]));                 \
		array_;                                                                            \
	})

static json_t *finding(const struct ci_finding *item)
{
	json_t *object = json_object();

	set(object, "code", text(item->code));
	set(object, "severity", text(item->severity));
	set(object, "version", text(item->version));
	set(object, "name", text(item->name));
	set(object, "kind", text(item->kind));
	set(object, "file", text(item->file));
	set(object, "line", place(item->line));
	set(object, "column", place(item->column));
	set(object, "message", text(item->message));
	set(object, "hint", text(item->hint));
	return object;
}

static json_t *planned(const struct ci_planned *item)
{
	json_t *object = json_object();

	set(object, "action", text(item->action));
	set(object, "kind", text(item->kind));
	set(object, "version", text(item->version));
	set(object, "name", text(item->name));
	set(object, "transaction", json_boolean(item->is_transactional));
	set(object, "file", text(item->file));
	set(object, "statements", json_integer(item->statements));
	return object;
}

static json_t *lock(const struct ci_lock *item)
{
	json_t *object = json_object();

	set(object, "mode", text(item->mode));
	set(object, "relation", text(item->relation));
	return object;
}

static json_t *names(const char *const *items, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(array, text(items[i]));
	return array;
}

static json_t *rehearsed(const struct ci_rehearsed *item)
{
	json_t *object = json_object();

	set(object, "kind", text(item->kind));
	set(object, "version", text(item->version));
	set(object, "name", text(item->name));
	set(object, "file", text(item->file));
	set(object, "statement", json_integer(item->statement));
	set(object, "line", place(item->line));
	set(object, "duration_ms", milliseconds(item->duration_us));
	set(object, "rows", number(item->rows));
	set(object, "locks", LIST(item->locks, item->lock_count, lock));
	set(object, "rewritten", names(item->rewritten, item->rewritten_count));
	set(object, "truncated", names(item->truncated, item->truncated_count));
	return object;
}

static json_t *done(const struct ci_done *item)
{
	json_t *object = json_object();

	set(object, "kind", text(item->kind));
	set(object, "version", text(item->version));
	set(object, "name", text(item->name));
	set(object, "statements", json_integer(item->statements));
	set(object, "duration_ms", milliseconds(item->duration_us));
	return object;
}

static json_t *migration(const struct ci_migration *item)
{
	json_t *object = json_object();

	set(object, "kind", text(item->kind));
	set(object, "version", text(item->version));
	set(object, "name", text(item->name));
	set(object, "state", text(item->state));
	set(object, "batch", text(item->batch));
	set(object, "applied_at", text(item->applied_at));
	set(object, "adopted_from", text(item->adopted_from));
	set(object, "file", text(item->file));
	return object;
}

static json_t *bundle(const struct ci_bundle *item)
{
	json_t *object = json_object();

	set(object, "id", text(item->id));
	set(object, "source", text(item->source));
	set(object, "migrations", json_integer((json_int_t)item->migrations));
	set(object, "signed_by", text(item->signed_by));
	return object;
}

static json_t *target(const struct ci_target *item)
{
	json_t *object = json_object();

	set(object, "engine", text(item->engine));
	set(object, "database", text(item->database));
	set(object, "server_version", text(item->server_version));
	return object;
}

static json_t *error(const struct ci_error *item)
{
	json_t *object = json_object();

	set(object, "message", text(item->message));
	set(object, "sqlstate", text(item->sqlstate));
	set(object, "file", text(item->file));
	set(object, "line", place(item->line));
	set(object, "column", place(item->column));
	set(object, "version", text(item->version));
	return object;
}

static json_t *timing(const struct ci_report *report)
{
	json_t *object = json_object();

	set(object, "connect_ms", milliseconds(report->connect_us));
	set(object, "lock_ms", milliseconds(report->lock_us));
	set(object, "apply_ms", milliseconds(report->apply_us));
	set(object, "total_ms", milliseconds(report->total_us));
	return object;
}

static json_t *drift_change(const struct ci_drift_change *item)
{
	json_t *object = json_object();

	set(object, "change", text(item->change));
	set(object, "kind", text(item->kind));
	set(object, "identity", text(item->identity));
	set(object, "difference", text(item->difference));
	return object;
}

static json_t *drift_gap(const struct ci_drift_gap *item)
{
	json_t *object = json_object();

	set(object, "kind", text(item->kind));
	set(object, "count", json_integer((json_int_t)item->count));
	return object;
}

static json_t *drift(const struct ci_drift *item)
{
	json_t *object = json_object();

	set(object, "recorded_batch", text(item->recorded_batch));
	set(object, "recorded_release", text(item->recorded_release));
	set(object, "release", text(item->release));
	set(object, "objects", json_integer((json_int_t)item->objects));
	set(object, "skipped", json_integer((json_int_t)item->skipped));
	set(object, "changes", LIST(item->changes, item->change_count, drift_change));
	set(object, "uncovered", LIST(item->gaps, item->gap_count, drift_gap));
	return object;
}

static void set_identity(json_t *root, const struct ci_report *report)
{
	set(root, "lockgate", text(report->tool_version));
	set(root, "command", text(report->command));
	set(root, "outcome", text(report->outcome));
	set(root, "exit_code", json_integer(report->exit_code));
	set(root, "project", text(report->project));
	set(root, "scope", text(report->scope));
	set(root, "environment", text(report->environment));
	set(root, "bundle", report->bundle ? bundle(report->bundle) : json_null());
	set(root, "target", report->target ? target(report->target) : json_null());
	set(root, "plan_token", text(report->plan_token));
}

void render_json(const struct ci_report *report, struct lg_buf *out)
{
	json_t *root = json_object();

	set_identity(root, report);
	set(root, "findings", LIST(report->findings, report->finding_count, finding));
	set(root, "plan", LIST(report->plan, report->plan_count, planned));
	set(root, "rehearsal",
		report->is_rehearsal ? LIST(report->rehearsed, report->rehearsed_count, rehearsed)
				     : json_null());
	set(root, "applied", LIST(report->applied, report->applied_count, done));
	set(root, "reverted", LIST(report->reverted, report->reverted_count, done));
	if (strcmp(report->command, "status") == 0)
		set(root, "migrations",
			LIST(report->migrations, report->migration_count, migration));
	if (strcmp(report->command, "drift") == 0)
		set(root, "drift", report->drift ? drift(report->drift) : json_null());
	set(root, "pending", number(report->pending));
	set(root, "current", text(report->current));
	set(root, "batch", text(report->batch));
	set(root, "error", report->error ? error(report->error) : json_null());
	set(root, "timing", timing(report));

	(void)json_dump_callback(
		root, ci_json_append, out, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	lg_buf_addc(out, '\n');
	json_decref(root);
}

/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/read_row.h"

#include <string.h>

#include "bundles/limits.h"
#include "bundles/script.h"
#include "bundles/version.h"

/* The columns of read_migrations.sql. */
enum column {
	COLUMN_KIND,
	COLUMN_VERSION,
	COLUMN_NAME,
	COLUMN_POSITION,
	COLUMN_STATE,
	COLUMN_ALGORITHM,
	COLUMN_RAW,
	COLUMN_CONTENT,
	COLUMN_TOKENS,
	COLUMN_DOWN,
	COLUMN_PHASE,
	COLUMN_BATCH,
	COLUMN_STARTED,
	COLUMN_APPLIED,
	COLUMN_DURATION,
	COLUMN_DONE,
	COLUMN_TOTAL,
	COLUMN_ADOPTED,
	COLUMN_ACTION,
	COLUMN_OUTCOME,
};

static const char *const column_names[] = {
	[COLUMN_KIND] = "kind",
	[COLUMN_VERSION] = "version",
	[COLUMN_NAME] = "name",
	[COLUMN_POSITION] = "position",
	[COLUMN_STATE] = "state",
	[COLUMN_ALGORITHM] = "algorithm",
	[COLUMN_RAW] = "raw_sha256",
	[COLUMN_CONTENT] = "content_sha256",
	[COLUMN_TOKENS] = "tokens_sha256",
	[COLUMN_DOWN] = "down_sha256",
	[COLUMN_PHASE] = "phase",
	[COLUMN_BATCH] = "batch_id",
	[COLUMN_STARTED] = "started_at",
	[COLUMN_APPLIED] = "applied_at",
	[COLUMN_DURATION] = "duration_us",
	[COLUMN_DONE] = "statements_done",
	[COLUMN_TOTAL] = "statements_total",
	[COLUMN_ADOPTED] = "adopted_from",
};

static const char *text_column(struct sqlite_query *query, enum column column)
{
	const char *text = sqlite_column(query, (int)column);

	return text ? text : "";
}

static enum lg_status hint_damage(struct lg_error *err)
{
	return lg_hint(err, "the row was changed by hand, or by a newer lockgate: put it right, or "
			    "restore the database from a backup");
}

static enum lg_status fail_column(
	struct sqlite_query *query, enum column column, struct lg_error *err)
{
	(void)lg_fail(err, LG_DATABASE, "the history of version '%s' has an unknown %s: '%s'",
		text_column(query, COLUMN_VERSION), column_names[column],
		text_column(query, column));
	return hint_damage(err);
}

/* A NUL would hide what follows it. */
static enum lg_status demand_texts(struct sqlite_query *query, struct lg_error *err)
{
	for (enum column column = COLUMN_KIND; column <= COLUMN_ADOPTED; column++)
		if (sqlite_column_bytes(query, (int)column) != strlen(text_column(query, column)))
			return hint_damage(
				(lg_fail(err, LG_DATABASE,
					 "the history of version '%s' has a NUL in its %s",
					 text_column(query, COLUMN_VERSION), column_names[column]),
					err));
	return LG_OK;
}

static enum lg_status read_digest(
	struct sqlite_query *query, enum column column, struct lg_digest *out, struct lg_error *err)
{
	const char *text = text_column(query, column);
	struct lg_error ignored;

	if (lg_digest_parse(text, strlen(text), out, &ignored))
		return fail_column(query, column, err);
	return LG_OK;
}

static enum lg_status read_number(struct sqlite_query *query, enum column column, int64_t lowest,
	int64_t highest, int64_t *out, struct lg_error *err)
{
	if (!sqlite_column_is_number(query, (int)column))
		return fail_column(query, column, err);
	*out = sqlite_column_number(query, (int)column);
	if (*out < lowest || *out > highest)
		return fail_column(query, column, err);
	return LG_OK;
}

static const char *keep(struct history *history, struct sqlite_query *query, enum column column)
{
	const char *text = sqlite_column(query, (int)column);

	return text ? lg_arena_add(&history->strings, text) : NULL;
}

static enum lg_status read_phase(
	struct sqlite_query *query, enum migration_phase *out, struct lg_error *err)
{
	const char *name = sqlite_column(query, COLUMN_PHASE);

	*out = PHASE_NONE;
	if (!name)
		return LG_OK;
	for (enum migration_phase phase = PHASE_EXPAND; phase <= PHASE_CONTRACT; phase++)
		if (strcmp(name, migration_phase_name(phase)) == 0) {
			*out = phase;
			return LG_OK;
		}
	return fail_column(query, COLUMN_PHASE, err);
}

/*
 * A row under way can be taken up again when its run died or was cancelled, for the journal then
 * tells exactly what is done, or when a human has decided; not when a statement failed, and not
 * when it was being reverted.
 */
static bool is_resumable(struct sqlite_query *query)
{
	const char *action = text_column(query, COLUMN_ACTION);
	const char *outcome = sqlite_column(query, COLUMN_OUTCOME);

	if (strcmp(action, "resolve") == 0)
		return true;
	return strcmp(action, "apply") == 0 && (!outcome || strcmp(outcome, "failed") != 0);
}

/* Versions are compared as numbers, so one that is none must not get any further. */
static bool is_sound(enum migration_kind kind, const char *version)
{
	return kind == MIGRATION_REPEATABLE ? bundle_name_is_valid(version)
					    : version_is_valid(version);
}

/* What the row is about, and what was recorded of its script. */
static enum lg_status read_identity(struct history *history, struct history_row *row,
	struct sqlite_query *query, struct lg_error *err)
{
	if (!migration_kind_parse(text_column(query, COLUMN_KIND), &row->kind))
		return fail_column(query, COLUMN_KIND, err);
	if (!is_sound(row->kind, text_column(query, COLUMN_VERSION)))
		return fail_column(query, COLUMN_VERSION, err);
	if (strcmp(text_column(query, COLUMN_ALGORITHM), SCRIPT_ALGORITHM) != 0)
		return fail_column(query, COLUMN_ALGORITHM, err);
	row->version = keep(history, query, COLUMN_VERSION);
	row->name = keep(history, query, COLUMN_NAME);
	row->algorithm = keep(history, query, COLUMN_ALGORITHM);
	row->has_down = sqlite_column(query, COLUMN_DOWN) != NULL;
	if (row->has_down && read_digest(query, COLUMN_DOWN, &row->down_content, err))
		return err->status;
	if (read_digest(query, COLUMN_RAW, &row->hashes.raw, err) ||
		read_digest(query, COLUMN_CONTENT, &row->hashes.content, err) ||
		read_digest(query, COLUMN_TOKENS, &row->hashes.tokens, err))
		return err->status;
	return read_phase(query, &row->phase, err);
}

/* How far it has come. */
static enum lg_status read_progress(
	struct history_row *row, struct sqlite_query *query, struct lg_error *err)
{
	int64_t position = 0;
	int64_t done = 0;
	int64_t total = 0;

	if (!history_state_parse(text_column(query, COLUMN_STATE), &row->state))
		return fail_column(query, COLUMN_STATE, err);
	if (read_number(query, COLUMN_POSITION, 1, INT64_MAX / 2, &position, err) ||
		read_number(query, COLUMN_TOTAL, 0, BUNDLE_MAX_STATEMENTS, &total, err) ||
		read_number(query, COLUMN_DONE, 0, BUNDLE_MAX_STATEMENTS, &done, err))
		return err->status;
	row->position = (uint64_t)position;
	row->statements_done = (uint32_t)done;
	row->statements_total = (uint32_t)total;
	row->duration_us = sqlite_column_number(query, COLUMN_DURATION);
	row->is_resumable = row->state == HISTORY_RUNNING && is_resumable(query);
	return LG_OK;
}

enum lg_status sqlite_read_row(
	struct history *history, struct sqlite_query *query, struct lg_error *err)
{
	struct history_row *row = history_add(history);

	if (demand_texts(query, err) || read_identity(history, row, query, err) ||
		read_progress(row, query, err))
		return err->status;
	row->batch_id = keep(history, query, COLUMN_BATCH);
	row->started_at = keep(history, query, COLUMN_STARTED);
	row->applied_at = keep(history, query, COLUMN_APPLIED);
	row->adopted_from = keep(history, query, COLUMN_ADOPTED);
	return LG_OK;
}

/* SPDX-License-Identifier: MIT */
#include "ci/redact.h"

#include <string.h>

struct redaction {
	const struct ci_secrets *secrets;
	struct lg_arena *strings;
};

static void clean(const struct redaction *redaction, const char **text)
{
	*text = ci_redact_text(redaction->secrets, *text, redaction->strings);
}

/* A copy of `count` items of `bytes` bytes each, to be changed. */
static void *copy(const struct redaction *redaction, const void *items, size_t count, size_t bytes)
{
	void *out = lg_arena_alloc(redaction->strings, count * bytes + 1);

	if (count)
		memcpy(out, items, count * bytes);
	return out;
}

static const struct ci_finding *clean_findings(
	const struct redaction *redaction, const struct ci_report *report)
{
	struct ci_finding *items = copy(
		redaction, report->findings, report->finding_count, sizeof(report->findings[0]));

	for (size_t i = 0; i < report->finding_count; i++) {
		clean(redaction, &items[i].version);
		clean(redaction, &items[i].name);
		clean(redaction, &items[i].file);
		clean(redaction, &items[i].message);
		clean(redaction, &items[i].hint);
		clean(redaction, &items[i].excerpt);
		clean(redaction, &items[i].difference);
	}
	return items;
}

static const struct ci_planned *clean_plan(
	const struct redaction *redaction, const struct ci_report *report)
{
	struct ci_planned *items =
		copy(redaction, report->plan, report->plan_count, sizeof(report->plan[0]));

	for (size_t i = 0; i < report->plan_count; i++) {
		clean(redaction, &items[i].version);
		clean(redaction, &items[i].name);
		clean(redaction, &items[i].file);
	}
	return items;
}

static const struct ci_lock *clean_locks(
	const struct redaction *redaction, const struct ci_rehearsed *statement)
{
	struct ci_lock *items =
		copy(redaction, statement->locks, statement->lock_count, sizeof(*items));

	for (size_t i = 0; i < statement->lock_count; i++)
		clean(redaction, &items[i].relation);
	return items;
}

static const char *const *clean_names(
	const struct redaction *redaction, const char *const *names, size_t count)
{
	const char **items = copy(redaction, names, count, sizeof(*items));

	for (size_t i = 0; i < count; i++)
		clean(redaction, &items[i]);
	return items;
}

static const struct ci_rehearsed *clean_rehearsal(
	const struct redaction *redaction, const struct ci_report *report)
{
	struct ci_rehearsed *items = copy(redaction, report->rehearsed, report->rehearsed_count,
		sizeof(report->rehearsed[0]));

	for (size_t i = 0; i < report->rehearsed_count; i++) {
		struct ci_rehearsed *item = &items[i];

		clean(redaction, &item->version);
		clean(redaction, &item->name);
		clean(redaction, &item->file);
		item->locks = clean_locks(redaction, item);
		item->rewritten = clean_names(redaction, item->rewritten, item->rewritten_count);
		item->truncated = clean_names(redaction, item->truncated, item->truncated_count);
	}
	return items;
}

static const struct ci_done *clean_done(
	const struct redaction *redaction, const struct ci_done *done, size_t count)
{
	struct ci_done *items = copy(redaction, done, count, sizeof(*done));

	for (size_t i = 0; i < count; i++) {
		clean(redaction, &items[i].version);
		clean(redaction, &items[i].name);
	}
	return items;
}

static const struct ci_migration *clean_migrations(
	const struct redaction *redaction, const struct ci_report *report)
{
	struct ci_migration *items = copy(redaction, report->migrations, report->migration_count,
		sizeof(report->migrations[0]));

	for (size_t i = 0; i < report->migration_count; i++) {
		clean(redaction, &items[i].version);
		clean(redaction, &items[i].name);
		clean(redaction, &items[i].file);
		clean(redaction, &items[i].adopted_from);
	}
	return items;
}

static const struct ci_drift *clean_drift(
	const struct redaction *redaction, const struct ci_drift *drift)
{
	struct ci_drift_change *items;
	struct ci_drift *out;

	if (!drift)
		return NULL;
	out = copy(redaction, drift, 1, sizeof(*drift));
	items = copy(redaction, drift->changes, drift->change_count, sizeof(*items));
	for (size_t i = 0; i < drift->change_count; i++) {
		clean(redaction, &items[i].identity);
		clean(redaction, &items[i].difference);
	}
	out->changes = items;
	return out;
}

static const struct ci_moment *clean_moments(
	const struct redaction *redaction, const struct ci_report *report)
{
	struct ci_moment *items =
		copy(redaction, report->moments, report->moment_count, sizeof(report->moments[0]));

	for (size_t i = 0; i < report->moment_count; i++)
		clean(redaction, &items[i].text);
	return items;
}

static const struct ci_error *clean_error(
	const struct redaction *redaction, const struct ci_error *error)
{
	struct ci_error *item;

	if (!error)
		return NULL;
	item = copy(redaction, error, 1, sizeof(*error));
	clean(redaction, &item->message);
	clean(redaction, &item->file);
	clean(redaction, &item->version);
	return item;
}

static const struct ci_bundle *clean_bundle(
	const struct redaction *redaction, const struct ci_bundle *bundle)
{
	struct ci_bundle *item;

	if (!bundle)
		return NULL;
	item = copy(redaction, bundle, 1, sizeof(*bundle));
	clean(redaction, &item->source);
	clean(redaction, &item->signed_by);
	return item;
}

struct ci_report ci_redact_report(
	const struct ci_secrets *secrets, const struct ci_report *report, struct lg_arena *strings)
{
	const struct redaction redaction = {.secrets = secrets, .strings = strings};
	struct ci_report out = *report;

	out.findings = clean_findings(&redaction, report);
	out.plan = clean_plan(&redaction, report);
	out.rehearsed = clean_rehearsal(&redaction, report);
	out.applied = clean_done(&redaction, report->applied, report->applied_count);
	out.reverted = clean_done(&redaction, report->reverted, report->reverted_count);
	out.migrations = clean_migrations(&redaction, report);
	out.moments = clean_moments(&redaction, report);
	out.drift = clean_drift(&redaction, report->drift);
	out.error = clean_error(&redaction, report->error);
	out.bundle = clean_bundle(&redaction, report->bundle);
	clean(&redaction, &out.current);
	clean(&redaction, &out.environment);
	return out;
}

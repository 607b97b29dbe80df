/* SPDX-License-Identifier: MIT */
#include "plugin/report_fill.h"

#include <string.h>

#include "bundles/version.h"
#include "gate/merge.h"

/* The report outlives what it is made from. */
static const char *keep(struct run *run, const char *text)
{
	return text ? lg_arena_add(&run->strings, text) : NULL;
}

static void fill_findings(struct run *run, const struct gate_verdict *verdict)
{
	struct ci_finding *items =
		lg_arena_alloc(&run->strings, verdict->finding_count * sizeof(*items));

	for (size_t i = 0; i < verdict->finding_count; i++) {
		const struct gate_finding *finding = &verdict->findings[i];

		items[i] = (struct ci_finding){
			.code = finding_code_name(finding->code),
			.severity = finding_severity_name(finding->severity),
			.version = keep(run, finding->version),
			.name = keep(run, finding->name),
			.kind = finding->version ? migration_kind_name(finding->kind) : NULL,
			.file = source_file(finding->is_in_base ? &run->base : &run->source,
				finding->file, &run->strings),
			.line = finding->line,
			.column = finding->column,
			.message = keep(run, finding->message),
			.hint = keep(run, finding->hint),
		};
	}
	run->report.findings = items;
	run->report.finding_count = verdict->finding_count;
}

static void fill_plan(struct run *run, const struct gate_verdict *verdict)
{
	struct ci_planned *items =
		lg_arena_alloc(&run->strings, verdict->plan_count * sizeof(*items));

	for (size_t i = 0; i < verdict->plan_count; i++) {
		const struct migration *migration = verdict->plan[i].migration;

		items[i] = (struct ci_planned){
			.action = "apply",
			.kind = migration_kind_name(migration->kind),
			.version = migration->version,
			.name = migration->name,
			.file = source_file(&run->source, migration->up.file, &run->strings),
			.is_transactional = migration->up.directives.is_transactional,
			.statements = migration->up.statements,
		};
	}
	run->report.plan = items;
	run->report.plan_count = verdict->plan_count;
}

void report_verdict(struct run *run, const struct gate_verdict *verdict)
{
	fill_findings(run, verdict);
	fill_plan(run, verdict);
}

/* Where every row is as the bundle has it, the bundle's newest version is the current one. */
static const char *newest_version(const struct bundle *bundle)
{
	const char *newest = NULL;

	for (size_t i = 0; i < bundle->count; i++)
		if (bundle->migrations[i].kind <= MIGRATION_BASELINE)
			newest = bundle->migrations[i].version;
	return newest;
}

void report_simulated(
	struct run *run, const struct gate_verdict *verdict, const struct history *history)
{
	report_verdict(run, verdict);
	run->report.pending = (int64_t)verdict->plan_count;
	run->report.current = keep(run, history_current(history));
}

void report_decision(struct run *run, const struct gate_decision *decision)
{
	report_verdict(run, &decision->verdict);
	run->report.plan_token = run->has_source ? keep(run, decision->plan_token) : NULL;
	run->report.pending = run->has_source ? (int64_t)decision->verdict.plan_count : CI_UNKNOWN;
	if (decision->has_rows)
		run->report.current = keep(run, history_current(&decision->history));
	else if (run->has_source)
		run->report.current = newest_version(&run->source.bundle);
}

const struct ci_done *report_done(struct run *run, const struct gate_done *done, size_t count)
{
	struct ci_done *items = lg_arena_alloc(&run->strings, count * sizeof(*items));

	for (size_t i = 0; i < count; i++)
		items[i] = (struct ci_done){
			.kind = migration_kind_name(done[i].kind),
			.version = keep(run, done[i].version),
			.name = keep(run, done[i].name),
			.statements = done[i].statements,
			.duration_us = done[i].duration_us,
		};
	return items;
}

void report_applied(struct run *run, const struct gate_application *application)
{
	const struct gate_done *done = application->done;
	size_t count = application->done_count;

	run->report.applied = report_done(run, done, count);
	run->report.applied_count = count;
	run->report.pending -= (int64_t)(count - application->done_before);
	for (size_t i = 0; i < count; i++)
		if (done[i].kind <= MIGRATION_BASELINE &&
			(!run->report.current ||
				version_compare(done[i].version, run->report.current) > 0))
			run->report.current = run->report.applied[i].version;
}

static struct ci_migration from_row(struct run *run, const struct history_row *row)
{
	return (struct ci_migration){
		.kind = migration_kind_name(row->kind),
		.version = keep(run, row->version),
		.name = keep(run, row->name),
		.state = history_state_name(row->state),
		.batch = keep(run, row->batch_id),
		.applied_at = keep(run, row->applied_at),
		.adopted_from = keep(run, row->adopted_from),
	};
}

static struct ci_migration from_source(const struct migration *migration)
{
	return (struct ci_migration){
		.kind = migration_kind_name(migration->kind),
		.version = migration->version,
		.name = migration->name,
		.state = "pending",
	};
}

/*
 * Whether the plan runs this migration: a skipped baseline or a seed is none of the pending. Both
 * lists have one order, so `*at_plan` only moves on.
 */
static bool is_planned(const struct run *run, const struct migration *migration, size_t *at_plan)
{
	const struct ci_planned *next = &run->report.plan[*at_plan];

	if (*at_plan == run->report.plan_count || next->version != migration->version ||
		next->name != migration->name)
		return false;
	(*at_plan)++;
	return true;
}

/* What the history and the source say together of one migration. */
static struct ci_migration combine(struct run *run, const struct merge_pair *pair, bool is_due)
{
	const struct history_row *row = pair->row;
	struct ci_migration item;

	if (!row)
		return from_source(pair->migration);
	item = from_row(run, row);
	/* What this very batch has done stands in the plan, and is due no more. */
	if (row->state == HISTORY_RUNNING ||
		(run->report.batch && item.batch && strcmp(item.batch, run->report.batch) == 0))
		return item;
	/* A repeatable that has changed stands in the history and is due again. */
	if (is_due)
		item.state = "pending";
	else if (!pair->migration && run->has_source)
		item.state = "missing";
	return item;
}

/* Merges both lists; `out` has room for all of both. */
static size_t merge(struct run *run, const struct history *history, struct ci_migration *out)
{
	struct merge merge = {
		.bundle = &run->source.bundle, .history = history, .with_seeds = true};
	struct merge_pair pair;
	size_t at_plan = 0;
	size_t count = 0;

	while (merge_next(&merge, &pair)) {
		bool is_due = pair.migration && is_planned(run, pair.migration, &at_plan);

		if (!pair.row && !is_due)
			continue;
		out[count] = combine(run, &pair, is_due);
		if (pair.migration)
			out[count].file =
				source_file(&run->source, pair.migration->up.file, &run->strings);
		count++;
	}
	return count;
}

void report_migrations(struct run *run, const struct history *history)
{
	size_t room = history->count + (run->has_source ? run->source.bundle.count : 0);
	struct ci_migration *items = lg_arena_alloc(&run->strings, room * sizeof(*items));

	run->report.migration_count = merge(run, history, items);
	run->report.migrations = items;
}

/* SPDX-License-Identifier: MIT */
#include "plugin/rehearsing.h"

#include <stdio.h>

#include "gate/rehearse.h"
#include "plugin/present.h"
#include "plugin/report_fill.h"

static const struct ci_lock *keep_locks(struct run *run, const struct statement_trace *trace)
{
	struct ci_lock *locks = lg_arena_alloc(&run->strings, trace->lock_count * sizeof(*locks));

	for (size_t i = 0; i < trace->lock_count; i++)
		locks[i] = (struct ci_lock){
			.mode = lg_arena_add(&run->strings, trace->locks[i].mode),
			.relation = lg_arena_add(&run->strings, trace->locks[i].relation),
		};
	return locks;
}

static const char *const *keep_names(struct run *run, const struct statement_trace *trace)
{
	const char **names = lg_arena_alloc(&run->strings, trace->rewritten_count * sizeof(*names));

	for (size_t i = 0; i < trace->rewritten_count; i++)
		names[i] = lg_arena_add(&run->strings, trace->rewritten[i]);
	return names;
}

static struct ci_rehearsed item_of(struct run *run, const struct rehearsed_statement *statement)
{
	const struct migration *migration = statement->migration;
	const struct statement_trace *trace = &statement->trace;
	struct ci_rehearsed item = {
		.kind = migration_kind_name(migration->kind),
		.version = migration->version,
		.name = migration->name,
		.file = source_file(&run->source, migration->up.file, &run->strings),
		.statement = trace->index,
		.line = trace->line,
		.duration_us = trace->duration_us,
		.rows = trace->rows == TRACE_NO_ROWS ? CI_UNKNOWN : trace->rows,
		.locks = keep_locks(run, trace),
		.lock_count = trace->lock_count,
	};

	if (trace->is_truncation) {
		item.truncated = keep_names(run, trace);
		item.truncated_count = trace->rewritten_count;
	} else {
		item.rewritten = keep_names(run, trace);
		item.rewritten_count = trace->rewritten_count;
	}
	return item;
}

static void fill(struct run *run, const struct gate_rehearsal *rehearsal)
{
	struct ci_rehearsed *items =
		lg_arena_alloc(&run->strings, rehearsal->count * sizeof(*items));

	for (size_t i = 0; i < rehearsal->count; i++)
		items[i] = item_of(run, &rehearsal->statements[i]);
	run->report.rehearsed = items;
	run->report.rehearsed_count = rehearsal->count;
	run->report.lock_us = rehearsal->lock_us;
}

static void present_names(
	const struct run *run, const char *verb, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		output_line(&run->output, TONE_WARN, "    %s %s", verb, names[i]);
}

static void present_item(const struct run *run, const struct ci_rehearsed *item)
{
	const char *name = output_distinct_name(item->version, item->name);
	char rows[48] = "";

	if (item->rows != CI_UNKNOWN)
		(void)snprintf(rows, sizeof(rows), ", %lld row%s", (long long)item->rows,
			item->rows == 1 ? "" : "s");
	output_line(&run->output, TONE_PLAIN, "rehearsed: %s%s%s, statement %u (%s:%u): %.1f ms%s",
		item->version, *name ? " " : "", name, item->statement,
		item->file ? item->file : "?", item->line, (double)item->duration_us / 1000, rows);
	for (size_t i = 0; i < item->lock_count; i++)
		output_line(&run->output, TONE_PLAIN, "    locks %s: %s", item->locks[i].relation,
			item->locks[i].mode);
	present_names(run, "rewrites", item->rewritten, item->rewritten_count);
	present_names(run, "truncates", item->truncated, item->truncated_count);
}

static void present(const struct run *run)
{
	for (size_t i = 0; i < run->report.rehearsed_count; i++)
		present_item(run, &run->report.rehearsed[i]);
}

/* Others may have been here since the plan was made. */
static void take_decision(struct run *run, const struct gate_decision *decision)
{
	report_decision(run, decision);
	run->is_refused = decision->verdict.is_blocked;
}

enum lg_status rehearsing_run(
	struct run *run, const struct gate_request *request, struct lg_error *err)
{
	LG_CLEANUP(rehearsal_release) struct gate_rehearsal rehearsal;
	enum lg_status status;

	rehearsal_init(&rehearsal);
	status = gate_rehearse(run->target, request, &rehearsal, err);
	fill(run, &rehearsal);
	present(run);
	if (status)
		return source_place(&run->source, err);
	take_decision(run, &rehearsal.decision);
	if (run->is_refused)
		present_findings(run);
	return LG_OK;
}

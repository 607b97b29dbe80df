/* SPDX-License-Identifier: MIT */
#include "gate/revert.h"

#include <string.h>

#include "plugin/commands.h"
#include "plugin/listeners.h"
#include "plugin/present.h"
#include "plugin/report_fill.h"
#include "plugin/show_sql.h"

static enum lg_status choose(
	const struct options *options, struct revert_selection *out, struct lg_error *err)
{
	int given = (options->batch != NULL) + (options->steps > 0) + (options->to != NULL) +
		    options->all;

	if (given > 1)
		return lg_fail(
			err, LG_USAGE, "--batch, --steps, --to and --all exclude each other");
	*out = (struct revert_selection){.choice = REVERT_LAST_BATCH,
		.id = options->batch,
		.version = options->to,
		.steps = options->steps};
	if (options->batch && strcmp(options->batch, "last") != 0)
		out->choice = REVERT_BATCH;
	else if (options->steps)
		out->choice = REVERT_STEPS;
	else if (options->to)
		out->choice = REVERT_TO;
	else if (options->all)
		out->choice = REVERT_ALL;
	return LG_OK;
}

static void fill_report(struct run *run, const struct gate_reversal *reversal)
{
	struct gate_done *done =
		lg_arena_alloc(&run->strings, reversal->done_count * sizeof(*done));

	for (size_t i = 0; i < reversal->done_count; i++) {
		const struct revert_step *step = &reversal->steps[i];

		done[i] = (struct gate_done){.kind = step->row->kind,
			.version = step->row->version,
			.name = step->row->name,
			.statements = step->facts.statements,
			.duration_us = step->duration_us};
	}
	report_verdict(run, &reversal->verdict);
	run->report.reverted = report_done(run, done, reversal->done_count);
	run->report.reverted_count = reversal->done_count;
	run->is_refused = reversal->verdict.is_blocked;
	if (!reversal->batch.id[0])
		return;
	run->report.batch = lg_arena_add(&run->strings, reversal->batch.id);
	run->report.lock_us = reversal->lock_us;
	run->report.apply_us = reversal->revert_us;
}

/* What was undone is told in any case; that it is well only when it is. */
static void present_reversal(
	const struct run *run, const struct gate_reversal *reversal, enum lg_status status)
{
	const struct ci_report *report = &run->report;

	present_findings(run);
	for (size_t i = 0; i < report->reverted_count; i++)
		present_done(run, "reverted", &report->reverted[i]);
	if (status)
		return;
	if (run->is_refused) {
		present_verdict(run);
		return;
	}
	present_other_project(run, &reversal->history);
	if (reversal->kept > 0)
		output_line(&run->output, TONE_PLAIN,
			"note: repeatables and seeds stay as they are; that batch had %zu",
			reversal->kept);
	if (reversal->step_count == 0)
		output_line(&run->output, TONE_GOOD, "ok: nothing to undo");
	else if (report->reverted_count > 0)
		output_line(&run->output, TONE_GOOD, "ok: %zu reverted in batch %s",
			report->reverted_count, reversal->batch.id);
}

static enum lg_status dry_run(struct run *run, const struct gate_request *request,
	const struct revert_selection *selection, struct gate_reversal *reversal,
	struct lg_error *err)
{
	enum lg_status status = gate_revert_plan(run->target, request, selection, reversal, err);

	fill_report(run, reversal);
	run->is_refused = run->is_refused && !status;
	if (!status && !run->is_refused)
		show_revert_sql(run, reversal);
	present_reversal(run, reversal, status);
	return status;
}

static enum lg_status revert(struct run *run, const struct gate_request *request,
	const struct revert_selection *selection, struct gate_reversal *reversal,
	struct lg_error *err)
{
	const struct options *options = &run->options;
	bool has_selector = options->batch || options->steps || options->to || options->all;
	enum lg_status status;

	if (run_confirm(run, has_selector, "undo migrations of this database", err))
		return err->status;
	reporting_start(run);
	status = gate_revert(run->target, request, selection, reversal, err);
	listeners_unrecorded(run, &reversal->watch.failure);
	fill_report(run, reversal);
	run->is_refused = run->is_refused && !status;
	present_reversal(run, reversal, status);
	if (status == LG_FAILED && !err->hint[0])
		(void)lg_hint(err,
			"nothing of this down script was kept; what was undone before it "
			"stays undone");
	return status;
}

/* The state after it: reading is all that is needed, and no failure of the command. */
static void report_current(struct run *run)
{
	LG_CLEANUP(history_release) struct history history;
	const char *current;
	struct lg_error ignored;

	history_init(&history);
	if (run->target->driver->read_history(run->target, &history, &ignored))
		return;
	current = history_current(&history);
	run->report.current = current ? lg_arena_add(&run->strings, current) : NULL;
}

enum lg_status cmd_revert(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(reversal_release) struct gate_reversal reversal;
	struct revert_selection selection;
	struct gate_request request;
	enum lg_status status;

	reversal_init(&reversal);
	if (run_limit_arguments(run, 1, err) || choose(&run->options, &selection, err) ||
		run_open_source(run, 0, SOURCE_IF_NAMED, err))
		return err->status;
	if (run->has_source && source_load(&run->source, err))
		return err->status;
	if (run_open_target(run, run->options.dry_run, err))
		return err->status;
	request = run_request(run);
	status = run->options.dry_run ? dry_run(run, &request, &selection, &reversal, err)
				      : revert(run, &request, &selection, &reversal, err);
	report_current(run);
	return status ? source_place(&run->source, err) : LG_OK;
}

/* SPDX-License-Identifier: MIT */
#include "gate/adopt.h"

#include "plugin/commands.h"
#include "plugin/present.h"
#include "plugin/report_fill.h"

static enum lg_status check_options(const struct options *options, struct lg_error *err)
{
	int given = (options->from != NULL) + (options->to != NULL) + options->undo;

	if (given > 1)
		return lg_fail(err, LG_USAGE, "--from, --to and --undo exclude each other");
	if (given == 0)
		return lg_hint(
			(lg_fail(err, LG_USAGE, "adopt needs --from TOOL or --to VERSION"), err),
			"name the tool that has migrated this database, or the newest migration "
			"whose changes it has already, or say --undo");
	if (!options->from && options->history_table)
		return lg_fail(err, LG_USAGE, "--history-table needs --from");
	if (!options->from && !options->undo && options->keep_in_step)
		return lg_fail(err, LG_USAGE, "--keep-in-step needs --from, or --undo");
	return LG_OK;
}

static void present_done_items(const struct run *run, const struct ci_done *done, size_t count)
{
	const char *verb = run->options.undo ? "forgotten" : "adopted";

	for (size_t i = 0; i < count; i++)
		output_line(
			&run->output, TONE_PLAIN, "%s: %s %s", verb, done[i].version, done[i].name);
	output_line(&run->output, TONE_GOOD, "ok: %zu %s, no script was run", count, verb);
}

/* What stays pending, and what the gate will say of it. */
static void present_late(const struct run *run, const struct foreign_match *match)
{
	for (size_t i = 0; i < match->late_count; i++)
		output_line(&run->output, TONE_WARN,
			"note: %s %s is older than the newest adopted one and was not applied: it "
			"is pending, and out-of-order for the gate",
			match->late[i]->version, match->late[i]->name);
}

/* The newest version, whatever the order in which it was applied. */
static const char *newest(const struct gate_adoption *adoption)
{
	LG_CLEANUP(history_release) struct history history;
	const char *current;

	history_init(&history);
	for (size_t i = 0; i < adoption->done_count; i++) {
		struct history_row *row = history_add(&history);

		row->kind = adoption->done[i].kind;
		row->version = adoption->done[i].version;
		row->state = HISTORY_APPLIED;
	}
	history_sort(&history);
	current = history_current(&history);
	return current ? current : history_current(&adoption->history);
}

static void fill_report(struct run *run, const struct gate_adoption *adoption)
{
	const struct ci_done *done = report_done(run, adoption->done, adoption->done_count);

	report_verdict(run, &adoption->verdict);
	run->is_refused = adoption->verdict.is_blocked;
	if (adoption->batch.id[0])
		run->report.batch = lg_arena_add(&run->strings, adoption->batch.id);
	if (run->options.undo) {
		run->report.reverted = done;
		run->report.reverted_count = adoption->done_count;
	} else {
		run->report.applied = done;
		run->report.applied_count = adoption->done_count;
	}
	if (run->options.to)
		run->report.current = run->options.to;
	else if (run->options.from && newest(adoption))
		run->report.current = lg_arena_add(&run->strings, newest(adoption));
	present_findings(run);
	if (run->is_refused) {
		present_verdict(run);
		return;
	}
	if (run->options.undo && run->options.keep_in_step) {
		output_line(&run->output, TONE_GOOD,
			"ok: the other tool's table is no longer kept in step");
		return;
	}
	present_late(run, &adoption->match);
	present_done_items(run, done, adoption->done_count);
}

static enum lg_status adopt(struct run *run, const struct gate_request *request,
	enum foreign_tool from, struct gate_adoption *adoption, struct lg_error *err)
{
	const struct adopt_request adopt = {
		.request = request,
		.from = from,
		.to_version = run->options.to,
		.may_add = run->options.yes && run->options.reason,
		.history_table = run->options.history_table,
		.keeps_in_step = run->options.keep_in_step,
	};

	if (run->options.undo && run->options.keep_in_step)
		return gate_adopt_leave_step(run->target, request, adoption, err);
	if (run->options.undo)
		return gate_adopt_undo(run->target, request, adoption, err);
	if (run->options.to)
		return gate_adopt(run->target, &adopt, adoption, err);
	return gate_adopt_from(run->target, &adopt, adoption, err);
}

enum lg_status cmd_adopt(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(adoption_release) struct gate_adoption adoption;
	struct gate_request request;
	enum foreign_tool from = FOREIGN_TOOL_COUNT;
	enum lg_status status;

	adoption_init(&adoption);
	if (run_limit_arguments(run, 1, err) || check_options(&run->options, err) ||
		(run->options.from && foreign_tool_demand(run->options.from, &from, err)) ||
		run_set_policy(run, err))
		return err->status;
	if (run_open_source(run, 0, run->options.undo ? SOURCE_IF_NAMED : SOURCE_OR_DEFAULT, err) ||
		(run->has_source && source_load(&run->source, err)) ||
		run_confirm(run, run->options.to || run->options.from,
			"change the history of this database", err) ||
		run_open_target(run, false, err))
		return err->status;
	request = run_request(run);
	status = adopt(run, &request, from, &adoption, err);
	if (!status)
		fill_report(run, &adoption);
	return status;
}

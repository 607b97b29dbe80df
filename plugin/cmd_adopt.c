/* SPDX-License-Identifier: MIT */
#include "gate/adopt.h"

#include "plugin/commands.h"
#include "plugin/report_fill.h"

static enum lg_status check_options(const struct options *options, struct lg_error *err)
{
	if (options->undo && options->to)
		return lg_fail(err, LG_USAGE, "--undo and --to exclude each other");
	if (!options->undo && !options->to)
		return lg_hint((lg_fail(err, LG_USAGE, "adopt needs --to VERSION"), err),
			"name the newest migration whose changes the database has already, or say "
			"--undo");
	return LG_OK;
}

static void fill_report(struct run *run, const struct gate_adoption *adoption)
{
	const struct ci_done *done = report_done(run, adoption->done, adoption->done_count);
	const char *verb = run->options.undo ? "forgotten" : "adopted";

	if (adoption->batch.id[0])
		run->report.batch = lg_arena_add(&run->strings, adoption->batch.id);
	if (run->options.undo) {
		run->report.reverted = done;
		run->report.reverted_count = adoption->done_count;
	} else {
		run->report.applied = done;
		run->report.applied_count = adoption->done_count;
		run->report.current = run->options.to;
	}
	for (size_t i = 0; i < adoption->done_count; i++)
		output_line(
			&run->output, TONE_PLAIN, "%s: %s %s", verb, done[i].version, done[i].name);
	output_line(&run->output, TONE_GOOD, "ok: %zu %s, no script was run", adoption->done_count,
		verb);
}

static enum lg_status adopt(struct run *run, const struct gate_request *request,
	struct gate_adoption *adoption, struct lg_error *err)
{
	const struct adopt_request adopt = {
		.request = request,
		.to_version = run->options.to,
		.may_add = run->options.yes && run->options.reason,
	};

	if (run->options.undo)
		return gate_adopt_undo(run->target, request, adoption, err);
	return gate_adopt(run->target, &adopt, adoption, err);
}

enum lg_status cmd_adopt(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(adoption_release) struct gate_adoption adoption;
	struct gate_request request;
	enum lg_status status;

	adoption_init(&adoption);
	if (run_limit_arguments(run, 1, err) || check_options(&run->options, err))
		return err->status;
	if (run_open_source(run, 0, run->options.undo ? SOURCE_IF_NAMED : SOURCE_OR_DEFAULT, err) ||
		(run->has_source && source_load(&run->source, err)) ||
		run_confirm(
			run, run->options.to != NULL, "change the history of this database", err) ||
		run_open_target(run, false, err))
		return err->status;
	request = run_request(run);
	status = adopt(run, &request, &adoption, err);
	if (!status)
		fill_report(run, &adoption);
	return status;
}

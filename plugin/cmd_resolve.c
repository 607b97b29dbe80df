/* SPDX-License-Identifier: MIT */
#include "gate/resolve.h"

#include "plugin/commands.h"
#include "plugin/report_fill.h"

static enum lg_status choose(
	const struct options *options, enum resolve_decision *out, struct lg_error *err)
{
	if (options->applied + options->done + options->retry + options->reverted != 1)
		return lg_hint((lg_fail(err, LG_USAGE, "resolve needs one decision"), err),
			"say one of --applied, --done, --retry and --reverted; 'lockgate help "
			"resolve' tells them apart");
	*out = options->applied ? RESOLVE_APPLIED
	       : options->done  ? RESOLVE_DONE
	       : options->retry ? RESOLVE_RETRY
				: RESOLVE_REVERTED;
	return LG_OK;
}

static void present(struct run *run, const struct resolution *resolution)
{
	const struct history_row *row = &resolution->row;

	run->report.batch = lg_arena_add(&run->strings, resolution->batch.id);
	if (resolution->is_forgotten)
		output_line(&run->output, TONE_GOOD, "ok: %s is forgotten, so it is pending again",
			row->version);
	else if (row->state == HISTORY_APPLIED)
		output_line(&run->output, TONE_GOOD, "ok: %s is recorded as applied", row->version);
	else
		output_line(&run->output, TONE_GOOD,
			"ok: %s goes on behind statement %u of %u with the next %s", row->version,
			row->statements_done, row->statements_total,
			row->is_reverting ? "revert" : "apply");
}

enum lg_status cmd_resolve(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(resolution_release) struct resolution resolution;
	enum resolve_decision decision = RESOLVE_RETRY;
	struct gate_request request;

	resolution_init(&resolution);
	if (run->options.positional_count == 0)
		return lg_hint((lg_fail(err, LG_USAGE, "resolve needs a VERSION"), err),
			"'lockgate status' lists the versions");
	if (run_limit_arguments(run, 2, err) || choose(&run->options, &decision, err) ||
		run_open_source(run, 1, SOURCE_IF_NAMED, err))
		return err->status;
	if (run->has_source && source_load(&run->source, err))
		return err->status;
	if (run_open_target(run, false, err))
		return err->status;
	request = run_request(run);
	if (gate_resolve(
		    run->target, &request, run->options.positional[0], decision, &resolution, err))
		return source_place(&run->source, err);
	present(run, &resolution);
	return LG_OK;
}

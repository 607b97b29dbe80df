/* SPDX-License-Identifier: MIT */
#include "gate/drift.h"

#include "plugin/commands.h"
#include "plugin/drift_report.h"
#include "plugin/present.h"

static enum lg_status check_options(const struct options *options, struct lg_error *err)
{
	if (options->accept && !options->reason)
		return lg_hint((lg_fail(err, LG_USAGE, "--accept needs --reason TEXT"), err),
			"the history keeps who accepted the schema as it is, and why");
	if (options->reason && !options->accept)
		return lg_fail(err, LG_USAGE, "--reason needs --accept");
	return LG_OK;
}

/* What the comparison does not say, whatever it says. */
static void present_limits(const struct run *run)
{
	const struct ci_drift *drift = run->report.drift;

	if (drift->skipped > 0)
		output_line(&run->output, TONE_PLAIN,
			"note: %llu definition%s not compared, for server release %s has written "
			"them and this is %s; --accept records them anew",
			(unsigned long long)drift->skipped, drift->skipped == 1 ? " is" : "s are",
			drift->recorded_release, drift->release);
	for (size_t i = 0; i < drift->gap_count; i++)
		output_line(&run->output, TONE_PLAIN, "not covered: %s (%llu)", drift->gaps[i].kind,
			(unsigned long long)drift->gaps[i].count);
}

static void present_outcome(const struct run *run)
{
	const struct ci_report *report = &run->report;
	size_t count = report->drift->change_count;

	present_findings(run);
	present_limits(run);
	if (count == 0)
		output_line(&run->output, TONE_GOOD, "ok: %llu objects, as batch %s recorded them",
			(unsigned long long)report->drift->objects, report->drift->recorded_batch);
	else if (run->is_refused)
		present_verdict(run);
	else
		output_line(&run->output, TONE_WARN, "warn: %zu object%s not as recorded", count,
			count == 1 ? " is" : "s are");
}

static enum lg_status accept(struct run *run, struct gate_drift *drift, struct lg_error *err)
{
	const struct gate_request request = run_request(run);
	enum lg_status status;

	reporting_start(run);
	status = gate_drift_accept(run->target, &request, drift, err);
	if (drift->batch.id[0])
		run->report.batch = lg_arena_add(&run->strings, drift->batch.id);
	if (status)
		return status;
	output_line(&run->output, TONE_GOOD, "ok: %zu change%s accepted in batch %s",
		drift->accepted, drift->accepted == 1 ? "" : "s", drift->batch.id);
	return LG_OK;
}

static enum lg_status compare(struct run *run, struct gate_drift *drift, struct lg_error *err)
{
	const struct gate_request request = run_request(run);

	if (gate_drift(run->target, &request, drift, err))
		return err->status;
	drift_report(run, drift);
	run->is_refused = drift->verdict.is_blocked;
	present_outcome(run);
	return LG_OK;
}

enum lg_status cmd_drift(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(drift_release) struct gate_drift drift;
	bool is_accepting = run->options.accept;

	drift_init(&drift);
	if (run_limit_arguments(run, 0, err) || check_options(&run->options, err) ||
		run_set_policy(run, err) || run_open_target(run, !is_accepting, err))
		return err->status;
	return is_accepting ? accept(run, &drift, err) : compare(run, &drift, err);
}

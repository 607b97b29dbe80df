/* SPDX-License-Identifier: MIT */
#include "gate/apply.h"

#include "plugin/commands.h"
#include "plugin/listeners.h"
#include "plugin/present.h"
#include "plugin/report_fill.h"

/* What was done is told in any case; that it is well only when it is. */
static void present_applied(const struct run *run, const struct gate_application *application,
	bool was_planned, enum lg_status status)
{
	const struct ci_report *report = &run->report;

	for (size_t i = 0; i < report->applied_count; i++)
		present_done(run, "applied", &report->applied[i]);
	if (status)
		return;
	if (!run->is_refused && report->applied_count > 0)
		output_line(&run->output, TONE_GOOD, "ok: %zu applied in batch %s, now at %s",
			report->applied_count, application->batch.id,
			report->current ? report->current : "no version");
	else if (!run->is_refused && was_planned)
		output_line(&run->output, TONE_GOOD, "ok: up to date at %s, applied by another run",
			report->current ? report->current : "no version");
	else
		present_verdict(run);
}

static void fill_report(struct run *run, struct gate_application *application)
{
	report_decision(run, &application->decision);
	report_applied(run, application);
	run->report.lock_us = application->lock_us;
	if (application->batch.id[0]) {
		run->report.batch = lg_arena_add(&run->strings, application->batch.id);
		run->report.apply_us = application->apply_us;
	}
}

/* What a failed migration has left behind, where the driver has not said it already. */
static enum lg_status explain_failure(
	const struct run *run, const struct gate_application *application, struct lg_error *err)
{
	size_t before = application->done_count;

	if (err->status == LG_FAILED && !err->hint[0] && before == 0)
		(void)lg_hint(err, "nothing of %s was kept; mend the script and apply again",
			err->version);
	else if (err->status == LG_FAILED && !err->hint[0])
		(void)lg_hint(err,
			"nothing of %s was kept, the %zu migration%s before it stay%s applied; mend "
			"the script and apply again",
			err->version, before, before == 1 ? "" : "s", before == 1 ? "s" : "");
	return source_place(&run->source, err);
}

/* Takes the lock only where something is pending, so a no-op never waits for anyone. */
static enum lg_status apply_pending(struct run *run, const struct gate_request *request,
	struct gate_application *application, bool *out_was_planned, struct lg_error *err)
{
	enum lg_status status;

	if (gate_decide(run->target, request, false, &application->decision, err))
		return source_place(&run->source, err);
	listeners_verified(run, &application->decision.verdict);
	report_decision(run, &application->decision);
	if (application->decision.verdict.is_blocked ||
		application->decision.verdict.plan_count == 0)
		return LG_OK;
	*out_was_planned = true;
	if (source_load(&run->source, err))
		return err->status;
	reporting_start(run);
	status = gate_apply(run->target, request, application, err);
	listeners_unrecorded(run, &application->watch.failure);
	/* Stopped before anything was decided under the lock: what was planned stands. */
	if (status && !application->batch.id[0])
		return source_place(&run->source, err);
	fill_report(run, application);
	return status ? explain_failure(run, application, err) : LG_OK;
}

enum lg_status cmd_apply(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(application_release) struct gate_application application = {0};
	struct gate_request request;
	enum lg_status status;
	bool was_planned = false;

	if (run->options.dry_run)
		return cmd_plan(run, err);
	application_init(&application);
	if (run_limit_arguments(run, 1, err) || run_set_policy(run, err) ||
		run_open_source(run, 0, SOURCE_OR_DEFAULT, err) || run_open_target(run, false, err))
		return err->status;
	request = run_request(run);
	status = apply_pending(run, &request, &application, &was_planned, err);
	run->is_refused = !status && application.decision.verdict.is_blocked;
	present_findings(run);
	present_applied(run, &application, was_planned, status);
	return status;
}

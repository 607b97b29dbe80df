/* SPDX-License-Identifier: MIT */
#include "plugin/base.h"
#include "plugin/commands.h"
#include "plugin/listeners.h"
#include "plugin/present.h"
#include "plugin/report_fill.h"

static enum lg_status verify_source(struct run *run, struct lg_error *err)
{
	if (source_load(&run->source, err))
		return err->status;
	output_line(&run->output, TONE_GOOD, "ok: %s is sound: %zu migration%s, %s",
		run->source.path, run->source.bundle.count,
		run->source.bundle.count == 1 ? "" : "s", run->report_bundle.id);
	return LG_OK;
}

enum lg_status cmd_verify(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(decision_release) struct gate_decision decision;
	struct gate_request request;

	decision_init(&decision);
	if (run_limit_arguments(run, 1, err) || run_set_policy(run, err))
		return err->status;
	if (run->options.base)
		return base_verify(run, err);
	if (run_open_source(run, 0, SOURCE_OR_DEFAULT, err))
		return err->status;
	if (run->options.no_db)
		return verify_source(run, err);
	if (run_open_target(run, true, err))
		return err->status;
	request = run_request(run);
	if (gate_decide(run->target, &request, false, &decision, err))
		return source_place(&run->source, err);

	listeners_verified(run, &decision.verdict);
	report_decision(run, &decision);
	/* What is to run must be sound now, not only when it runs. */
	if (decision.verdict.plan_count > 0 && source_load(&run->source, err))
		return err->status;
	run->is_refused = decision.verdict.is_blocked;
	present_findings(run);
	present_plan(run);
	present_verdict(run);
	return LG_OK;
}

/* SPDX-License-Identifier: MIT */
#include "gate/decide.h"
#include "plugin/commands.h"
#include "plugin/listeners.h"
#include "plugin/present.h"
#include "plugin/rehearsing.h"
#include "plugin/report_fill.h"
#include "plugin/show_sql.h"

enum lg_status cmd_plan(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(decision_release) struct gate_decision decision;
	struct gate_request request;

	decision_init(&decision);
	run->report.is_rehearsal = run->options.rehearse;
	if (run_limit_arguments(run, 1, err) || run_set_policy(run, err) ||
		run_open_source(run, 0, SOURCE_OR_DEFAULT, err) ||
		run_open_target(run, !run->options.rehearse, err))
		return err->status;
	request = run_request(run);
	request.warns_of_drift = true;
	if (gate_decide(run->target, &request, false, &decision, err))
		return source_place(&run->source, err);
	listeners_verified(run, &decision.verdict);
	report_decision(run, &decision);
	run->is_refused = decision.verdict.is_blocked;
	if (decision.verdict.plan_count && source_load(&run->source, err))
		return err->status;

	present_findings(run);
	if (show_plan_sql(run, &decision.verdict, err))
		return err->status;
	if (run->options.rehearse && !run->is_refused && decision.verdict.plan_count &&
		rehearsing_run(run, &request, err))
		return err->status;
	present_verdict(run);
	output_progress(&run->output, "plan token %s", decision.plan_token);
	return LG_OK;
}

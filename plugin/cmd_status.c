/* SPDX-License-Identifier: MIT */
#include "gate/decide.h"
#include "plugin/commands.h"
#include "plugin/listeners.h"
#include "plugin/present.h"
#include "plugin/report_fill.h"

enum lg_status cmd_status(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(decision_release) struct gate_decision decision;
	struct gate_request request;

	decision_init(&decision);
	if (run_limit_arguments(run, 1, err) || run_open_source(run, 0, SOURCE_IF_NAMED, err) ||
		run_open_target(run, true, err))
		return err->status;
	request = run_request(run);
	if (gate_decide(run->target, &request, true, &decision, err))
		return err->status;

	listeners_verified(run, &decision.verdict);
	report_decision(run, &decision);
	report_migrations(run, &decision.history);
	present_migrations(run);
	present_other_project(run, &decision.history);
	present_findings(run);
	if (run->options.exit_code)
		run->is_refused =
			decision.verdict.plan_count > 0 || decision.verdict.finding_count > 0;
	return LG_OK;
}

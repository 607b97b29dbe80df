/* SPDX-License-Identifier: MIT */
#include "gate/decide.h"

#include <string.h>

#include "gate/drift.h"
#include "gate/plan_token.h"
#include "gate/shared.h"

void decision_init(struct gate_decision *decision)
{
	*decision = (struct gate_decision){0};
	history_init(&decision->history);
	verdict_init(&decision->verdict);
}

void decision_release(struct gate_decision *decision)
{
	history_release(&decision->history);
	verdict_release(&decision->verdict);
}

/* True if the history is exactly what the bundle predicts: nothing to find, nothing to do. */
static bool is_up_to_date(const struct gate_request *request, const struct target_facts *facts,
	const struct history_summary *actual)
{
	struct history_summary expected;

	if (request->bundle->engine != facts->engine ||
		(actual->invalid_indexes &&
			request->policy->levels[POLICY_INVALID_INDEX] != POLICY_ALLOW))
		return false;
	expected = history_summary_expected(request->bundle);
	return history_summary_matches(actual, &expected, request->with_seeds);
}

static enum lg_status read_again(
	struct target *target, struct history *history, struct lg_error *err)
{
	history_release(history);
	history_init(history);
	return target->driver->read_history(target, history, err);
}

/* What is written down while somebody works proves nothing: looks again once the lock is free. */
static enum lg_status settle(struct target *target, struct gate_question *question,
	struct history *history, struct lg_error *err)
{
	struct target_holder holder;

	if (question->is_settled || !gate_needs_settling(question))
		return LG_OK;
	if (target->driver->holder(target, &holder, err))
		return err->status;
	if (holder.is_held)
		return LG_OK;
	question->is_settled = true;
	return read_again(target, history, err);
}

/* An approval holds for what it was given for; where nothing is left to do, nothing needs one. */
static void check_plan_token(const struct gate_request *request, struct gate_decision *out)
{
	if (!request->plan_token || out->verdict.plan_count == 0 ||
		strcmp(request->plan_token, out->plan_token) == 0)
		return;
	verdict_add(&out->verdict, FINDING_PLAN_CHANGED, FINDING_BLOCK,
		"the plan is no longer the one that was approved: the bundle, the history, the "
		"target or the policy has changed since",
		"look at 'lockgate plan' again and approve its token");
}

static void make_plan_token(
	struct target *target, const struct gate_request *request, struct gate_decision *out)
{
	const struct plan_basis basis = {
		.bundle_id = &request->bundle->id,
		.summary = &out->summary,
		.target_identity = target->driver->facts(target)->identity,
		.policy = request->policy,
		.with_seeds = request->with_seeds,
	};

	plan_token_make(&basis, out->plan_token);
}

static enum lg_status decide(struct target *target, const struct gate_request *request,
	struct gate_question *question, struct gate_decision *out, struct lg_error *err)
{
	bool is_locked = question->is_settled;
	bool wants_rows = out->has_rows;

	decision_release(out);
	decision_init(out);
	if (target->driver->probe(target, &out->summary, err))
		return err->status;
	if (request->bundle) {
		make_plan_token(target, request, out);
		if (out->summary.layout_version && drift_is_asked(request) &&
			drift_find(target, request, is_locked, &out->verdict, err))
			return err->status;
		if (!wants_rows &&
			is_up_to_date(request, target->driver->facts(target), &out->summary))
			return LG_OK;
	}
	if (read_again(target, &out->history, err))
		return err->status;
	out->has_rows = true;
	if (!request->bundle)
		return LG_OK;
	if (settle(target, question, &out->history, err))
		return err->status;
	gate_compare(question, &out->verdict);
	check_plan_token(request, out);
	if (request->is_single_transaction && !out->verdict.is_blocked)
		return shared_check(&out->verdict, "--single-transaction", err);
	return LG_OK;
}

static struct gate_question question_of(
	struct target *target, const struct gate_request *request, const struct history *history)
{
	return (struct gate_question){
		.bundle = request->bundle,
		.history = history,
		.policy = request->policy,
		.target_engine = target->driver->facts(target)->engine,
		.with_seeds = request->with_seeds,
	};
}

enum lg_status gate_decide(struct target *target, const struct gate_request *request,
	bool wants_rows, struct gate_decision *out, struct lg_error *err)
{
	struct gate_question question = question_of(target, request, &out->history);

	out->has_rows = wants_rows;
	return decide(target, request, &question, out, err);
}

enum lg_status gate_decide_locked(struct target *target, const struct gate_request *request,
	struct gate_decision *out, struct lg_error *err)
{
	struct gate_question question = question_of(target, request, &out->history);

	question.is_settled = true;
	out->has_rows = false;
	return decide(target, request, &question, out, err);
}

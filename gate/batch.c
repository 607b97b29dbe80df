/* SPDX-License-Identifier: MIT */
#include "gate/batch.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/mem.h"

enum lg_status batch_begin(struct gate_batch *batch, struct target *target, const char *action,
	const struct gate_request *request, struct lg_error *err)
{
	struct target_batch facts = request->batch;
	LG_CLEANUP(lg_buf_release) struct lg_buf policy;

	*batch = (struct gate_batch){.target = target};
	lg_buf_init(&policy, LG_BUF_MAX_BYTES);
	if (request->policy)
		policy_format(request->policy, &policy);
	facts.started_at_us = lg_clock_now_us();
	lg_fault("gate begin batch");
	if (target->driver->init(target, err) || lg_ulid_make(facts.started_at_us, batch->id, err))
		return err->status;
	facts.id = batch->id;
	facts.action = action;
	facts.policy = policy.text;
	return target->driver->begin_batch(target, &facts, err);
}

enum lg_status batch_record_waivers(
	const struct gate_batch *batch, const struct gate_verdict *verdict, struct lg_error *err)
{
	struct target *target = batch->target;

	for (size_t i = 0; i < verdict->waiver_count; i++) {
		const struct waiver *waiver = verdict->waivers_used[i];
		LG_FREE_BY_SCOPE char *detail =
			lg_format("%s: %s", waiver_kind_name(waiver->kind), waiver->reason);

		if (target->driver->note(target, batch->id, waiver->version, "waived", detail, err))
			return err->status;
	}
	return LG_OK;
}

/* The exit code's name, as the history records it. */
static const char *outcome_name(enum lg_status status)
{
	switch (status) {
	case LG_OK:
		return "ok";
	case LG_FAILED:
		return "failed";
	case LG_CANCELLED:
		return "cancelled";
	case LG_LOCKED:
		return "locked";
	case LG_REFUSED:
		return "refused";
	case LG_INTERNAL:
	case LG_IO:
	case LG_LIMIT:
	case LG_FORMAT:
	case LG_USAGE:
	case LG_DATABASE:
		return "undecided";
	}
	return "undecided";
}

enum lg_status batch_finish(struct gate_batch *batch, enum lg_status status, struct lg_error *err)
{
	struct lg_error own;
	struct target *target = batch->target;

	lg_fault("gate finish batch");
	if (!target->driver->finish_batch(target, batch->id, outcome_name(status), &own))
		return status;
	if (status)
		return status;
	*err = own;
	return own.status;
}

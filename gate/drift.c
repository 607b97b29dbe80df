/* SPDX-License-Identifier: MIT */
#include "gate/drift.h"

#include "base/mem.h"
#include "gate/drift_judge.h"
#include "gate/schema_watch.h"

void drift_init(struct gate_drift *drift)
{
	*drift = (struct gate_drift){0};
	schema_record_init(&drift->record);
	schema_init(&drift->live);
	verdict_init(&drift->verdict);
}

void drift_release(struct gate_drift *drift)
{
	schema_difference_release(&drift->difference);
	schema_record_release(&drift->record);
	schema_release(&drift->live);
	verdict_release(&drift->verdict);
}

/*
 * Of the gate. POLICY_AUTO is that of `plan`, which only warns, for apply would not stop; others
 * look away then.
 */
static struct drift_levels levels_of(const struct gate_request *request)
{
	switch (request->policy->levels[POLICY_DRIFT]) {
	case POLICY_WARN:
		return (struct drift_levels){.missing = POLICY_BLOCK, .changed = POLICY_WARN};
	case POLICY_BLOCK:
		return (struct drift_levels){.missing = POLICY_BLOCK, .changed = POLICY_BLOCK};
	case POLICY_AUTO:
		if (request->warns_of_drift)
			return (struct drift_levels){
				.missing = POLICY_WARN, .changed = POLICY_WARN};
		break;
	case POLICY_ALLOW:
	case POLICY_OFF:
		break;
	}
	return (struct drift_levels){.missing = POLICY_ALLOW, .changed = POLICY_ALLOW};
}

/* Of the command `drift`, whose very matter it is. */
static struct drift_levels own_levels_of(const struct gate_request *request)
{
	enum policy_level level = request->policy->levels[POLICY_DRIFT];

	return (struct drift_levels){.missing = POLICY_BLOCK,
		.changed = level == POLICY_BLOCK ? POLICY_BLOCK : POLICY_WARN};
}

bool drift_is_asked(const struct gate_request *request)
{
	return levels_of(request).missing != POLICY_ALLOW;
}

/* The record comes first: what a run changes afterwards is seen as a difference, not overlooked. */
static enum lg_status read_both(struct target *target, struct gate_drift *out, struct lg_error *err)
{
	drift_release(out);
	drift_init(out);
	if (target->driver->read_record(target, &out->record, err))
		return err->status;
	if (!out->record.schema.release)
		return LG_OK;
	if (target->driver->read_schema(target, &out->live, err))
		return err->status;
	schema_compare(&out->record, &out->live, &out->difference);
	return LG_OK;
}

/*
 * What a run has changed is recorded when it ends: a difference counts only where it is still there
 * after the lock was seen free. *out_is_held tells that it was not.
 */
static enum lg_status read_settled(struct target *target, bool is_locked, struct gate_drift *out,
	bool *out_is_held, struct lg_error *err)
{
	struct target_holder holder = {0};

	*out_is_held = false;
	if (read_both(target, out, err))
		return err->status;
	if (is_locked || out->difference.count == 0)
		return LG_OK;
	if (target->driver->holder(target, &holder, err))
		return err->status;
	*out_is_held = holder.is_held;
	return holder.is_held ? LG_OK : read_both(target, out, err);
}

static enum lg_status fail_unrecorded(struct lg_error *err)
{
	(void)lg_fail(err, LG_DATABASE,
		"nothing is recorded of the schema of this project and scope, so nothing can be "
		"compared");
	return lg_hint(err, "check --db, --project and --scope; the next apply records it, and so "
			    "does 'lockgate drift --accept --reason TEXT'");
}

enum lg_status gate_drift(struct target *target, const struct gate_request *request,
	struct gate_drift *out, struct lg_error *err)
{
	bool is_held = false;

	if (read_settled(target, false, out, &is_held, err))
		return err->status;
	if (!out->record.schema.release)
		return fail_unrecorded(err);
	if (is_held) {
		(void)lg_fail(err, LG_LOCKED,
			"the schema differs from what is recorded, and a run is at work that may be "
			"changing it");
		return lg_hint(err,
			"run it again when that has ended; 'lockgate lock' tells who it "
			"is");
	}
	drift_judge(&out->record, &out->difference, own_levels_of(request), &out->verdict);
	return LG_OK;
}

enum lg_status drift_find(struct target *target, const struct gate_request *request, bool is_locked,
	struct gate_verdict *out, struct lg_error *err)
{
	LG_CLEANUP(drift_release) struct gate_drift drift;
	bool is_held = false;

	drift_init(&drift);
	if (read_settled(target, is_locked, &drift, &is_held, err))
		return err->status;
	if (drift.record.schema.release && !is_held)
		drift_judge(&drift.record, &drift.difference, levels_of(request), out);
	return LG_OK;
}

static enum lg_status demand_history(struct target *target, struct lg_error *err)
{
	LG_CLEANUP(history_release) struct history history;

	history_init(&history);
	if (target->driver->read_history(target, &history, err))
		return err->status;
	if (history.has_batches || history.count > 0)
		return LG_OK;
	(void)lg_fail(err, LG_USAGE,
		"this project and scope has no history here, so there is no "
		"schema to accept");
	return lg_hint(err, "check --db, --project and --scope, or take the database over first: "
			    "'lockgate adopt'");
}

static enum lg_status record_all(struct target *target, const struct gate_request *request,
	struct gate_drift *out, struct lg_error *err)
{
	LG_CLEANUP(schema_writes_release) struct schema_writes writes = {0};
	LG_FREE_BY_SCOPE char *detail = NULL;
	struct schema_object server;

	schema_writes_of_all(&out->record, &out->live, &writes);
	out->accepted = writes.count;
	schema_watch_add_server(&writes, &server, out->live.release);
	if (target->driver->record_schema(target, out->batch.id, &writes, err))
		return err->status;
	detail = lg_format("%zu object%s: %s", out->accepted, out->accepted == 1 ? "" : "s",
		request->batch.reason);
	return target->driver->note(target, out->batch.id, NULL, "drift accepted", detail, err);
}

enum lg_status gate_drift_accept(struct target *target, const struct gate_request *request,
	struct gate_drift *out, struct lg_error *err)
{
	enum lg_status status;

	if (demand_history(target, err) || gate_lock(target, request, err) ||
		target->driver->read_record(target, &out->record, err) ||
		batch_begin(&out->batch, target, "drift", request, err))
		return err->status;
	status = target->driver->read_schema(target, &out->live, err);
	if (!status)
		status = record_all(target, request, out, err);
	return batch_finish(&out->batch, status, err);
}

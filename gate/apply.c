/* SPDX-License-Identifier: MIT */
#include "gate/apply.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gate/in_step.h"

enum { FIRST_PAUSE_MS = 100, LONGEST_PAUSE_MS = 1000 };

void application_init(struct gate_application *application)
{
	*application = (struct gate_application){0};
	decision_init(&application->decision);
	in_step_init(&application->in_step);
}

void application_release(struct gate_application *application)
{
	decision_release(&application->decision);
	in_step_release(&application->in_step);
	free(LG_TAKE(application->done));
}

/* The scripts of one migration, open for reading. */
struct open_parts {
	struct body_view up, down, check;
};

static void close_parts(struct open_parts *parts)
{
	body_view_close(&parts->up);
	body_view_close(&parts->down);
	body_view_close(&parts->check);
}

static enum lg_status open_parts(const struct bundle *bundle, const struct migration *migration,
	struct open_parts *out, struct lg_error *err)
{
	if (bundle_view(bundle, &migration->up, &out->up, err))
		return err->status;
	if (migration_has(&migration->down) &&
		bundle_view(bundle, &migration->down, &out->down, err))
		return err->status;
	if (migration_has(&migration->check) &&
		bundle_view(bundle, &migration->check, &out->check, err))
		return err->status;
	return LG_OK;
}

static struct target_script script_of(const struct migration_part *part, struct body_view *view)
{
	return (struct target_script){
		.view = view,
		.file = part->file,
		.first_line = part->first_line,
		.directives = &part->directives,
		.hashes = &part->hashes,
		.statements = part->statements,
	};
}

static enum lg_status run_step(struct target *target, const struct gate_request *request,
	const struct gate_step *step, struct gate_application *out, int64_t *out_duration_us,
	struct lg_error *err)
{
	const struct migration *migration = step->migration;
	LG_CLEANUP(close_parts) struct open_parts parts = {0};
	struct target_script check;
	struct target_apply apply;

	if (open_parts(request->bundle, migration, &parts, err))
		return err->status;
	check = script_of(&migration->check, &parts.check);
	apply = (struct target_apply){
		.kind = migration->kind,
		.version = migration->version,
		.name = migration->name,
		.position = step->position,
		.batch_id = out->batch.id,
		.is_resumed = step->is_resumed,
		.statements_done = step->statements_done,
		.is_repeated = step->is_repeated,
		.up = script_of(&migration->up, &parts.up),
		.check = migration_has(&migration->check) ? &check : NULL,
		.record = in_step_add(&out->in_step, migration, &parts.up),
	};
	if (migration_has(&migration->down)) {
		apply.down_sql = parts.down.text;
		apply.down_len = parts.down.len;
		apply.down_content = migration->down.hashes.content;
	}
	return target->driver->apply(target, &apply, out_duration_us, err);
}

static void remember(
	struct gate_application *out, const struct migration *migration, int64_t duration_us)
{
	out->done = lg_grow(out->done, out->done_count, sizeof(*out->done));
	out->done[out->done_count++] = (struct gate_done){
		.kind = migration->kind,
		.version = migration->version,
		.name = migration->name,
		.statements = migration->up.statements,
		.duration_us = duration_us,
	};
}

static enum lg_status run_plan(struct target *target, const struct gate_request *request,
	struct gate_application *out, struct lg_error *err)
{
	const struct gate_verdict *verdict = &out->decision.verdict;
	const struct gate_listener *listener = request->listener;

	for (size_t i = 0; i < verdict->plan_count; i++) {
		const struct gate_step *step = &verdict->plan[i];
		const struct migration *migration = step->migration;
		int64_t duration_us = 0;

		if (listener)
			listener->begins(listener->context, migration->version, migration->name,
				out->done_count + 1, out->done_before + verdict->plan_count);
		if (run_step(target, request, step, out, &duration_us, err))
			return err->status;
		remember(out, migration, duration_us);
		if (listener)
			listener->ends(listener->context, migration->version, migration->name,
				duration_us);
	}
	return LG_OK;
}

/*
 * Runs plan after plan: where the lock cannot keep others out, they are met at a step. The wait is
 * for one obstacle; whoever got on meanwhile begins it anew.
 */
static enum lg_status run_plans(struct target *target, const struct gate_request *request,
	struct gate_application *out, struct lg_error *err)
{
	int64_t waits_from_us = lg_clock_monotonic_us();
	uint32_t pause_ms = FIRST_PAUSE_MS;
	enum lg_status status;

	while ((status = run_plan(target, request, out, err)) == LG_LOCKED) {
		int64_t now_us = lg_clock_monotonic_us();

		if (out->done_count > out->done_before) {
			waits_from_us = now_us;
			pause_ms = FIRST_PAUSE_MS;
		}
		if (now_us - waits_from_us >= request->lock_wait_ms * 1000)
			return LG_LOCKED;
		if (request->listener)
			request->listener->waits(request->listener->context, err->text);
		lg_clock_sleep_ms(pause_ms / 2 + lg_jitter(pause_ms));
		pause_ms = pause_ms * 2 < LONGEST_PAUSE_MS ? pause_ms * 2 : LONGEST_PAUSE_MS;
		out->done_before = out->done_count;
		if (gate_decide_locked(target, request, &out->decision, err))
			return err->status;
		if (out->decision.verdict.is_blocked)
			return LG_OK;
	}
	return status;
}

static enum lg_status apply_batch(struct target *target, const struct gate_request *request,
	struct gate_application *out, struct lg_error *err)
{
	enum lg_status status;

	if (in_step_begin(&out->in_step, target, &out->decision.history, request, err) ||
		batch_begin(&out->batch, target, "apply", request, err))
		return err->status;
	status = batch_record_waivers(&out->batch, &out->decision.verdict, err);
	if (!status)
		status = run_plans(target, request, out, err);
	if (status || !out->decision.verdict.is_blocked)
		return batch_finish(&out->batch, status, err);
	lg_ignore(batch_finish(&out->batch, LG_REFUSED, err));
	return LG_OK;
}

enum lg_status gate_apply(struct target *target, const struct gate_request *request,
	struct gate_application *out, struct lg_error *err)
{
	int64_t started_us = lg_clock_monotonic_us();
	int64_t locked_us;
	enum lg_status status;

	status = gate_lock(target, request, err);
	locked_us = lg_clock_monotonic_us();
	out->lock_us = locked_us - started_us;
	if (status || gate_decide_locked(target, request, &out->decision, err))
		return err->status;
	if (out->decision.verdict.is_blocked || out->decision.verdict.plan_count == 0)
		return LG_OK;

	status = apply_batch(target, request, out, err);
	out->apply_us = lg_clock_monotonic_us() - locked_us;
	return status;
}

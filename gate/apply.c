/* SPDX-License-Identifier: MIT */
#include "gate/apply.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/mem.h"
#include "gate/shared.h"
#include "gate/stretch.h"

enum { FIRST_PAUSE_MS = 100, LONGEST_PAUSE_MS = 1000, SHARED_RETRIES = 5 };

void application_init(struct gate_application *application)
{
	*application = (struct gate_application){0};
	decision_init(&application->decision);
	in_step_init(&application->in_step);
	schema_watch_init(&application->watch);
}

void application_release(struct gate_application *application)
{
	decision_release(&application->decision);
	in_step_release(&application->in_step);
	schema_watch_release(&application->watch);
	free(LG_TAKE(application->done));
	free(LG_TAKE(application->shared_us));
}

static void tell_begin(const struct gate_request *request, const struct gate_application *out,
	const struct gate_step *step, size_t number)
{
	const struct gate_listener *listener = request->listener;
	const struct migration *migration = step->migration;

	if (listener)
		listener->begins(listener->context, migration->version, migration->name,
			out->done_before + number,
			out->done_before + out->decision.verdict.plan_count);
}

static void remember(struct gate_application *out, const struct gate_request *request,
	const struct gate_step *step, int64_t duration_us)
{
	const struct gate_listener *listener = request->listener;
	const struct migration *migration = step->migration;

	out->done = lg_grow(out->done, out->done_count, sizeof(*out->done));
	out->done[out->done_count++] = (struct gate_done){
		.kind = migration->kind,
		.version = migration->version,
		.name = migration->name,
		.statements = migration->up.statements,
		.duration_us = duration_us,
	};
	if (listener)
		listener->ends(listener->context, migration->version, migration->name, duration_us);
}

/* Runs the first of `steps`, and what goes along with it; `number` is that of the first. */
static enum lg_status run_stretch(struct target *target, const struct gate_request *request,
	struct gate_application *out, size_t number, struct lg_error *err)
{
	const struct gate_verdict *verdict = &out->decision.verdict;
	const struct gate_step *steps = &verdict->plan[number - 1];
	size_t left = verdict->plan_count - (number - 1);
	size_t count = out->pace.count < left ? out->pace.count : left;
	LG_CLEANUP(stretch_close) struct gate_stretch stretch = {.batch_id = out->batch.id};
	int64_t started_us = lg_clock_monotonic_us();
	size_t done = 0;
	enum lg_status status;

	tell_begin(request, out, steps, number);
	if (stretch_open(&stretch, request, steps, count, &out->in_step, err))
		return err->status;
	lg_fault("gate apply");
	status = target->driver->apply(target, stretch.steps, stretch.count, &done, err);
	for (size_t i = 0; i < done; i++) {
		if (i > 0)
			tell_begin(request, out, &steps[i], number + i);
		remember(out, request, &steps[i], stretch.steps[i].duration_us);
	}
	if (status && done > 0)
		tell_begin(request, out, &steps[done], number + done);
	if (!status)
		pace_learn(&out->pace, done, lg_clock_monotonic_us() - started_us,
			target->driver->facts(target)->round_trip_us);
	return status;
}

/* The n-th of the steps that share a transaction. */
static enum lg_status run_shared(struct target *target, const struct gate_request *request,
	struct gate_application *out, size_t number, struct lg_error *err)
{
	const struct gate_verdict *verdict = &out->decision.verdict;
	const struct gate_step *step = &verdict->plan[number - 1];
	LG_CLEANUP(stretch_close) struct gate_stretch stretch = {.batch_id = out->batch.id};
	size_t ignored;

	tell_begin(request, out, step, number);
	if (stretch_open(&stretch, request, step, 1, &out->in_step, err))
		return err->status;
	stretch.steps->joins = number > 1;
	stretch.steps->leaves_open = number < verdict->plan_count;
	lg_fault("gate apply");
	if (target->driver->apply(target, stretch.steps, 1, &ignored, err))
		return err->status;
	out->shared_us[number - 1] = stretch.steps->duration_us;
	return LG_OK;
}

/* All of the plan, or nothing of it. */
static enum lg_status run_shared_plan(struct target *target, const struct gate_request *request,
	struct gate_application *out, struct lg_error *err)
{
	const struct gate_verdict *verdict = &out->decision.verdict;

	free(LG_TAKE(out->shared_us));
	out->shared_us = lg_calloc(verdict->plan_count, sizeof(*out->shared_us));
	for (size_t i = 0; i < verdict->plan_count; i++)
		if (run_shared(target, request, out, i + 1, err))
			return err->status;
	for (size_t i = 0; i < verdict->plan_count; i++)
		remember(out, request, &verdict->plan[i], out->shared_us[i]);
	return LG_OK;
}

static enum lg_status run_plan(struct target *target, const struct gate_request *request,
	struct gate_application *out, struct lg_error *err)
{
	if (request->is_single_transaction)
		return run_shared_plan(target, request, out, err);
	out->pace = pace_begin();
	while (out->done_count - out->done_before < out->decision.verdict.plan_count)
		if (run_stretch(target, request, out, out->done_count - out->done_before + 1, err))
			return err->status;
	return LG_OK;
}

/* Tries again what passes, as the driver does of single steps, which here have all been undone. */
static enum lg_status run_plan_again(struct target *target, const struct gate_request *request,
	struct gate_application *out, struct lg_error *err)
{
	const struct gate_listener *listener = request->listener;
	uint32_t bound_ms = LONGEST_PAUSE_MS;
	enum lg_status status = run_plan(target, request, out, err);

	if (!request->is_single_transaction)
		return status;
	for (uint32_t i = 1; status && i <= SHARED_RETRIES && target_is_passing(err); i++) {
		uint32_t pause_ms = lg_jitter(bound_ms);

		if (listener)
			listener->retries(
				listener->context, i, SHARED_RETRIES, pause_ms, err->text);
		lg_clock_sleep_ms(pause_ms);
		bound_ms *= 2;
		status = run_plan(target, request, out, err);
	}
	return status ? shared_explain(&out->decision.verdict, err) : LG_OK;
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

	while ((status = run_plan_again(target, request, out, err)) == LG_LOCKED) {
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
	schema_watch_begin(&out->watch, target);
	status = batch_record_waivers(&out->batch, &out->decision.verdict, err);
	if (!status)
		status = run_plans(target, request, out, err);
	schema_watch_end(&out->watch, target, out->batch.id, status);
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

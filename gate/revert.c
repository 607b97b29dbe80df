/* SPDX-License-Identifier: MIT */
#include "gate/revert.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/mem.h"
#include "bundles/version.h"
#include "gate/reversal.h"

/* The newest version that stays when the steps up to `last` are done, NULL for none. */
static const char *former_version(const struct gate_reversal *reversal, size_t last)
{
	const char *highest = NULL;

	for (size_t i = 0; i < reversal->history.count; i++) {
		const struct history_row *row = &reversal->history.rows[i];
		bool stays = history_row_is_versioned(row);

		for (size_t k = 0; stays && k <= last; k++)
			stays = reversal->steps[k].row != row;
		if (stays && (!highest || version_compare(row->version, highest) > 0))
			highest = row->version;
	}
	return highest;
}

static enum lg_status run_step(
	struct target *target, struct gate_reversal *out, size_t index, struct lg_error *err)
{
	struct revert_step *step = &out->steps[index];
	struct body_view view = body_view_of_text(step->sql, step->sql_len);
	LG_FREE_BY_SCOPE char *name = lg_format("down script of %s", step->row->version);
	const struct target_revert revert = {
		.row = step->row,
		.batch_id = out->batch.id,
		.down = {.view = &view,
			.file = step->file ? step->file : name,
			.first_line = step->first_line,
			.directives = &step->facts.directives,
			.hashes = &step->facts.hashes,
			.statements = step->facts.statements},
		.record = in_step_remove(&out->in_step, step->row,
			out->in_step.is_on ? former_version(out, index) : NULL),
	};

	lg_fault("gate revert");
	if (!target->driver->revert(target, &revert, &step->duration_us, err))
		return LG_OK;
	return reversal_place(step, err);
}

static enum lg_status run_steps(struct target *target, const struct gate_request *request,
	struct gate_reversal *out, struct lg_error *err)
{
	const struct gate_listener *listener = request->listener;

	for (size_t i = 0; i < out->step_count; i++) {
		const struct history_row *row = out->steps[i].row;

		if (listener)
			listener->begins(
				listener->context, row->version, row->name, i + 1, out->step_count);
		if (run_step(target, out, i, err))
			return err->status;
		out->done_count = i + 1;
		if (listener)
			listener->ends(listener->context, row->version, row->name,
				out->steps[i].duration_us);
	}
	return LG_OK;
}

static enum lg_status revert_batch(struct target *target, const struct gate_request *request,
	struct gate_reversal *out, struct lg_error *err)
{
	enum lg_status status;

	if (in_step_begin(&out->in_step, target, &out->history, request, err) ||
		batch_begin(&out->batch, target, "revert", request, err))
		return err->status;
	schema_watch_begin(&out->watch, target);
	status = run_steps(target, request, out, err);
	schema_watch_end(&out->watch, target, out->batch.id, status);
	return batch_finish(&out->batch, status, err);
}

enum lg_status gate_revert(struct target *target, const struct gate_request *request,
	const struct revert_selection *selection, struct gate_reversal *out, struct lg_error *err)
{
	int64_t started_us = lg_clock_monotonic_us();
	int64_t lock_us;
	enum lg_status status;

	if (gate_lock(target, request, err))
		return err->status;
	lock_us = lg_clock_monotonic_us() - started_us;
	if (gate_revert_plan(target, request, selection, out, err))
		return err->status;
	out->lock_us = lock_us;
	if (out->verdict.is_blocked || out->step_count == 0)
		return LG_OK;

	status = revert_batch(target, request, out, err);
	out->revert_us = lg_clock_monotonic_us() - started_us - lock_us;
	return status;
}

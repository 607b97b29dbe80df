/* SPDX-License-Identifier: MIT */
#include "gate/revert.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bundles/limits.h"

void reversal_init(struct gate_reversal *reversal)
{
	*reversal = (struct gate_reversal){0};
	history_init(&reversal->history);
	verdict_init(&reversal->verdict);
}

static void clear(struct gate_reversal *reversal)
{
	history_release(&reversal->history);
	verdict_release(&reversal->verdict);
	for (size_t i = 0; i < reversal->step_count; i++)
		free(reversal->steps[i].sql);
	free(LG_TAKE(reversal->steps));
}

void reversal_release(struct gate_reversal *reversal)
{
	clear(reversal);
}

static bool is_undoable(const struct history_row *row)
{
	return (row->kind == MIGRATION_VERSIONED || row->kind == MIGRATION_BASELINE) &&
	       row->state == HISTORY_APPLIED && !row->adopted_from;
}

/* A row that may be undone. */
struct candidate {
	const struct history_row *row;
};

static int newest_first(const void *a, const void *b)
{
	uint64_t left = ((const struct candidate *)a)->row->position;
	uint64_t right = ((const struct candidate *)b)->row->position;

	return left < right ? 1 : left > right ? -1 : 0;
}

/* What may be undone at all, newest first. Owned by the caller, release with free(). */
static struct candidate *find_candidates(const struct history *history, size_t *out_count)
{
	struct candidate *candidates = lg_calloc(history->count, sizeof(*candidates));
	size_t count = 0;

	for (size_t i = 0; i < history->count; i++)
		if (is_undoable(&history->rows[i]))
			candidates[count++].row = &history->rows[i];
	qsort(candidates, count, sizeof(*candidates), newest_first);
	*out_count = count;
	return candidates;
}

static bool is_selected(const struct revert_selection *selection, const struct history_row *row,
	size_t index, uint64_t boundary)
{
	switch (selection->choice) {
	case REVERT_LAST_BATCH:
	case REVERT_BATCH:
		return strcmp(row->batch_id, selection->id) == 0;
	case REVERT_STEPS:
		return index < selection->steps;
	case REVERT_TO:
		return row->position > boundary;
	case REVERT_ALL:
		return true;
	}
	return false;
}

/* The position after which everything goes, for REVERT_TO. */
static enum lg_status find_boundary(const struct history *history,
	const struct revert_selection *selection, uint64_t *out, struct lg_error *err)
{
	const struct history_row *row;

	*out = 0;
	if (selection->choice != REVERT_TO)
		return LG_OK;
	row = history_find(history, MIGRATION_VERSIONED, selection->version);
	if (!row)
		row = history_find(history, MIGRATION_BASELINE, selection->version);
	if (!row)
		return lg_hint((lg_fail(err, LG_USAGE, "version '%s' is not in the history",
					selection->version),
				       err),
			"'lockgate status' lists what is; --to names the version that stays the "
			"newest, --all undoes everything");
	*out = row->position;
	return LG_OK;
}

static void add_step(struct gate_reversal *out, const struct history_row *row)
{
	out->steps = lg_grow(out->steps, out->step_count, sizeof(*out->steps));
	out->steps[out->step_count++] = (struct revert_step){.row = row, .first_line = 1};
}

/* Repeatables and seeds that one of the selected batches has run. */
static size_t count_kept(const struct gate_reversal *out)
{
	size_t kept = 0;

	for (size_t i = 0; i < out->history.count; i++) {
		const struct history_row *row = &out->history.rows[i];
		bool is_hit = false;

		if (row->kind != MIGRATION_REPEATABLE && row->kind != MIGRATION_SEED)
			continue;
		for (size_t k = 0; k < out->step_count && !is_hit; k++)
			is_hit = strcmp(out->steps[k].row->batch_id, row->batch_id) == 0;
		kept += is_hit;
	}
	return kept;
}

static enum lg_status select_steps(
	const struct revert_selection *selection, struct gate_reversal *out, struct lg_error *err)
{
	size_t count;
	LG_FREE_BY_SCOPE struct candidate *candidates = find_candidates(&out->history, &count);
	struct revert_selection choice = *selection;
	uint64_t boundary;

	if (find_boundary(&out->history, selection, &boundary, err))
		return err->status;
	if (choice.choice == REVERT_LAST_BATCH && count > 0)
		choice.id = candidates[0].row->batch_id;
	for (size_t i = 0; i < count; i++)
		if (is_selected(&choice, candidates[i].row, i, boundary))
			add_step(out, candidates[i].row);
	if (choice.choice == REVERT_BATCH && out->step_count == 0)
		return lg_hint(
			(lg_fail(err, LG_USAGE, "batch '%s' has nothing to undo", choice.id), err),
			"'lockgate status --json' tells each migration's batch; adopted rows, repeatables and seeds "
			"are never undone");
	out->kept = count_kept(out);
	return LG_OK;
}

/* The bundle's down script, for a row that was recorded without one. */
static enum lg_status read_from_bundle(const struct bundle *bundle, struct revert_step *step,
	struct lg_buf *out, struct lg_error *err)
{
	const struct migration *migration =
		bundle_find(bundle, step->row->kind, step->row->version);
	LG_CLEANUP(body_view_close) struct body_view view = {0};

	if (!migration || !migration_has(&migration->down))
		return lg_fail(err, LG_FORMAT, "no down script");
	if (bundle_view(bundle, &migration->down, &view, err))
		return err->status;
	step->file = migration->down.file;
	step->first_line = migration->down.first_line;
	lg_buf_add(out, view.text, view.len);
	return lg_buf_status(out, "the down script", err);
}

static void find_irreversible(struct gate_reversal *out, const struct history_row *row)
{
	LG_FREE_BY_SCOPE char *message =
		lg_format("version '%s' has no down script, so nothing is undone", row->version);
	LG_FREE_BY_SCOPE char *hint = lg_format(
		"undo it by hand and record that with 'lockgate resolve %s --reverted', or select "
		"less with --steps or --to",
		row->version);
	struct gate_finding *finding =
		verdict_add(&out->verdict, FINDING_IRREVERSIBLE, FINDING_BLOCK, message, hint);

	finding->kind = row->kind;
	finding->version = row->version;
	finding->name = row->name;
}

/*
 * A stored script has no file, so a place in it is part of the sentence; whoever reads the report
 * takes `file` for one that can be opened.
 */
static enum lg_status tell_place(const struct revert_step *step, struct lg_error *err)
{
	uint32_t line = err->line;
	uint32_t column = err->column;

	if (step->file)
		return lg_place(err, step->file, line, column);
	/* It is the database that holds it, not a bundle. */
	if (err->status == LG_FORMAT || err->status == LG_LIMIT)
		err->status = LG_DATABASE;
	err->file[0] = '\0';
	err->line = 0;
	err->column = 0;
	if (line == 0)
		return err->status;
	return lg_wrap(err, "down script of version '%s', line %u, column %u", step->row->version,
		line, column);
}

/* What is stored is foreign text: it is read as strictly as a bundle's. */
static enum lg_status scan_step(struct target *target, struct gate_reversal *out,
	struct revert_step *step, struct lg_error *err)
{
	struct body_view view = body_view_of_text(step->sql, step->sql_len);

	if (!script_scan(&view, target->driver->facts(target)->engine, SCRIPT_DOWN,
		    &out->history.strings, &step->facts, err))
		return LG_OK;
	err->line += err->line ? step->first_line - 1 : 0;
	return tell_place(step, err);
}

static enum lg_status demand_recorded(const struct revert_step *step, struct lg_error *err)
{
	if (step->row->has_down &&
		lg_digest_equal(&step->facts.hashes.content, &step->row->down_content))
		return LG_OK;
	(void)lg_fail(err, LG_DATABASE,
		"the stored down script of version '%s' is not the one that was recorded",
		step->row->version);
	return lg_hint(err,
		"somebody has changed it in the history: restore it from a backup, or undo by "
		"hand and say 'lockgate resolve %s --reverted'",
		step->row->version);
}

static enum lg_status load_step(struct target *target, const struct bundle *bundle,
	struct gate_reversal *out, struct revert_step *step, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf sql;
	bool is_stored;
	enum lg_status status;

	lg_buf_init(&sql, BUNDLE_MAX_BODY_BYTES);
	status = target->driver->read_down(target, step->row->kind, step->row->version, &sql, err);
	is_stored = status == LG_OK;
	if (status == LG_FORMAT && bundle)
		status = read_from_bundle(bundle, step, &sql, err);
	if (status == LG_FORMAT) {
		find_irreversible(out, step->row);
		return LG_OK;
	}
	if (status)
		return status;
	step->sql_len = sql.len;
	step->sql = lg_buf_take(&sql);
	if (scan_step(target, out, step, err))
		return err->status;
	return is_stored ? demand_recorded(step, err) : LG_OK;
}

/* Nothing is undone on top of a migration that stands half done. */
static void find_dirty(struct gate_reversal *out)
{
	for (size_t i = 0; i < out->history.count; i++) {
		const struct history_row *row = &out->history.rows[i];
		LG_FREE_BY_SCOPE char *message = NULL;
		LG_FREE_BY_SCOPE char *hint = NULL;
		struct gate_finding *finding;

		if (row->state != HISTORY_RUNNING)
			continue;
		message = lg_format("version '%s' stands half done, after statement %u of %u",
			row->version, row->statements_done, row->statements_total);
		hint = lg_format("apply again, or decide with 'lockgate resolve %s'", row->version);
		finding = verdict_add(&out->verdict, FINDING_DIRTY, FINDING_BLOCK, message, hint);
		finding->kind = row->kind;
		finding->version = row->version;
		finding->name = row->name;
	}
}

enum lg_status gate_revert_plan(struct target *target, const struct gate_request *request,
	const struct revert_selection *selection, struct gate_reversal *out, struct lg_error *err)
{
	clear(out);
	reversal_init(out);
	if (target->driver->read_history(target, &out->history, err) ||
		select_steps(selection, out, err))
		return err->status;
	find_dirty(out);
	for (size_t i = 0; i < out->step_count; i++)
		if (load_step(target, request->bundle, out, &out->steps[i], err))
			return lg_about(err, out->steps[i].row->version);
	return LG_OK;
}

static enum lg_status run_step(struct target *target, const struct gate_batch *batch,
	const struct revert_step *step, int64_t *out_duration_us, struct lg_error *err)
{
	struct body_view view = body_view_of_text(step->sql, step->sql_len);
	LG_FREE_BY_SCOPE char *name = lg_format("down script of %s", step->row->version);
	const struct target_revert revert = {
		.row = step->row,
		.batch_id = batch->id,
		.down = {.view = &view,
			.file = step->file ? step->file : name,
			.first_line = step->first_line,
			.directives = &step->facts.directives,
			.hashes = &step->facts.hashes,
			.statements = step->facts.statements},
	};

	if (!target->driver->revert(target, &revert, out_duration_us, err))
		return LG_OK;
	return tell_place(step, err);
}

static enum lg_status run_steps(struct target *target, const struct gate_request *request,
	struct gate_reversal *out, struct lg_error *err)
{
	const struct gate_listener *listener = request->listener;

	for (size_t i = 0; i < out->step_count; i++) {
		const struct history_row *row = out->steps[i].row;
		int64_t *duration_us = &out->steps[i].duration_us;

		if (listener)
			listener->begins(
				listener->context, row->version, row->name, i + 1, out->step_count);
		if (run_step(target, &out->batch, &out->steps[i], duration_us, err))
			return err->status;
		out->done_count = i + 1;
		if (listener)
			listener->ends(listener->context, row->version, row->name, *duration_us);
	}
	return LG_OK;
}

static enum lg_status revert_batch(struct target *target, const struct gate_request *request,
	struct gate_reversal *out, struct lg_error *err)
{
	if (batch_begin(&out->batch, target, "revert", request, err))
		return err->status;
	return batch_finish(&out->batch, run_steps(target, request, out, err), err);
}

enum lg_status gate_revert(struct target *target, const struct gate_request *request,
	const struct revert_selection *selection, struct gate_reversal *out, struct lg_error *err)
{
	int64_t started_us = lg_clock_monotonic_us();
	int64_t lock_us;
	enum lg_status status;

	if (target->driver->lock(target, request->lock_wait_ms, err))
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

/* SPDX-License-Identifier: MIT */
#include "gate/reversal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool is_undoable(const struct history_row *row)
{
	return (row->kind == MIGRATION_VERSIONED || row->kind == MIGRATION_BASELINE) &&
	       (row->state == HISTORY_APPLIED || row->is_reverting) && !row->adopted_from;
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

/* What a revert has begun comes before everything else. */
static int begun_first(const void *a, const void *b)
{
	bool left = ((const struct candidate *)a)->row->is_reverting;
	bool right = ((const struct candidate *)b)->row->is_reverting;

	return left != right ? (left ? -1 : 1) : newest_first(a, b);
}

/* What may be undone at all, newest first. Owned by the caller, release with free(). */
static struct candidate *find_candidates(const struct history *history, size_t *out_count)
{
	struct candidate *candidates = lg_calloc(history->count, sizeof(*candidates));
	size_t count = 0;

	for (size_t i = 0; i < history->count; i++)
		if (is_undoable(&history->rows[i]))
			candidates[count++].row = &history->rows[i];
	qsort(candidates, count, sizeof(*candidates), begun_first);
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

enum lg_status reversal_select(
	struct gate_reversal *out, const struct revert_selection *selection, struct lg_error *err)
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
		if (candidates[i].row->is_reverting ||
			is_selected(&choice, candidates[i].row, i, boundary))
			add_step(out, candidates[i].row);
	if (choice.choice == REVERT_BATCH && out->step_count == 0)
		return lg_hint(
			(lg_fail(err, LG_USAGE, "batch '%s' has nothing to undo", choice.id), err),
			"'lockgate status --json' tells each migration's batch; adopted rows, repeatables and seeds "
			"are never undone");
	out->kept = count_kept(out);
	return LG_OK;
}

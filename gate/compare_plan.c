/* SPDX-License-Identifier: MIT */
#include "gate/comparison.h"

#include "base/mem.h"
#include "gate/baseline.h"

bool comparison_can_resume(const struct merge_pair *pair)
{
	return pair->migration && pair->row->is_resumable && !pair->row->is_reverting &&
	       !pair->migration->up.directives.is_transactional &&
	       lg_digest_equal(&pair->row->hashes.content, &pair->migration->up.hashes.content);
}

/* True if the plan has this migration, which the history does not have. */
static bool is_new(const struct comparison *comparison, const struct migration *migration)
{
	if (!comparison->highest)
		return baseline_leaves(comparison->baseline, migration);
	if (migration->kind == MIGRATION_BASELINE)
		return false;
	if (migration->kind == MIGRATION_VERSIONED)
		return !baseline_covers(comparison->started_at, migration->version);
	return true;
}

/* True if the plan has this migration, whose row stands in the history. */
static bool runs_again(const struct comparison *comparison, const struct merge_pair *pair)
{
	/* Until the lock was seen free, a running row is taken for somebody's work under way. */
	if (pair->row->state == HISTORY_RUNNING)
		return !comparison->question->is_settled || comparison_can_resume(pair);
	return pair->migration->kind == MIGRATION_REPEATABLE &&
	       !lg_digest_equal(&pair->row->hashes.content, &pair->migration->up.hashes.content);
}

static void add_step(struct comparison *comparison, const struct merge_pair *pair, uint64_t *last)
{
	struct gate_verdict *verdict = comparison->verdict;
	bool is_running = pair->row && pair->row->state == HISTORY_RUNNING;

	verdict->plan = lg_grow(verdict->plan, verdict->plan_count, sizeof(*verdict->plan));
	verdict->plan[verdict->plan_count++] = (struct gate_step){
		.migration = pair->migration,
		.position = is_running ? pair->row->position : ++*last,
		.statements_done = is_running ? pair->row->statements_done : 0,
		.is_resumed = is_running,
		.is_repeated = pair->row && !is_running,
	};
}

static void consider(struct comparison *comparison, const struct merge_pair *pair, uint64_t *last)
{
	bool is_versioned = pair->migration->kind == MIGRATION_VERSIONED ||
			    pair->migration->kind == MIGRATION_BASELINE;

	if (!pair->row && is_new(comparison, pair->migration)) {
		add_step(comparison, pair, last);
		comparison->has_new_versions = comparison->has_new_versions || is_versioned;
	}
	if (!pair->row)
		return;
	if (runs_again(comparison, pair))
		add_step(comparison, pair, last);
	if (is_versioned && pair->row->position > comparison->known_position)
		comparison->known_position = pair->row->position;
}

void comparison_plan(struct comparison *comparison)
{
	struct merge merge = comparison_merge(comparison);
	uint64_t last = history_last_position(comparison->question->history);
	struct merge_pair pair;

	while (merge_next(&merge, &pair))
		if (pair.migration)
			consider(comparison, &pair, &last);
}

/* SPDX-License-Identifier: MIT */
#include "gate/comparison.h"

#include <string.h>

#include "base/mem.h"

/*
 * Renumbered migrations: an applied one that the bundle has under a new version. Same content and
 * same name, or same content that no other new migration has, tell.
 */

struct candidate {
	const struct migration *migration;
	bool is_taken;
};

struct candidates {
	struct candidate *items; /* by content, then name, then version */
	size_t count;
};

static void drop_candidates(struct candidates *candidates)
{
	free(candidates->items);
}

static int compare_content(const struct lg_digest *a, const struct lg_digest *b)
{
	return memcmp(a->bytes, b->bytes, LG_DIGEST_BYTES);
}

static int compare_candidates(const void *a, const void *b)
{
	const struct migration *left = ((const struct candidate *)a)->migration;
	const struct migration *right = ((const struct candidate *)b)->migration;
	int order = compare_content(&left->up.hashes.content, &right->up.hashes.content);

	if (order == 0)
		order = strcmp(left->name, right->name);
	return order ? order : migration_compare(left, right);
}

/* New versions that do something: empty scripts are all alike. */
static void collect(const struct comparison *comparison, struct candidates *out)
{
	const struct gate_verdict *verdict = comparison->verdict;

	out->items = lg_calloc(verdict->plan_count, sizeof(*out->items));
	for (size_t i = 0; i < verdict->plan_count; i++) {
		const struct gate_step *step = &verdict->plan[i];

		if (step->migration->kind == MIGRATION_VERSIONED && !step->is_resumed &&
			step->migration->up.statements > 0)
			out->items[out->count++].migration = step->migration;
	}
	if (out->count > 0)
		qsort(out->items, out->count, sizeof(*out->items), compare_candidates);
}

/* The first candidate that is not below content and name; `name` NULL is below every name. */
static size_t find_first(
	const struct candidates *candidates, const struct lg_digest *content, const char *name)
{
	size_t low = 0;
	size_t high = candidates->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct migration *migration = candidates->items[middle].migration;
		int order = compare_content(&migration->up.hashes.content, content);

		if (order < 0 || (order == 0 && name && strcmp(migration->name, name) < 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool has_content(
	const struct candidates *candidates, size_t at, const struct lg_digest *content)
{
	return at < candidates->count &&
	       lg_digest_equal(&candidates->items[at].migration->up.hashes.content, content);
}

static struct candidate *find_candidate(
	struct candidates *candidates, const struct history_row *row)
{
	const struct lg_digest *content = &row->hashes.content;
	size_t first = find_first(candidates, content, NULL);
	size_t named = row->name ? find_first(candidates, content, row->name) : first;

	if (row->name && has_content(candidates, named, content) &&
		strcmp(candidates->items[named].migration->name, row->name) == 0)
		return &candidates->items[named];
	if (has_content(candidates, first, content) && !has_content(candidates, first + 1, content))
		return &candidates->items[first];
	return NULL;
}

static bool is_lost(struct comparison *comparison, const struct merge_pair *pair)
{
	const struct history_row *row = pair->row;

	return !pair->migration && row->kind == MIGRATION_VERSIONED &&
	       row->state == HISTORY_APPLIED && !comparison_accounts_for(comparison, row) &&
	       !waiver_index_find(&comparison->waivers, WAIVER_REMOVED, row->version);
}

static void pair_off(
	struct comparison *comparison, struct candidates *candidates, const struct history_row *row)
{
	const struct gate_question *question = comparison->question;
	struct candidate *candidate = find_candidate(candidates, row);

	if (!candidate || candidate->is_taken)
		return;
	candidate->is_taken = true;
	if (!comparison->moved_to) {
		comparison->moved_to =
			lg_calloc(question->history->count, sizeof(const struct migration *));
		comparison->is_moved = lg_calloc(question->bundle->count, sizeof(bool));
	}
	comparison->moved_to[row - question->history->rows] = candidate->migration;
	comparison->is_moved[candidate->migration - question->bundle->migrations] = true;
}

void comparison_find_moved(struct comparison *comparison)
{
	LG_CLEANUP(drop_candidates) struct candidates candidates = {0};
	struct merge merge = comparison_merge(comparison);
	struct merge_pair pair;

	collect(comparison, &candidates);
	while (candidates.count > 0 && merge_next(&merge, &pair))
		if (is_lost(comparison, &pair))
			pair_off(comparison, &candidates, pair.row);
}

const struct migration *comparison_moved_to(
	const struct comparison *comparison, const struct history_row *row)
{
	if (!comparison->moved_to)
		return NULL;
	return comparison->moved_to[row - comparison->question->history->rows];
}

bool comparison_is_moved(const struct comparison *comparison, const struct migration *migration)
{
	return comparison->is_moved &&
	       comparison->is_moved[migration - comparison->question->bundle->migrations];
}

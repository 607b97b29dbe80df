/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_MERGE_H
#define LOCKGATE_GATE_MERGE_H

/*
 * Bundle and history side by side: both are sorted alike, so one pass finds what belongs together.
 * Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "bundles/bundle.h"
#include "gate/history.h"

/* A migration and its row; one of them may be NULL, not both. */
struct merge_pair {
	const struct migration *migration;
	const struct history_row *row;
};

static inline const char *merge_pair_version(const struct merge_pair *pair)
{
	return pair->migration ? pair->migration->version : pair->row->version;
}

struct merge {
	const struct bundle *bundle;
	const struct history *history; /* sorted */
	bool with_seeds;               /* else seeds are passed over, on both sides */
	size_t next_migration;         /* the first pass begins at 0 */
	size_t next_row;
};

/* The next pair in the order of migration_compare(); false when there is none left. */
bool merge_next(struct merge *merge, struct merge_pair *out);

#endif

/* SPDX-License-Identifier: MIT */
#include "gate/merge.h"

/* Seeds are last on both sides, so the first one is the end where they are passed over. */

static const struct migration *peek_migration(const struct merge *merge)
{
	const struct migration *migration;

	if (merge->next_migration == merge->bundle->count)
		return NULL;
	migration = &merge->bundle->migrations[merge->next_migration];
	return migration->kind == MIGRATION_SEED && !merge->with_seeds ? NULL : migration;
}

static const struct history_row *peek_row(const struct merge *merge)
{
	const struct history_row *row;

	if (merge->next_row == merge->history->count)
		return NULL;
	row = &merge->history->rows[merge->next_row];
	return row->kind == MIGRATION_SEED && !merge->with_seeds ? NULL : row;
}

bool merge_next(struct merge *merge, struct merge_pair *out)
{
	const struct migration *migration = peek_migration(merge);
	const struct history_row *row = peek_row(merge);
	int order = migration && row ? history_row_compare(row, migration) : 0;

	if (!migration && !row)
		return false;
	*out = (struct merge_pair){
		.migration = order < 0 ? NULL : migration,
		.row = order > 0 ? NULL : row,
	};
	merge->next_migration += out->migration != NULL;
	merge->next_row += out->row != NULL;
	return true;
}

/* SPDX-License-Identifier: MIT */
#include "gate/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/version.h"

static const char *const state_names[] = {
	[HISTORY_RUNNING] = "running",
	[HISTORY_APPLIED] = "applied",
};

void history_init(struct history *history)
{
	*history = (struct history){0};
}

void history_release(struct history *history)
{
	free(history->rows);
	free(history->invalid_indexes);
	lg_arena_release(&history->strings);
	*history = (struct history){0};
}

void history_add_invalid(struct history *history, const char *index)
{
	history->invalid_indexes = lg_grow(history->invalid_indexes, history->invalid_count,
		sizeof(*history->invalid_indexes));
	history->invalid_indexes[history->invalid_count++] = lg_arena_add(&history->strings, index);
}

struct history_row *history_add(struct history *history)
{
	struct history_row *row;

	history->rows = lg_grow(history->rows, history->count, sizeof(*history->rows));
	row = &history->rows[history->count++];
	*row = (struct history_row){0};
	return row;
}

int history_row_compare(const struct history_row *row, const struct migration *migration)
{
	struct migration key = {.kind = row->kind, .version = row->version};

	return migration_compare(&key, migration);
}

static int compare_rows(const void *a, const void *b)
{
	const struct history_row *right = b;
	struct migration key = {.kind = right->kind, .version = right->version};

	return history_row_compare(a, &key);
}

static bool is_sorted(const struct history *history)
{
	for (size_t i = 1; i < history->count; i++)
		if (compare_rows(&history->rows[i - 1], &history->rows[i]) > 0)
			return false;
	return true;
}

void history_sort(struct history *history)
{
	/* Most come sorted out of the database. */
	if (!is_sorted(history))
		qsort(history->rows, history->count, sizeof(*history->rows), compare_rows);
}

const struct history_row *history_find(
	const struct history *history, enum migration_kind kind, const char *version)
{
	struct history_row key = {.kind = kind, .version = version};

	if (history->count == 0 || (kind != MIGRATION_REPEATABLE && !version_is_valid(version)))
		return NULL;
	return bsearch(&key, history->rows, history->count, sizeof(key), compare_rows);
}

uint64_t history_last_position(const struct history *history)
{
	uint64_t last = 0;

	for (size_t i = 0; i < history->count; i++)
		if (history->rows[i].position > last)
			last = history->rows[i].position;
	return last;
}

const char *history_current(const struct history *history)
{
	for (size_t i = history->count; i > 0; i--) {
		const struct history_row *row = &history->rows[i - 1];

		if (history_row_is_versioned(row) && row->state == HISTORY_APPLIED)
			return row->version;
	}
	return NULL;
}

const char *history_state_name(enum history_state state)
{
	return state_names[state];
}

bool history_state_parse(const char *name, enum history_state *out)
{
	for (size_t i = 0; i < LG_COUNT_OF(state_names); i++)
		if (strcmp(state_names[i], name) == 0) {
			*out = (enum history_state)i;
			return true;
		}
	return false;
}

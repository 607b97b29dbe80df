/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_HISTORY_H
#define LOCKGATE_GATE_HISTORY_H

/*
 * What a target says was done to it, for one project and scope. A plain value: drivers fill it,
 * the gate reads it. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "bundles/migration.h"

enum { HISTORY_LAYOUT_VERSION = 1 };

/* The event of a batch that adopts: its detail is `in_step` from then on. */
#define HISTORY_IN_STEP "kept in step"

enum history_state { HISTORY_RUNNING, HISTORY_APPLIED };

struct history_row {
	enum migration_kind kind;
	const char *version;
	const char *name;
	uint64_t position; /* 1, 2, … in order of application */
	enum history_state state;
	const char *algorithm;

	/* While `state` is HISTORY_RUNNING, `tokens` covers the statements done so far. */
	struct script_hashes hashes;
	bool has_down;
	struct lg_digest down_content;
	enum migration_phase phase;
	const char *batch_id;
	const char *started_at; /* RFC 3339, UTC */
	const char *applied_at; /* NULL while it is being applied */
	int64_t duration_us;
	uint32_t statements_done, statements_total;
	const char *adopted_from; /* NULL: lockgate applied it */

	/*
	 * A running row whose next run knows what to do: its run died or was cancelled between
	 * statements whose effects are known, or `resolve` has decided. Not so after a failed
	 * statement.
	 */
	bool is_resumable;

	/* A running row that a revert has begun to undo: `statements_…` are of its down script. */
	bool is_reverting;
};

struct history {
	uint32_t layout_version;  /* 0: there is no history yet */
	struct history_row *rows; /* sorted by history_sort() */
	size_t count;
	bool has_batches;            /* of this project and scope; not if the last one forgot */
	const char *other_project;   /* one that has rows here, ours having none in any scope */
	const char *unmanaged_table; /* one that is not ours; NULL: none. Read when !has_batches */
	const char *in_step;         /* "TOOL TABLE" that is written along; NULL: none */
	const char *foreign_tool;    /* whose history table was found; NULL: none */
	const char *foreign_table;

	/* Indexes that a build has left invalid, and none is under way. */
	const char **invalid_indexes;
	size_t invalid_count;
	struct lg_arena strings; /* owns every text above */
};

void history_init(struct history *history);
void history_release(struct history *history);

/* Adds the name of an invalid index, which is copied. */
void history_add_invalid(struct history *history, const char *index);

/* Adds a zeroed row and returns it, borrowed until the next call. */
struct history_row *history_add(struct history *history);

/*
 * Sorts the rows in the order of migration_compare(). Whoever fills a history refuses rows whose
 * version is not valid for their kind: the order is undefined for them.
 */
void history_sort(struct history *history);

/* The order of migration_compare() between a row and a migration. */
int history_row_compare(const struct history_row *row, const struct migration *migration);

/* True of the kinds that share one order of versions: versioned migrations and baselines. */
static inline bool history_row_is_versioned(const struct history_row *row)
{
	return row->kind == MIGRATION_VERSIONED || row->kind == MIGRATION_BASELINE;
}

/* The row of that kind and version, or NULL; rows must be sorted. */
const struct history_row *history_find(
	const struct history *history, enum migration_kind kind, const char *version);

/* The highest position in use; 0 for none. */
uint64_t history_last_position(const struct history *history);

/* The version applied last by version order, baselines included; NULL for none. */
const char *history_current(const struct history *history);

/* "running" or "applied". */
const char *history_state_name(enum history_state state);
bool history_state_parse(const char *name, enum history_state *out);

#endif

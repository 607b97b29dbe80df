/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_LINT_PAST_H
#define LOCKGATE_BUNDLES_LINT_PAST_H

/*
 * What the statements of a script have done so far, as far as a later one depends on it. A set of
 * facts about names; a lookup takes constant time. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/lexer.h"
#include "bundles/lint/statement.h"

enum lint_fact {
	LINT_CREATED_TABLE, /* also a materialized view */
	LINT_CREATED_VIEW,
	LINT_LOCKED_TABLE,    /* against reads, until the transaction ends; none that is new */
	LINT_ADDED_NOT_VALID, /* a constraint, by its name */
	LINT_VALIDATED_TABLE, /* one of its constraints was */
	LINT_DROPPED_INDEX,
	LINT_ADDED_LABEL, /* of an enum, as a string */
	LINT_RENAMED_TABLE,
	LINT_RENAMED_TO,     /* a table, which has this name now */
	LINT_LEGACY_RENAMES, /* SQLite: the pragma of that name is on */
};

struct lint_past_item {
	enum lint_fact fact;
	struct lint_name name;
	uint32_t next; /* of the same bucket, its number from 1; 0: none */
};

enum { LINT_PAST_BUCKETS = 1 << 16 };

struct lint_past {
	struct lint_past_item *items;
	size_t count;
	size_t locked_tables; /* how many are, one with two names once */
	uint32_t *buckets;    /* the number of the newest item of each, from 1; NULL: no items */
};

/* One that is all zero is empty and ready. */
void lint_past_release(struct lint_past *past);

/* The text of the name is borrowed. A fact that is there already is not added. */
void lint_past_add(struct lint_past *past, enum lint_fact fact, const struct lint_name *name);

bool lint_past_has(const struct lint_past *past, enum lint_fact fact, const struct lint_name *name);

/* The table that the statement locks against reads until the transaction ends, if any. */
bool lint_locks_table(const struct lint_statement *statement, struct lint_name *out_table);

/* Adds what a statement of PostgreSQL or SQLite does. */
void lint_past_note(struct lint_past *past, const struct lint_statement *statement);

#endif

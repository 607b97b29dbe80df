/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_FOREIGN_H
#define LOCKGATE_GATE_FOREIGN_H

/*
 * What another tool's history table says. A plain value: drivers fill it, as foreign input, and
 * the gate reads it. Pure.
 *
 * A driver reads in two steps: the tables whose names are known or were asked for, of which
 * foreign_choose() chooses; then its rows.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "gate/foreign_tool.h"

enum foreign_state {
	FOREIGN_APPLIED,
	FOREIGN_FAILED, /* it failed, is half done or under way: nobody knows what of it is there */
	FOREIGN_UNDONE, /* a later row takes it back */
	FOREIGN_FORGOTTEN, /* the tool was told that its file is gone */
	FOREIGN_BASELINE,  /* everything up to this version counts as applied */
};

struct foreign_table {
	const char *schema; /* "main" on SQLite */
	const char *name;
	const char *columns; /* their names, each with a line end */
	bool is_near;        /* the user finds it without its schema */
};

struct foreign_entry {
	const char *identity; /* version, file name, id: what the tool knows it by */
	const char *checksum; /* as stored, bytes in lower case base16; NULL: none */
	const char *detail;   /* description, author, batch; NULL: none */
	const char *path;     /* of the file, where the tool records it; else NULL */
	enum foreign_state state;
	const char *applied_at; /* as the database writes it; NULL: not known */
	bool is_repeatable;     /* `identity` is its description */
	bool is_superseded;     /* a later row is about the same: see foreign_settle() */
};

struct foreign_history {
	enum foreign_tool tool;
	struct foreign_table *tables; /* that were found; those that are near first */
	size_t table_count;
	const struct foreign_table *table; /* the one that is read; NULL until it is chosen */
	const struct foreign_table *lock;  /* its lock table; NULL: there is none */
	struct foreign_entry *entries;     /* in the order in which the tool wrote them */
	size_t count;
	const char *lock_holder; /* who has the tool's lock, "" if that is not told; NULL: nobody */
	struct lg_arena strings; /* owns every text above */
};

void foreign_init(struct foreign_history *foreign, enum foreign_tool tool);
void foreign_release(struct foreign_history *foreign);

/* The columns that a row is read from, as text, in the order of every foreign_read_*.sql. */
enum foreign_column {
	FOREIGN_IDENTITY,
	FOREIGN_CHECKSUM,
	FOREIGN_DETAIL,
	FOREIGN_PATH,
	FOREIGN_STATE, /* applied, failed, undone, forgotten or baseline */
	FOREIGN_MOMENT,
	FOREIGN_COLUMNS,
};

struct foreign_row {
	const char *texts[FOREIGN_COLUMNS]; /* borrowed, each ends in a NUL; NULL for NULL */
	size_t lens[FOREIGN_COLUMNS];       /* in bytes */
};

/*
 * Adds a row. A NULL identity is a repeatable, which is known by its detail. Errors: LG_DATABASE
 * (no text that lockgate could show, or no identity), LG_LIMIT.
 */
LG_MUST_USE
enum lg_status foreign_add(
	struct foreign_history *foreign, const struct foreign_row *row, struct lg_error *err);

/* Adds a table that was found; texts are copied. */
void foreign_add_table(struct foreign_history *foreign, const struct foreign_table *table);

/*
 * Sets `table`, and `lock`: the tool's own name, or `wanted`, which may be SCHEMA.NAME. The exact
 * spelling comes before another one, what is near before what is not. Errors: LG_USAGE (there is
 * none, or there are several in schemas that are not near; those of other tools are named).
 */
LG_MUST_USE
enum lg_status foreign_choose(
	struct foreign_history *foreign, const char *wanted, struct lg_error *err);

/* Marks every row but the last one about the same migration. */
void foreign_settle(struct foreign_history *foreign);

bool foreign_table_has(const struct foreign_table *table, const char *column);

/* "SCHEMA.NAME", or "NAME" where that is enough; kept in `strings`. */
const char *foreign_table_show(const struct foreign_table *table, struct lg_arena *strings);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_SUPPORT_FAKE_DATABASE_H
#define LOCKGATE_TESTS_SUPPORT_FAKE_DATABASE_H

/*
 * The database behind `fake:NAME`: it lives in memory from fake_database_new() to
 * fake_database_free() and outlives the sessions on it.
 *
 * Of SQL it knows `CREATE TABLE x` (x must not stand there), `DROP TABLE x` (x must), `FAIL`, which
 * fails, and in checks `SELECT`, which gives a row unless it has a WHERE. All else does nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "bundles/script.h"
#include "gate/history.h"

struct fake_row {
	const char *project, *scope;
	struct history_row row;
	const char *down_sql; /* NULL: none */
	size_t down_len;
};

struct fake_batch {
	const char *id, *project, *scope, *action;
	const char *outcome; /* NULL while under way */
};

struct fake_event {
	const char *batch_id, *version, *what, *detail; /* each may be NULL but `what` */
};

struct fake_object {
	const char *project, *scope, *kind, *identity, *definition, *batch_id;
};

struct fake_tables {
	const char **names;
	size_t count;
};

/* What a transaction changes. */
struct fake_state {
	struct fake_tables tables;
	struct fake_row *rows; /* owned */
	size_t row_count;
};

struct fake_database {
	const char *name;
	bool exists; /* a session that may write was opened */
	bool has_layout;
	struct fake_tables tables;
	const char *foreign_table;  /* of Sequelize; NULL: there is none */
	struct fake_tables foreign; /* its rows' names, which are unique */
	struct fake_row *rows;
	size_t row_count;
	struct fake_batch *batches;
	size_t batch_count;
	struct fake_event *events;
	size_t event_count;
	struct fake_object *objects; /* the recorded schema */
	size_t object_count;
	const void *lock_holder; /* the session, NULL: free */
	uint64_t operations;     /* done so far: calls of the driver and statements */
	uint64_t fail_at;        /* the one that fails; 0: none */
	uint32_t busy_steps;     /* so many next ones are another run's, which has no lock */
	bool others_finish;      /* and which has done each of them a moment later */
	int64_t round_trip_us;   /* what a session says of the way to it */
	uint64_t messages;       /* calls of apply() so far */
	struct lg_arena strings; /* owns every text above */
	struct fake_database *next;
};

/* Makes `fake:NAME` known; owned by the caller, release with fake_database_free(). */
struct fake_database *fake_database_new(const char *name);
void fake_database_free(struct fake_database *database);

/* NULL if there is none of that name. */
struct fake_database *fake_database_find(const char *name);

/* Lets the n-th operation from now on fail as a lost connection would; 0: none. */
void fake_fail_at(struct fake_database *database, uint64_t n);

/*
 * Lets the next `steps` calls of apply() meet another run, as behind a pooler where no lock holds;
 * with `others_finish` that run has applied the migration when the history is read again.
 */
void fake_be_busy(struct fake_database *database, uint32_t steps, bool others_finish);

bool fake_has_table(const struct fake_database *database, const char *name);
void fake_add_table(struct fake_database *database, const char *name);

/* Makes Sequelize's table; `names` ends with NULL. */
void fake_make_foreign(struct fake_database *database, const char *table, const char *const *names);

/* Adds, or removes, a row of that table; false if it stands there already. */
bool fake_write_foreign(struct fake_database *database, const char *name, bool is_removal);

size_t fake_count_events(const struct fake_database *database, const char *what);

/* NULL if there is no such row. */
struct fake_row *fake_find_row(struct fake_database *database, const char *project,
	const char *scope, const struct history_row *key);

/* Writes the row, copied, in place of one that stands there; its down script stays. */
struct fake_row *fake_put_row(struct fake_database *database, const char *project,
	const char *scope, const struct history_row *row);
void fake_remove_row(struct fake_database *database, struct fake_row *row);

/* NULL if there is no such batch. */
struct fake_batch *fake_find_batch(struct fake_database *database, const char *id);

void fake_add_event(struct fake_database *database, const struct fake_event *event);

/* NULL if there is no such object. */
struct fake_object *fake_find_object(struct fake_database *database, const struct fake_object *key);

/* Records an object, copied, in place of one that stands there. */
void fake_put_object(struct fake_database *database, const struct fake_object *object);
void fake_remove_object(struct fake_database *database, struct fake_object *object);

/* A copy to go back to; release with fake_tables_release(). */
struct fake_tables fake_tables_copy(const struct fake_tables *tables);
void fake_tables_release(struct fake_tables *tables);

/* Goes back to the copy, which is taken. */
void fake_tables_restore(struct fake_tables *tables, struct fake_tables *copy);

/* Runs one statement; false with *out_reason if it fails. */
bool fake_run(struct fake_database *database, const char *sql, size_t len, const char **out_reason);

/* Runs one statement of a check, likewise. */
bool fake_check(const char *sql, size_t len, const char **out_reason);

#endif

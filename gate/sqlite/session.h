/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SQLITE_SESSION_H
#define LOCKGATE_GATE_SQLITE_SESSION_H

/*
 * One connection to an SQLite database, as the other files of this driver share it.
 *
 * The connection is opened defensively (https://www.sqlite.org/security.html): no extensions, no
 * attached databases, an untrusted schema. Nothing here ever opens the database file by itself:
 * closing such a descriptor would drop SQLite's own locks on it (howtocorrupt.html, 2.2).
 */

#include <stdbool.h>
#include <stdint.h>

#include "gate/target.h"

struct sqlite3;
struct sqlite3_stmt;

struct sqlite_session {
	struct target target; /* first: the driver's common part */
	struct target_options options;
	struct target_facts facts;
	char *project, *scope;
	char *path; /* of the database file; ":memory:" */
	char *file; /* its absolute name, links resolved; "" in memory */
	char *identity;
	struct sqlite3 *db;  /* NULL: the file does not exist, and nothing was written yet */
	bool may_create;     /* something is to be written */
	int lock_fd;         /* of the sidecar, locked; -1: not held */
	int64_t deadline_us; /* of the statement under way, monotonic; 0: none */
	bool timed_out;      /* the deadline ended it */
	bool has_lost_disk;  /* the last failure was a full or broken disk */
	bool is_settling;    /* what happened is being recorded: the stop flag no longer counts */

	/* What the script under way may do, and what it has done to the connection. */
	bool is_guarded;        /* a script is running: the authorizer judges */
	bool is_in_transaction; /* in a transaction of ours */
	bool is_vacuuming;
	bool has_changed_settings; /* a pragma was set or a temporary object made */
	bool has_altered_tables;   /* and their new names were not looked at yet */
	const char *refusal;       /* why the authorizer said no; NULL: it did not */
};

static inline struct sqlite_session *sqlite_session_of(struct target *target)
{
	return (struct sqlite_session *)target;
}

/* Where the database of `url` lies: what follows "sqlite:". Errors: LG_USAGE. */
LG_MUST_USE
enum lg_status sqlite_url_path(const char *url, const char **out, struct lg_error *err);

/*
 * Opens `session->db` by `session->path`, unless the file is not there and may not be created.
 * Errors: LG_DATABASE.
 */
LG_MUST_USE enum lg_status sqlite_connect(struct sqlite_session *session, struct lg_error *err);

/* Likewise, for writing: a file that is not there will be. */
LG_MUST_USE enum lg_status sqlite_create(struct sqlite_session *session, struct lg_error *err);

/*
 * Closes the connection and opens it again, so that no setting or temporary object of a script
 * reaches the next one. In memory, where that would lose the database, it does nothing.
 */
LG_MUST_USE enum lg_status sqlite_reconnect(struct sqlite_session *session, struct lg_error *err);

void sqlite_disconnect(struct sqlite_session *session);

/* Writes what SQLite says of its last failure; LG_CANCELLED when a signal ended it. */
enum lg_status sqlite_fail(struct sqlite_session *session, const char *doing, struct lg_error *err);

/*
 * A statement of sql.h, bound and stepped by hand. Begin, bind in order, then step until it says
 * false; release by scope. Text that is NULL binds NULL.
 */
struct sqlite_query {
	struct sqlite_session *session;
	struct sqlite3_stmt *statement;
	int bound;
	bool has_failed; /* a bind failed; the first step says so */
};

LG_MUST_USE
enum lg_status sqlite_query_begin(struct sqlite_query *query, struct sqlite_session *session,
	const char *sql, struct lg_error *err);

/* Likewise, with project and scope bound as the first two parameters. */
LG_MUST_USE
enum lg_status sqlite_query_begin_scoped(struct sqlite_query *query, struct sqlite_session *session,
	const char *sql, struct lg_error *err);

/*
 * Likewise, of a statement about a table that is no fixed one: its name is what ?1 stands for,
 * wherever that is, so values are bound from ?2 on.
 */
LG_MUST_USE
enum lg_status sqlite_query_begin_on(struct sqlite_query *query, struct sqlite_session *session,
	const char *sql, const char *table, struct lg_error *err);
void sqlite_bind_text(struct sqlite_query *query, const char *text);
void sqlite_bind_bytes(struct sqlite_query *query, const char *text, size_t len);
void sqlite_bind_digest(struct sqlite_query *query, const struct lg_digest *digest);
void sqlite_bind_moment(struct sqlite_query *query, int64_t moment_us);
void sqlite_bind_base16(struct sqlite_query *query, const char *digits); /* as bytes */
void sqlite_bind_number(struct sqlite_query *query, int64_t number);

/* *out_row is false at the end. */
LG_MUST_USE
enum lg_status sqlite_query_step(struct sqlite_query *query, bool *out_row, struct lg_error *err);
void sqlite_query_end(struct sqlite_query *query);

/* Columns of the row, borrowed until the next step; NULL for NULL. */
const char *sqlite_column(struct sqlite_query *query, int column);
int64_t sqlite_column_number(struct sqlite_query *query, int column);
size_t sqlite_column_bytes(struct sqlite_query *query, int column); /* of its text; 0 for NULL */

/* True if an integer is stored there, and not what one could be made of. */
bool sqlite_column_is_number(struct sqlite_query *query, int column);

/* Steps a query that gives no row to its end, and releases it in any case. */
LG_MUST_USE enum lg_status sqlite_query_run(struct sqlite_query *query, struct lg_error *err);

/*
 * Likewise, of a query that writes exactly one row: anything else is LG_DATABASE, for a trigger
 * made by hand, or a hand in the table, would have the history say what is not so.
 */
LG_MUST_USE enum lg_status sqlite_query_write(struct sqlite_query *query, struct lg_error *err);

/*
 * Whether triggers and views of the database work: they are a script's business, never that of
 * what is recorded. A connection begins without them.
 */
void sqlite_switch_triggers(struct sqlite_session *session, bool is_on);

/* Runs a statement without parameters. */
LG_MUST_USE
enum lg_status sqlite_run(struct sqlite_session *session, const char *sql, struct lg_error *err);

/* Rolls back when a transaction is open; what fails then is of no use to anyone. */
void sqlite_roll_back(struct sqlite_session *session);

/* The statement that starts now may take this long; 0 takes the bound away. */
void sqlite_set_deadline(struct sqlite_session *session, int64_t timeout_ms);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_SESSION_H
#define LOCKGATE_GATE_POSTGRES_SESSION_H

/*
 * One connection to a PostgreSQL server, as the other files of this driver share it. It does
 * everything: lock, scripts and history, so that losing it ends all three together.
 *
 * What is sent are strings of the simple query protocol (PostgreSQL manual, "Message Flow"), each
 * of as many statements as can be had for one round trip; see string.h. No setting is given when
 * the connection starts (poolers refuse that): what must be pinned travels inside the strings.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gate/postgres/string.h"
#include "gate/target.h"

struct pg_conn;
struct pg_result;
struct postgres_trace;

/* What lies between this program and the server's backend. */
enum postgres_route {
	POSTGRES_ROUTE_UNKNOWN, /* nobody has asked yet */
	POSTGRES_ROUTE_DIRECT,
	POSTGRES_ROUTE_POOLED, /* a proxy that may change backends between transactions: no lock */
	POSTGRES_ROUTE_PINNED, /* a proxy that was seen to keep one backend for the session */
};

struct postgres_session {
	struct target target; /* first: the driver's common part */
	struct target_options options;
	struct target_facts facts;
	char *url, *project, *scope, *role;
	char *database, *server_version, *identity;
	struct pg_conn *conn; /* NULL: the connection was lost */
	int32_t lock_key; /* the second half of the lock's key; the first is POSTGRES_LOCK_SPACE */
	enum postgres_route route;
	bool is_locked;        /* the lock is held, or the route has none to hold */
	bool is_settling;      /* what happened is being recorded: the stop flag no longer counts */
	bool can_check_client; /* a backend may look whether its client is still there */
	bool has_own_name;     /* the application name is lockgate's, so it may tell more */
	bool has_trust;        /* the history belongs to nobody who must not be trusted */
	uint32_t layout_version;      /* of the history, as last seen; 0: none */
	struct postgres_trace *trace; /* of the rehearsal under way; NULL: none */
};

enum { POSTGRES_LOCK_SPACE = 0x4C4B4754 }; /* "LKGT" in pg_locks.classid */

static inline struct postgres_session *postgres_session_of(struct target *target)
{
	return (struct postgres_session *)target;
}

/* What takes the answers to a string. */
struct postgres_reply {
	/*
	 * Statement `statement` (from 0) gave `rows`: all of them, or one after the other of a
	 * streamed string. Whatever it returns, the rest is read to its end. May be NULL.
	 */
	enum lg_status (*take)(void *context, size_t statement, const struct pg_result *rows,
		struct lg_error *err);
	void *context;
	bool is_streamed; /* rows are not gathered: memory stays small whatever comes */
	size_t done;      /* out: how many statements have ended well, also after an error */
	int64_t rows;     /* out: what the last of them counts in its command tag; -1: nothing */
};

/*
 * Sends a string and reads all that comes back; data of COPY … FROM stdin is sent from the string's
 * pieces, COPY … TO is dropped. `reply` may be NULL. The connection stays usable unless it is
 * lost, which leaves `session->conn` NULL. When the stop flag rises, the server is asked to cancel.
 * Errors: LG_DATABASE (with SQLSTATE, unless the connection was lost), LG_FAILED (the same, of a
 * piece of a script, with its place), LG_CANCELLED, what `take` returned.
 */
LG_MUST_USE
enum lg_status postgres_execute(struct postgres_session *session, struct postgres_string *string,
	struct postgres_reply *reply, struct lg_error *err);

/*
 * Sends the string, and makes it empty again. For strings whose answers do not matter beyond
 * whether they are good.
 */
LG_MUST_USE
enum lg_status postgres_run(
	struct postgres_session *session, struct postgres_string *string, struct lg_error *err);

/* True if `err` is that of the server with this SQLSTATE. */
bool postgres_is_error(const struct lg_error *err, const char *sqlstate);

/* True if the run was told to stop, and nothing is being recorded. */
bool postgres_is_stopped(const struct postgres_session *session);

/* A column of a row, borrowed from `rows`; NULL for NULL. */
const char *postgres_column(const struct pg_result *rows, int row, int column);
size_t postgres_column_bytes(const struct pg_result *rows, int row, int column);

/* The number in a column that the statement makes one; 0 for NULL. */
int64_t postgres_number_at(const struct pg_result *rows, int row, int column);
int postgres_row_count(const struct pg_result *rows);

#endif

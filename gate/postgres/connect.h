/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_CONNECT_H
#define LOCKGATE_GATE_POSTGRES_CONNECT_H

/*
 * Making the connection: what the URL, PG* variables, service and password files say is libpq's
 * business (PostgreSQL manual, "Database Connection Control Functions"); what keeps a migration
 * safe is set where they say nothing. Servers on which lockgate cannot work are refused by name.
 */

#include "gate/postgres/session.h"

/*
 * Connects `session`, waiting for a server that is not up yet for at most `wait_ms`; what will not
 * change by waiting (a refused password, a missing database, TLS) fails at once. Errors:
 * LG_DATABASE (with SQLSTATE where the server gave one), LG_CANCELLED.
 */
LG_MUST_USE
enum lg_status postgres_connect(
	struct postgres_session *session, int64_t wait_ms, struct lg_error *err);

/*
 * A connection of its own with the same parameters, to `database` or, if that is NULL, to the same
 * one; the caller ends it with PQfinish(). Errors: LG_DATABASE, LG_CANCELLED.
 */
LG_MUST_USE
enum lg_status postgres_connect_beside(const struct postgres_session *session, const char *database,
	struct pg_conn **out, struct lg_error *err);

/* The error for a server that is a standby, however that was found out. */
enum lg_status postgres_fail_standby(struct lg_error *err);

void postgres_disconnect(struct postgres_session *session);

#endif

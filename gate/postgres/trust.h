/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_TRUST_H
#define LOCKGATE_GATE_POSTGRES_TRUST_H

/*
 * Whether the schema of the history may be used with the rights of this session. Whoever owns a
 * table can hang code on it (PostgreSQL manual, "Rules and Privileges", "Trigger Functions"), which
 * runs with the rights of whoever uses it. That matters where those are a superuser's.
 */

#include "gate/postgres/session.h"

/*
 * Adds what goes in front of reading the history, inside a transaction: the search path, no
 * writing, no rows hidden, and for a superuser the demand that there are but plain tables, which
 * stay so: 22012.
 */
void postgres_add_reading(
	const struct postgres_session *session, bool has_history, struct postgres_string *string);

/* The error for that 22012. */
enum lg_status postgres_fail_tables(struct lg_error *err);

/*
 * For a superuser, once a session, before it writes: the schema and all in it belong to superusers,
 * so that nobody else can hang code on it, now or later. Errors: LG_DATABASE.
 */
LG_MUST_USE
enum lg_status postgres_demand_owner(struct postgres_session *session, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_SCOPE_H
#define LOCKGATE_GATE_POSTGRES_SCOPE_H

/*
 * A scope other than `main` is a tenant: a schema of that name, which its scripts find first on
 * their search path (PostgreSQL manual, "The Schema Search Path").
 */

#include "gate/postgres/session.h"

/* Errors: LG_USAGE (a schema that is the server's, or the history's). */
LG_MUST_USE
enum lg_status postgres_check_scope(const char *scope, struct lg_error *err);

bool postgres_is_scoped(const struct postgres_session *session);

/* Adds what leads a script to the schema of its scope; nothing for `main`. */
void postgres_add_scope(
	const struct postgres_session *session, struct postgres_string *string, bool is_local);

/* Adds what remembers the schemas whose tables are looked at; before the search path is pinned. */
void postgres_add_schemas(const struct postgres_session *session, struct postgres_string *string);

/*
 * Looks whether the schema of the scope is there, and makes it if the options say so. Errors
 * besides: LG_USAGE (there is none).
 */
LG_MUST_USE
enum lg_status postgres_demand_scope(struct postgres_session *session, struct lg_error *err);

/* What it is that the schema of the scope is not there. */
enum lg_status postgres_fail_scope(const struct postgres_session *session, struct lg_error *err);

#endif

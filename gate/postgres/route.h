/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_ROUTE_H
#define LOCKGATE_GATE_POSTGRES_ROUTE_H

/*
 * What lies between this program and a backend, and what a session may therefore keep between two
 * strings. A pooler that hands out backends by transaction would leave locks and settings with the
 * next client.
 */

#include "gate/postgres/session.h"

/* Versions that brought something, as PQserverVersion() has them. */
enum { POSTGRES_13 = 130000, POSTGRES_14 = 140000, POSTGRES_17 = 170000 };

/*
 * Finds out; no round trip where it is known. Errors: LG_DATABASE (also on a standby).
 */
LG_MUST_USE
enum lg_status postgres_learn_route(struct postgres_session *session, struct lg_error *err);

/*
 * Behind a proxy, which counts as one that shares backends: finds out whether it keeps one for this
 * session after all, by holding a transaction open on a second connection meanwhile. The route is
 * POSTGRES_ROUTE_PINNED then. Takes a while; for what cannot do without a session. Errors:
 * LG_DATABASE, LG_CANCELLED.
 */
LG_MUST_USE
enum lg_status postgres_prove_session(struct postgres_session *session, struct lg_error *err);

/* Adds the settings that lockgate's own work needs; nothing where a session keeps none. */
void postgres_add_pins(const struct postgres_session *session, struct postgres_string *string);

/*
 * Adds all that makes a session new again but for its locks, and the pins (DISCARD ALL would give
 * up the lock; PostgreSQL manual, "DISCARD").
 */
void postgres_add_reset(const struct postgres_session *session, struct postgres_string *string);

#endif

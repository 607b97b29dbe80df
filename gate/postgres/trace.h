/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_TRACE_H
#define LOCKGATE_GATE_POSTGRES_TRACE_H

/*
 * What the statements of a rehearsal lock and rewrite, by pg_locks (PostgreSQL manual, "pg_locks")
 * and the numbers of the files in pg_class. Locks pile up until the transaction ends, so each look
 * tells what is new in it.
 */

#include "gate/postgres/session.h"

/*
 * Remembers every relation that is there before the rehearsal does anything; inside its
 * transaction, the search path pinned.
 */
LG_MUST_USE
enum lg_status postgres_trace_begin(struct postgres_session *session, struct lg_error *err);

/* Looks, and adds to `out` what is new since the last look; borrowed until the next. */
LG_MUST_USE
enum lg_status postgres_trace_look(
	struct postgres_session *session, struct statement_trace *out, struct lg_error *err);

/* Forgets it all; without a rehearsal it does nothing. */
void postgres_trace_end(struct postgres_session *session);

#endif

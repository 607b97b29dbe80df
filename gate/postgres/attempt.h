/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_ATTEMPT_H
#define LOCKGATE_GATE_POSTGRES_ATTEMPT_H

/* One try to connect; private to connect.c. */

#include "gate/postgres/session.h"

struct postgres_attempt {
	struct pg_conn *conn; /* owned by the caller, also after a failure */
	bool has_met_server;  /* something answered */
	bool may_pass;        /* another try may go better */
};

/*
 * Connects with what `session` says, to `database` instead of its own unless that is NULL. Errors:
 * LG_DATABASE, LG_CANCELLED.
 */
LG_MUST_USE
enum lg_status postgres_attempt(const struct postgres_session *session, const char *database,
	struct postgres_attempt *out, struct lg_error *err);

#endif

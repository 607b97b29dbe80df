/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_FAIL_H
#define LOCKGATE_GATE_POSTGRES_FAIL_H

/*
 * Turning what a server says into errors: the sentence, SQLSTATE (PostgreSQL manual, "PostgreSQL
 * Error Codes"), the place in the script, and what to do next.
 */

#include "gate/postgres/session.h"

/*
 * Writes the error that `result` is; the piece under way is the one behind the `done` first ones.
 * LG_FAILED for a piece of a script, LG_DATABASE for one of lockgate's own, LG_CANCELLED when a
 * signal ended it.
 */
enum lg_status postgres_fail_result(const struct postgres_session *session,
	const struct postgres_string *string, size_t done, const struct pg_result *result,
	struct lg_error *err);

/* What to do about a SQLSTATE; NULL where there is nothing to say. */
const char *postgres_advice(const char *sqlstate);

/* True if the session has ended, which is no script's fault: classes 08 and 57P. */
bool postgres_is_loss(const char *sqlstate);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_DOUBT_H
#define LOCKGATE_GATE_POSTGRES_DOUBT_H

/*
 * A statement outside of a transaction was under way when its run died: did it take effect? Builds
 * with CONCURRENTLY leave an answer in the catalogue, some statements may run twice without harm;
 * of all others only a human can tell.
 */

#include "gate/postgres/session.h"

/* True if a run that finds the statement in doubt can go on by itself. */
bool postgres_can_settle(
	const struct target_script *script, const struct script_statement *statement);

/* True if the statement waits for other transactions to end, as CONCURRENTLY does. */
bool postgres_is_concurrent(
	const struct target_script *script, const struct script_statement *statement);

/* True if what it does are settings of the session, which a resumed run needs again. */
bool postgres_is_setting(const struct script_statement *statement);

/*
 * Finds out whether the statement in doubt has taken effect, and takes away what an interrupted
 * build has left. *out_is_done is false where it is to run again.
 */
LG_MUST_USE
enum lg_status postgres_settle_doubt(struct postgres_session *session,
	const struct target_script *script, const struct script_statement *statement,
	bool *out_is_done, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SQLITE_EXECUTE_H
#define LOCKGATE_GATE_SQLITE_EXECUTE_H

/*
 * Running the statements of scripts on a session: guarded, bounded in time, and with the place in
 * the file when one fails. Transactions are the caller's business.
 */

#include "bundles/script.h"
#include "gate/sqlite/session.h"

/* Runs one statement of `script`; its rows are dropped. Errors: LG_FAILED, LG_CANCELLED. */
LG_MUST_USE
enum lg_status sqlite_execute(struct sqlite_session *session, const struct target_script *script,
	const struct script_statement *statement, struct lg_error *err);

/* Runs every statement of `script`. Errors: LG_FAILED, LG_CANCELLED. */
LG_MUST_USE
enum lg_status sqlite_execute_all(
	struct sqlite_session *session, const struct target_script *script, struct lg_error *err);

/* Runs a check script: LG_FAILED if it writes, or if a query gives a row. */
LG_MUST_USE
enum lg_status sqlite_execute_check(
	struct sqlite_session *session, const struct target_script *script, struct lg_error *err);

/* True if SQLite runs the statement outside of transactions only, or differently inside. */
bool sqlite_must_stand_alone(const struct script_statement *statement);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SQLITE_GUARD_H
#define LOCKGATE_GATE_SQLITE_GUARD_H

/*
 * What a migration's script may not do (https://www.sqlite.org/c3ref/set_authorizer.html): end our
 * transaction, attach databases, load code, touch lockgate's tables, or set a pragma that could
 * harm the database. SQLite asks while it compiles a statement, so nothing of it has run.
 */

#include "gate/sqlite/session.h"

/* The authorizer; `context` is a struct sqlite_session. It lets all pass while no script runs. */
int sqlite_guard_authorize(void *context, int action, const char *first, const char *second,
	const char *database, const char *trigger);

/*
 * Looks for names of ours that a script has given away since the last look: of ALTER TABLE SQLite
 * tells the authorizer the old name alone. To be called before what a script did is recorded.
 * Errors besides the driver's: LG_FAILED, without a place.
 */
LG_MUST_USE
enum lg_status sqlite_guard_names(struct sqlite_session *session, struct lg_error *err);

#endif

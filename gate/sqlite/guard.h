/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SQLITE_GUARD_H
#define LOCKGATE_GATE_SQLITE_GUARD_H

/*
 * What a migration's script may not do (https://www.sqlite.org/c3ref/set_authorizer.html): end our
 * transaction, attach databases, load code, touch lockgate's tables, or set a pragma that could
 * harm the database. SQLite asks while it compiles a statement, so nothing of it has run.
 */

/* The authorizer; `context` is a struct sqlite_session. It lets all pass while no script runs. */
int sqlite_guard_authorize(void *context, int action, const char *first, const char *second,
	const char *database, const char *trigger);

#endif

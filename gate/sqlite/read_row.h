/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SQLITE_READ_ROW_H
#define LOCKGATE_GATE_SQLITE_READ_ROW_H

/*
 * One row of the history, read as foreign input: whoever may write the database may have written
 * anything there.
 */

#include "gate/sqlite/session.h"

/*
 * Adds the row that a query of read_migrations.sql stands on to `history`. Errors: LG_DATABASE (a
 * value that lockgate never writes; version and column are named).
 */
LG_MUST_USE
enum lg_status sqlite_read_row(
	struct history *history, struct sqlite_query *query, struct lg_error *err);

#endif

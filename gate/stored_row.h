/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_STORED_ROW_H
#define LOCKGATE_GATE_STORED_ROW_H

/*
 * One row of the history as a database stores it, read as foreign input: whoever may write the
 * database may have written anything there. Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "gate/history.h"

/* The columns of read_migrations.sql, in its order. */
enum stored_column {
	STORED_KIND,
	STORED_VERSION,
	STORED_NAME,
	STORED_POSITION,
	STORED_STATE,
	STORED_ALGORITHM,
	STORED_RAW,
	STORED_CONTENT,
	STORED_TOKENS,
	STORED_DOWN,
	STORED_PHASE,
	STORED_BATCH,
	STORED_STARTED,
	STORED_APPLIED,
	STORED_DURATION,
	STORED_DONE,
	STORED_TOTAL,
	STORED_ADOPTED,
	STORED_ACTION,  /* of its batch */
	STORED_OUTCOME, /* likewise */
	STORED_COLUMNS,
};

struct stored_row {
	const char *texts[STORED_COLUMNS]; /* borrowed, each ends in a NUL; NULL for NULL */
	size_t lens[STORED_COLUMNS];       /* in bytes */

	/* Nobody can know whether the statement that its run began last has taken effect. */
	bool has_doubt;
};

/*
 * Adds the row to `history`, which keeps copies. Errors: LG_DATABASE (a value that lockgate never
 * writes; version and column are named).
 */
LG_MUST_USE
enum lg_status stored_row_read(
	const struct stored_row *stored, struct history *history, struct lg_error *err);

#endif

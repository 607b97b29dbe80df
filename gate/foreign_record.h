/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_FOREIGN_RECORD_H
#define LOCKGATE_GATE_FOREIGN_RECORD_H

/*
 * A row of another tool's history that is written, or taken away, along with one of ours. Pure.
 */

#include "base/arena.h"
#include "bundles/migration.h"
#include "gate/foreign.h"

enum { FOREIGN_RECORD_VALUES = 4 };

struct foreign_record {
	enum foreign_tool tool;
	const struct foreign_table *table; /* borrowed from the history that was read */
	bool is_removal;
	bool is_dated; /* the table has createdAt and updatedAt */

	/* What foreign_add_TOOL.sql or foreign_remove_TOOL.sql takes behind the table's name. */
	const char *values[FOREIGN_RECORD_VALUES];
	size_t count;
	size_t bytes_at; /* the value that is bytes in base16; FOREIGN_RECORD_VALUES: none */
};

/*
 * What the tool would write of a migration that it has just applied; `text` is its script. Texts
 * are kept in `strings`. False if the tool keeps no account of such: seeds, repeatables but for
 * Flyway's.
 */
bool foreign_record_add(const struct foreign_history *foreign, const struct migration *migration,
	const char *text, size_t len, struct lg_arena *strings, struct foreign_record *out);

/*
 * How the tool forgets the migration of that version and name. `former` is the newest version that
 * stays, NULL for none: all that golang-migrate keeps. False if the tool does not have it.
 */
bool foreign_record_remove(const struct foreign_history *foreign, const char *version,
	const char *name, const char *former, struct lg_arena *strings, struct foreign_record *out);

/* What to do when the other tool's table does not take it. */
enum lg_status foreign_record_hint(const struct foreign_record *record, const char *version,
	bool is_transactional, struct lg_error *err);

#endif

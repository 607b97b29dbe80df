/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SQLITE_FOREIGN_H
#define LOCKGATE_GATE_SQLITE_FOREIGN_H

/* History tables of other tools: read_foreign() of struct target_driver, and what is written. */

#include "gate/sqlite/session.h"

enum lg_status sqlite_read_foreign(struct target *target, const char *table,
	struct foreign_history *out, struct lg_error *err);

/* Writes the record of that migration, in the transaction that is open; NULL writes nothing. Errors
 * besides: LG_FAILED. */
LG_MUST_USE
enum lg_status sqlite_write_record(struct sqlite_session *session,
	const struct foreign_record *record, const char *version, bool is_transactional,
	struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_LAYOUT_H
#define LOCKGATE_GATE_POSTGRES_LAYOUT_H

/* Whether the history is there, whole, and of a layout that is known; private to records_*.c. */

#include "gate/postgres/session.h"

/*
 * Holds what lockgate.format has, `rows` rows and the highest version, against what it must have.
 * Sets the session's layout version. Errors: LG_DATABASE.
 */
LG_MUST_USE
enum lg_status postgres_check_format(
	struct postgres_session *session, int64_t rows, int64_t version, struct lg_error *err);

/*
 * Notes which backend and database answered: the first three columns of a row are pid, is_standby
 * and the database's oid. `first_batch` tells apart databases that a copy made equal; it may be
 * NULL. Errors: LG_DATABASE (a standby).
 */
LG_MUST_USE
enum lg_status postgres_learn_backend(struct postgres_session *session,
	const struct pg_result *rows, const char *first_batch, struct lg_error *err);

/*
 * The history could not be read, which `err` tells. LG_OK if that is because there is none; else
 * the error, in better words where there are any.
 */
LG_MUST_USE
enum lg_status postgres_explain_absence(struct postgres_session *session, struct lg_error *err);

#endif

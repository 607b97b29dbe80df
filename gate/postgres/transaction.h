/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_TRANSACTION_H
#define LOCKGATE_GATE_POSTGRES_TRANSACTION_H

/* Transactions of lockgate's own that write; private to records_*.c. See records.h. */

#include "gate/postgres/session.h"

/* What postgres_add_begin() adds: this many pieces, of which the fence is the last. */
enum { POSTGRES_HEAD = 3 };

/*
 * Sends the string that starts a transaction, again for at most `wait_ms` while 22012 comes from
 * one of its first `head` pieces: somebody else is at it. When a run was told to stop, it does not
 * wait. After an error the transaction is undone. Errors besides those of postgres_execute():
 * LG_LOCKED.
 */
LG_MUST_USE
enum lg_status postgres_send_fenced(struct postgres_session *session,
	struct postgres_string *string, size_t head, int64_t wait_ms, struct postgres_reply *reply,
	struct lg_error *err);

/* Adds a whole row, by insert_migration.sql or put_migration.sql. */
void postgres_add_row(const struct postgres_session *session, struct postgres_string *string,
	const char *sql, const struct history_row *row, struct postgres_value down_sql);

/* Undoes what an error has left open. The stop flag does not count; cannot fail. */
void postgres_roll_back(struct postgres_session *session);

#endif

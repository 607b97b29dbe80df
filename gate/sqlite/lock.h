/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SQLITE_LOCK_H
#define LOCKGATE_GATE_SQLITE_LOCK_H

/*
 * The run lock of an SQLite database: an open file description lock (fcntl(2), F_OFD_SETLK) on
 * FILE-lockgate beside the database. The kernel frees it when its holder ends, however it ends;
 * it excludes within one process too, and cannot interfere with SQLite's own locks. The file
 * holds who has the lock, a line a fact, and stays when the lock is gone. It has the group and the
 * permissions of the database, and must be a regular file: anything else under its name is
 * LG_DATABASE.
 */

#include "gate/sqlite/session.h"

/* The operations lock, holder and break_lock of struct target_driver. */
enum lg_status sqlite_lock(struct target *target, int64_t wait_ms, struct lg_error *err);
enum lg_status sqlite_holder(
	struct target *target, struct target_holder *out, struct lg_error *err);
enum lg_status sqlite_break_lock(
	struct target *target, int64_t wait_ms, struct target_holder *out, struct lg_error *err);

/* Tells those who wait which migration is under way; "" between two. Does nothing unlocked. */
void sqlite_lock_tell(struct sqlite_session *session, const char *migration);

#endif

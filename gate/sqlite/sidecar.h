/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SQLITE_SIDECAR_H
#define LOCKGATE_GATE_SQLITE_SIDECAR_H

/*
 * The file that the run lock stands on, FILE-lockgate beside the database: its name, that it is a
 * regular file, and the lines in it that say who has the lock, a line a fact. Private to
 * gate/sqlite/lock.c.
 */

#include "gate/sqlite/session.h"

/* Owned by the caller, release with free(). */
char *sqlite_sidecar_path(const struct sqlite_session *session);

/*
 * Opens the sidecar for reading; *out, owned by the caller, stays as it is where there is none.
 * Errors: LG_DATABASE (no regular file), those of lg_fail_errno().
 */
LG_MUST_USE enum lg_status sqlite_sidecar_open(const char *path, int *out, struct lg_error *err);

/*
 * Opens the sidecar for locking, and makes it where there is none; *out is owned by the caller and
 * -1 before. Errors likewise.
 */
LG_MUST_USE
enum lg_status sqlite_sidecar_make(
	const struct sqlite_session *session, const char *path, int *out, struct lg_error *err);

/* True if `fd` is still the file under the name: one that was removed locks nobody out. */
bool sqlite_sidecar_is_named(int fd, const char *path);

/* Fills all but `is_held` from what the lines say, without control characters. */
void sqlite_sidecar_read(int fd, struct target_holder *out);

/* Writes the lines of this process. What fails is left: the lock is what counts. */
void sqlite_sidecar_write(int fd, const char *since, const char *migration);

#endif

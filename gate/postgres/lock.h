/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_LOCK_H
#define LOCKGATE_GATE_POSTGRES_LOCK_H

/*
 * The lock: a session-level advisory lock (PostgreSQL manual, "Advisory Locks") with the two-part
 * key (POSTGRES_LOCK_SPACE, 4 bytes of SHA-256 of project NUL scope). It is polled from outside
 * any transaction, never waited for inside the server: a blocked waiter holds a snapshot, which
 * CREATE INDEX CONCURRENTLY of the holder would wait for in turn.
 *
 * Where a pooler hands each transaction to another backend there is no such lock: then each
 * transaction is guarded by the fence and its history row alone.
 */

#include "gate/postgres/session.h"

int32_t postgres_lock_key(const char *project, const char *scope);

/* The operations of struct target_driver. */
enum lg_status postgres_lock(struct target *target, int64_t wait_ms, struct lg_error *err);
enum lg_status postgres_holder(
	struct target *target, struct target_holder *out, struct lg_error *err);
enum lg_status postgres_break_lock(
	struct target *target, int64_t wait_ms, struct target_holder *out, struct lg_error *err);

/*
 * Adds the fence: it ends the transaction with 22012 if another session has the lock; one that
 * has it itself passes, and one that has none takes it until the transaction ends.
 */
void postgres_add_fence(const struct postgres_session *session, struct postgres_string *string);

/* Adds a demand that this very backend has the lock: 22012 where it has not. */
void postgres_add_lock_demand(
	const struct postgres_session *session, struct postgres_string *string);

#endif

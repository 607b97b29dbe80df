/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SQLITE_RECORDS_H
#define LOCKGATE_GATE_SQLITE_RECORDS_H

/* The history tables: the operations of struct target_driver that read and write them. */

#include "gate/sqlite/session.h"

/* The statements of `layout` in struct target_driver. */
extern const char *const sqlite_layout[];

enum lg_status sqlite_probe(
	struct target *target, struct history_summary *out, struct lg_error *err);
enum lg_status sqlite_read_history(
	struct target *target, struct history *out, struct lg_error *err);
enum lg_status sqlite_read_down(struct target *target, enum migration_kind kind,
	const char *version, struct lg_buf *out, struct lg_error *err);

enum lg_status sqlite_init(struct target *target, struct lg_error *err);
enum lg_status sqlite_begin_batch(
	struct target *target, const struct target_batch *batch, struct lg_error *err);
enum lg_status sqlite_change(struct target *target, const char *batch_id,
	const struct target_change *changes, size_t count, struct lg_error *err);
enum lg_status sqlite_note(struct target *target, const char *batch_id, const char *version,
	const char *what, const char *detail, struct lg_error *err);
enum lg_status sqlite_finish_batch(
	struct target *target, const char *batch_id, const char *outcome, struct lg_error *err);

/* Parts of the above. */

/*
 * Starts a transaction as the one writer. While another connection writes it is tried again with
 * full jitter, up to `retries` times, each as long as the lock timeout.
 */
LG_MUST_USE
enum lg_status sqlite_begin_write(
	struct sqlite_session *session, uint32_t retries, struct lg_error *err);

/* Ends it; tried again while readers hold it up. On failure it is still open. */
LG_MUST_USE
enum lg_status sqlite_commit(
	struct sqlite_session *session, uint32_t retries, struct lg_error *err);

/* The same for what is lockgate's own: shorter when the run was told to end. */
LG_MUST_USE
enum lg_status sqlite_begin_own(struct sqlite_session *session, struct lg_error *err);

/* For whoever has a transaction open. */

/* Commits when `status` is LG_OK, else rolls back; the result is what stands. */
LG_MUST_USE
enum lg_status sqlite_end_write(
	struct sqlite_session *session, enum lg_status status, struct lg_error *err);

/* Writes a row, in place of one that stands there. `down_sql` may be NULL. */
LG_MUST_USE
enum lg_status sqlite_put_row(struct sqlite_session *session, const struct history_row *row,
	const char *down_sql, size_t down_len, struct lg_error *err);

LG_MUST_USE
enum lg_status sqlite_forget_row(struct sqlite_session *session, enum migration_kind kind,
	const char *version, struct lg_error *err);

/* Sets *out to whether the row stands there, and *out_state when it does. */
LG_MUST_USE
enum lg_status sqlite_find_row(struct sqlite_session *session, const struct history_row *row,
	bool *out, enum history_state *out_state, struct lg_error *err);

LG_MUST_USE
enum lg_status sqlite_add_event(struct sqlite_session *session, const char *batch_id,
	const char *version, const char *what, const char *detail, struct lg_error *err);

/* Statement `done` of a migration outside a transaction has taken effect. */
LG_MUST_USE
enum lg_status sqlite_journal(struct sqlite_session *session, const struct history_row *row,
	uint32_t done, struct lg_error *err);

#endif

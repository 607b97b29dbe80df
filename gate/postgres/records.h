/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_RECORDS_H
#define LOCKGATE_GATE_POSTGRES_RECORDS_H

/*
 * The history tables: the operations of struct target_driver that read and write them. Each is one
 * string, so one round trip, and each that writes is one fenced transaction.
 */

#include "gate/postgres/session.h"

/* The statements of `layout` in struct target_driver. */
extern const char *const postgres_layout[];

enum lg_status postgres_probe(
	struct target *target, struct history_summary *out, struct lg_error *err);
enum lg_status postgres_read_history(
	struct target *target, struct history *out, struct lg_error *err);
enum lg_status postgres_read_down(struct target *target, enum migration_kind kind,
	const char *version, struct lg_buf *out, struct lg_error *err);

enum lg_status postgres_init(struct target *target, struct lg_error *err);
enum lg_status postgres_grant_reader(struct target *target, const char *role, struct lg_error *err);
enum lg_status postgres_begin_batch(
	struct target *target, const struct target_batch *batch, struct lg_error *err);
enum lg_status postgres_change(struct target *target, const char *batch_id,
	const struct target_change *changes, size_t count, struct lg_error *err);
enum lg_status postgres_note(struct target *target, const char *batch_id, const char *version,
	const char *what, const char *detail, struct lg_error *err);
enum lg_status postgres_finish_batch(
	struct target *target, const char *batch_id, const char *outcome, struct lg_error *err);

/* Parts of the above, for apply.h. */

/*
 * Adds BEGIN, SET LOCAL search_path = pg_catalog, pg_temp and the fence: the head of every
 * transaction that writes rows of migrations. `postgres_add_commit()` is its end.
 */
void postgres_add_begin(const struct postgres_session *session, struct postgres_string *string);

/*
 * The same without the fence: what a batch tells of itself keeps nobody out, and must get down
 * also when its lock was broken.
 */
void postgres_add_begin_own(struct postgres_string *string);
void postgres_add_commit(struct postgres_string *string);

/*
 * Runs a string of writes in one transaction; a fenced one again while somebody else is at it.
 * Errors besides: LG_LOCKED.
 */
LG_MUST_USE
enum lg_status postgres_write(struct postgres_session *session, struct postgres_string *string,
	bool is_fenced, struct lg_error *err);

/*
 * Adds the row of a step as `running`; it fails with 23505 where one stands. With `stands`, the
 * row that is there becomes it, and the statement fails with 22012 where there is none.
 * `started_at`, when NULL, is the server's clock.
 */
void postgres_add_running(const struct postgres_session *session, struct postgres_string *string,
	const struct history_row *row, bool stands, const char *down_sql, size_t down_len);

void postgres_add_event(struct postgres_string *string, const char *batch_id, const char *version,
	const char *what, const char *detail);

#endif

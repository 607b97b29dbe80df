/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/records.h"

#include <sqlite3.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "bundles/directive.h"
#include "gate/sqlite/sql.h"

enum { RETRY_FIRST_MS = 500, RETRY_LONGEST_MS = 30000 };

const char *const sqlite_layout[] = {sqlite_sql_create_format, sqlite_sql_create_migration,
	sqlite_sql_create_batch, sqlite_sql_create_object, sqlite_sql_create_event,
	sqlite_sql_insert_format, NULL};

static enum lg_status create_tables(struct sqlite_session *session, struct lg_error *err)
{
	for (const char *const *statement = sqlite_layout; *statement; statement++)
		if (sqlite_run(session, *statement, err))
			return err->status;
	return LG_OK;
}

/* True if what has just failed may go well another time. */
static bool is_busy(const struct sqlite_session *session, const struct lg_error *err)
{
	return err->status == LG_DATABASE && (sqlite3_errcode(session->db) & 0xff) == SQLITE_BUSY;
}

enum lg_status sqlite_begin_write(
	struct sqlite_session *session, uint32_t retries, struct lg_error *err)
{
	uint32_t pause_ms = RETRY_FIRST_MS;

	while (sqlite_run(session, sqlite_sql_begin_write, err)) {
		if (!is_busy(session, err) || retries-- == 0)
			return err->status;
		lg_clock_sleep_ms(lg_jitter(pause_ms));
		pause_ms = pause_ms * 2 < RETRY_LONGEST_MS ? pause_ms * 2 : RETRY_LONGEST_MS;
	}
	return LG_OK;
}

enum lg_status sqlite_commit(struct sqlite_session *session, uint32_t retries, struct lg_error *err)
{
	while (sqlite_run(session, sqlite_sql_commit, err))
		if (!is_busy(session, err) || retries-- == 0)
			return err->status;
	lg_fault("sqlite committed");
	return LG_OK;
}

/* A run that was told to end has little time left to write that down. */
static uint32_t own_retries(const struct sqlite_session *session)
{
	return session->options.stop && *session->options.stop ? 0 : DIRECTIVE_DEFAULT_RETRIES;
}

enum lg_status sqlite_begin_own(struct sqlite_session *session, struct lg_error *err)
{
	return sqlite_begin_write(session, own_retries(session), err);
}

enum lg_status sqlite_end_write(
	struct sqlite_session *session, enum lg_status status, struct lg_error *err)
{
	if (!status)
		status = sqlite_commit(session, own_retries(session), err);
	if (status)
		sqlite_roll_back(session);
	return status;
}

enum lg_status sqlite_init(struct target *target, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);
	struct history_summary summary;

	if (sqlite_create(session, err) || sqlite_probe(target, &summary, err))
		return err->status;
	if (summary.layout_version == HISTORY_LAYOUT_VERSION)
		return LG_OK;
	if (sqlite_begin_own(session, err))
		return err->status;
	return sqlite_end_write(session, create_tables(session, err), err);
}

static enum lg_status insert_batch(
	struct sqlite_session *session, const struct target_batch *batch, struct lg_error *err)
{
	struct sqlite_query query;

	if (sqlite_query_begin(&query, session, sqlite_sql_insert_batch, err))
		return err->status;
	sqlite_bind_text(&query, batch->id);
	sqlite_bind_text(&query, session->project);
	sqlite_bind_text(&query, session->scope);
	sqlite_bind_text(&query, batch->action);
	sqlite_bind_text(&query, batch->bundle_id);
	sqlite_bind_text(&query, batch->signed_by);
	sqlite_bind_text(&query, batch->policy);
	sqlite_bind_text(&query, batch->reason);
	sqlite_bind_text(&query, batch->tool);
	sqlite_bind_text(&query, batch->source);
	sqlite_bind_text(&query, batch->run_url);
	sqlite_bind_text(&query, batch->actor);
	sqlite_bind_text(&query, batch->host);
	sqlite_bind_moment(&query, batch->started_at_us);
	return sqlite_query_write(&query, err);
}

enum lg_status sqlite_begin_batch(
	struct target *target, const struct target_batch *batch, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);

	if (sqlite_begin_own(session, err))
		return err->status;
	return sqlite_end_write(session, insert_batch(session, batch, err), err);
}

static enum lg_status set_outcome(struct sqlite_session *session, const char *batch_id,
	const char *outcome, struct lg_error *err)
{
	struct sqlite_query query;

	if (sqlite_query_begin(&query, session, sqlite_sql_finish_batch, err))
		return err->status;
	sqlite_bind_text(&query, batch_id);
	sqlite_bind_moment(&query, lg_clock_now_us());
	sqlite_bind_text(&query, outcome);
	return sqlite_query_write(&query, err);
}

enum lg_status sqlite_finish_batch(
	struct target *target, const char *batch_id, const char *outcome, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);

	session->is_settling = true;
	if (sqlite_begin_own(session, err))
		return err->status;
	return sqlite_end_write(session, set_outcome(session, batch_id, outcome, err), err);
}

enum lg_status sqlite_add_event(struct sqlite_session *session, const char *batch_id,
	const char *version, const char *what, const char *detail, struct lg_error *err)
{
	struct sqlite_query query;

	if (sqlite_query_begin(&query, session, sqlite_sql_insert_event, err))
		return err->status;
	sqlite_bind_moment(&query, lg_clock_now_us());
	sqlite_bind_text(&query, batch_id);
	sqlite_bind_text(&query, version);
	sqlite_bind_text(&query, what);
	sqlite_bind_text(&query, detail);
	return sqlite_query_write(&query, err);
}

enum lg_status sqlite_note(struct target *target, const char *batch_id, const char *version,
	const char *what, const char *detail, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);
	enum lg_status status;

	if (sqlite_begin_own(session, err))
		return err->status;
	status = sqlite_add_event(session, batch_id, version, what, detail, err);
	return sqlite_end_write(session, status, err);
}

/* The key that names one row: the first four parameters of several statements. */
static enum lg_status begin_for_row(struct sqlite_query *query, struct sqlite_session *session,
	const char *sql, const struct history_row *row, struct lg_error *err)
{
	if (sqlite_query_begin(query, session, sql, err))
		return err->status;
	sqlite_bind_text(query, session->project);
	sqlite_bind_text(query, session->scope);
	sqlite_bind_text(query, migration_kind_name(row->kind));
	sqlite_bind_text(query, row->version);
	return LG_OK;
}

enum lg_status sqlite_put_row(struct sqlite_session *session, const struct history_row *row,
	const char *down_sql, size_t down_len, struct lg_error *err)
{
	struct sqlite_query query;

	if (begin_for_row(&query, session, sqlite_sql_put_migration, row, err))
		return err->status;
	sqlite_bind_text(&query, row->name);
	sqlite_bind_number(&query, (int64_t)row->position);
	sqlite_bind_text(&query, history_state_name(row->state));
	sqlite_bind_text(&query, row->algorithm);
	sqlite_bind_digest(&query, &row->hashes.raw);
	sqlite_bind_digest(&query, &row->hashes.content);
	sqlite_bind_digest(&query, &row->hashes.tokens);
	if (row->has_down)
		sqlite_bind_digest(&query, &row->down_content);
	else
		sqlite_bind_text(&query, NULL);
	sqlite_bind_text(&query, row->phase ? migration_phase_name(row->phase) : NULL);
	sqlite_bind_text(&query, row->batch_id);
	sqlite_bind_text(&query, row->started_at);
	sqlite_bind_text(&query, row->applied_at);
	sqlite_bind_number(&query, row->duration_us);
	sqlite_bind_number(&query, row->statements_done);
	sqlite_bind_number(&query, row->statements_total);
	sqlite_bind_text(&query, row->adopted_from);
	sqlite_bind_bytes(&query, down_sql, down_len);
	return sqlite_query_write(&query, err);
}

enum lg_status sqlite_find_row(struct sqlite_session *session, const struct history_row *row,
	bool *out, enum history_state *out_state, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};

	if (begin_for_row(&query, session, sqlite_sql_find_migration, row, err) ||
		sqlite_query_step(&query, out, err))
		return err->status;
	if (*out && !history_state_parse(sqlite_column(&query, 0), out_state))
		return lg_fail(err, LG_DATABASE, "the history has an unknown state");
	return LG_OK;
}

enum lg_status sqlite_forget_row(struct sqlite_session *session, enum migration_kind kind,
	const char *version, struct lg_error *err)
{
	const struct history_row key = {.kind = kind, .version = version};
	struct sqlite_query query;

	if (begin_for_row(&query, session, sqlite_sql_forget_migration, &key, err))
		return err->status;
	return sqlite_query_write(&query, err);
}

enum lg_status sqlite_journal(struct sqlite_session *session, const struct history_row *row,
	uint32_t done, struct lg_error *err)
{
	struct sqlite_query query;

	if (begin_for_row(&query, session, sqlite_sql_journal, row, err))
		return err->status;
	sqlite_bind_number(&query, done);
	return sqlite_query_write(&query, err);
}

static enum lg_status set_row(
	struct sqlite_session *session, const struct history_row *row, struct lg_error *err)
{
	struct sqlite_query query;

	if (begin_for_row(&query, session, sqlite_sql_set_migration, row, err))
		return err->status;
	sqlite_bind_text(&query, history_state_name(row->state));
	sqlite_bind_digest(&query, &row->hashes.raw);
	sqlite_bind_digest(&query, &row->hashes.content);
	sqlite_bind_digest(&query, &row->hashes.tokens);
	sqlite_bind_text(&query, row->batch_id);
	sqlite_bind_number(&query, row->statements_done);
	sqlite_bind_text(&query, row->applied_at);
	sqlite_bind_number(&query, row->statements_total);
	return sqlite_query_write(&query, err);
}

static enum lg_status write_row(
	struct sqlite_session *session, const struct target_change *change, struct lg_error *err)
{
	const struct history_row *row = change->row;
	enum history_state state;
	bool stands = false;

	if (sqlite_find_row(session, row, &stands, &state, err))
		return err->status;
	if (stands == (change->kind == TARGET_ROW_ADD))
		return lg_fail(err, LG_DATABASE, "version '%s' is %s the history", row->version,
			stands ? "already in" : "not in");
	switch (change->kind) {
	case TARGET_ROW_ADD:
		return sqlite_put_row(session, row, change->down_sql, change->down_len, err);
	case TARGET_ROW_SET:
		return set_row(session, row, err);
	case TARGET_ROW_FORGET:
		return sqlite_forget_row(session, row->kind, row->version, err);
	}
	return LG_OK;
}

static enum lg_status change_row(struct sqlite_session *session, const char *batch_id,
	const struct target_change *change, struct lg_error *err)
{
	if (write_row(session, change, err))
		return err->status;
	return sqlite_add_event(
		session, batch_id, change->row->version, change->event, change->detail, err);
}

enum lg_status sqlite_change(struct target *target, const char *batch_id,
	const struct target_change *changes, size_t count, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);
	enum lg_status status = LG_OK;

	if (sqlite_begin_own(session, err))
		return err->status;
	for (size_t i = 0; i < count && !status; i++)
		status = change_row(session, batch_id, &changes[i], err);
	return sqlite_end_write(session, status, err);
}

/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/apply.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "gate/sqlite/execute.h"
#include "gate/sqlite/guard.h"
#include "gate/sqlite/lock.h"
#include "gate/sqlite/records.h"
#include "gate/sqlite/sql.h"

/* One script, what it belongs to, and what to record: apply and revert differ in little else. */
struct work {
	struct sqlite_session *session;
	const struct target_script *script;
	const struct target_script *check; /* NULL: none */
	struct history_row row;            /* as it is to be recorded */
	const char *down_sql;
	size_t down_len;
	bool is_revert;
	bool stands; /* the row must be there already, else it must not */
	int64_t started_us;
	char started_at[LG_MOMENT_CHARS + 1];
	char applied_at[LG_MOMENT_CHARS + 1];
};

static enum lg_status begin_write(const struct work *work, struct lg_error *err)
{
	struct sqlite_session *session = work->session;

	if (!sqlite_begin_write(session, work->script->directives->retries, err))
		return LG_OK;
	if (err->status != LG_DATABASE || (sqlite3_errcode(session->db) & 0xff) != SQLITE_BUSY)
		return err->status;
	err->status = LG_FAILED;
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

/* Inside the transaction: nobody may have changed the row since the gate has looked at it. */
static enum lg_status demand_row(const struct work *work, struct lg_error *err)
{
	enum history_state state;
	bool stands = false;

	if (sqlite_find_row(work->session, &work->row, &stands, &state, err))
		return err->status;
	if (stands == work->stands)
		return LG_OK;
	(void)lg_fail(err, LG_DATABASE, "version '%s' is %s the history: another run was here",
		work->row.version, stands ? "already in" : "no longer in");
	return lg_hint(err, "run the command again");
}

static enum lg_status count_orphans(
	struct sqlite_session *session, uint64_t *out, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	bool row = true;

	*out = 0;
	if (sqlite_query_begin(&query, session, sqlite_sql_check_foreign_keys, err))
		return err->status;
	while (!sqlite_query_step(&query, &row, err)) {
		if (!row)
			return LG_OK;
		*out += 1;
	}
	return err->status;
}

static enum lg_status fail_orphans(const struct work *work, uint64_t count, struct lg_error *err)
{
	(void)lg_fail(err, LG_FAILED,
		"the script leaves %llu row%s whose foreign key leads nowhere",
		(unsigned long long)count, count == 1 ? "" : "s");
	(void)lg_hint(err, "'PRAGMA foreign_key_check' on a copy shows them; nothing of the "
			   "migration was kept");
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

/* SQLite ends the transaction by itself on some errors, and for INSERT OR ROLLBACK. */
static enum lg_status demand_transaction(const struct work *work, struct lg_error *err)
{
	if (!sqlite3_get_autocommit(work->session->db))
		return LG_OK;
	(void)lg_fail(err, LG_FAILED, "the script has ended lockgate's transaction");
	(void)lg_hint(err, "take out what rolls back, such as INSERT OR ROLLBACK");
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

static enum lg_status demand_names(const struct work *work, struct lg_error *err)
{
	enum lg_status status = sqlite_guard_names(work->session, err);

	if (status == LG_FAILED)
		return lg_place(err, work->script->file, work->script->first_line, 1);
	return status;
}

/* A script that switches foreign keys off, as a table rebuild must, may leave no new orphans. */
static enum lg_status run_script(const struct work *work, struct lg_error *err)
{
	bool is_watched = work->script->directives->foreign_keys == FOREIGN_KEYS_OFF;
	uint64_t before = 0;
	uint64_t after = 0;

	if (is_watched && count_orphans(work->session, &before, err))
		return err->status;
	if (sqlite_execute_all(work->session, work->script, err) || demand_transaction(work, err) ||
		demand_names(work, err))
		return err->status;
	if (work->check && sqlite_execute_check(work->session, work->check, err))
		return err->status;
	if (is_watched && count_orphans(work->session, &after, err))
		return err->status;
	return after > before ? fail_orphans(work, after - before, err) : LG_OK;
}

/* The row and its event; the transaction is the caller's. */
static enum lg_status record(struct work *work, struct lg_error *err)
{
	struct sqlite_session *session = work->session;
	struct history_row *row = &work->row;
	char detail[64];

	row->duration_us = lg_clock_monotonic_us() - work->started_us;
	(void)snprintf(detail, sizeof(detail), "%u statement%s in %.1f ms",
		work->script->statements, work->script->statements == 1 ? "" : "s",
		(double)row->duration_us / 1000);
	if (work->is_revert) {
		if (sqlite_forget_row(session, row->kind, row->version, err))
			return err->status;
	} else {
		lg_clock_format(lg_clock_now_us(), work->applied_at);
		row->state = HISTORY_APPLIED;
		row->applied_at = work->applied_at;
		row->hashes.tokens = work->script->hashes->tokens;
		row->statements_done = work->script->statements;
		if (sqlite_put_row(session, row, work->down_sql, work->down_len, err))
			return err->status;
	}
	return sqlite_add_event(session, row->batch_id, row->version,
		work->is_revert ? "reverted" : "applied", detail, err);
}

static enum lg_status run_in_transaction(struct work *work, struct lg_error *err)
{
	enum lg_status status = begin_write(work, err);

	if (status)
		return status;
	status = demand_row(work, err);
	if (!status)
		status = run_script(work, err);
	if (!status)
		status = record(work, err);
	if (!status)
		status = sqlite_commit(work->session, work->script->directives->retries, err);
	if (status)
		sqlite_roll_back(work->session);
	return status;
}

/* Puts the row into the journal as running; `done` statements have taken effect. */
static enum lg_status put_running(struct work *work, uint32_t done, struct lg_error *err)
{
	work->row.state = HISTORY_RUNNING;
	work->row.applied_at = NULL;
	work->row.statements_done = done;
	work->row.hashes.tokens = script_prefix_tokens(work->script->view, SQL_SQLITE, done);
	return sqlite_put_row(work->session, &work->row, work->down_sql, work->down_len, err);
}

static enum lg_status open_journal(struct work *work, struct lg_error *err)
{
	enum lg_status status = begin_write(work, err);

	if (status)
		return status;
	status = demand_row(work, err);
	if (!status)
		status = put_running(work, work->row.statements_done, err);
	return sqlite_end_write(work->session, status, err);
}

/*
 * A statement and its line in the journal are one transaction where SQLite lets them; the others,
 * VACUUM and pragmas, may run twice without harm. So the journal never leaves a doubt.
 */
static enum lg_status run_journaled_statement(
	struct work *work, const struct script_statement *statement, struct lg_error *err)
{
	struct sqlite_session *session = work->session;
	enum lg_status status;

	if (sqlite_must_stand_alone(statement)) {
		if (sqlite_execute(session, work->script, statement, err))
			return err->status;
		return sqlite_journal(session, &work->row, statement->index, err);
	}
	status = begin_write(work, err);
	if (status)
		return status;
	status = sqlite_execute(session, work->script, statement, err);
	if (!status)
		status = demand_transaction(work, err);
	if (!status)
		status = demand_names(work, err);
	if (!status)
		status = sqlite_journal(session, &work->row, statement->index, err);
	return sqlite_end_write(session, status, err);
}

static enum lg_status run_journaled_statements(struct work *work, struct lg_error *err)
{
	struct script_cursor cursor;
	struct script_statement statement;

	script_cursor_init(&cursor, work->script->view, SQL_SQLITE);
	while (script_cursor_next(&cursor, &statement)) {
		if (statement.index <= work->row.statements_done)
			continue;
		if (run_journaled_statement(work, &statement, err))
			return err->status;
		work->row.statements_done = statement.index;
	}
	return work->check ? sqlite_execute_check(work->session, work->check, err) : LG_OK;
}

/* Outside a transaction: what a failure leaves behind is written down. */
static enum lg_status run_journaled(struct work *work, struct lg_error *err)
{
	struct lg_error ignored;
	enum lg_status status;

	if (open_journal(work, err))
		return err->status;
	status = run_journaled_statements(work, err);
	if (!status) {
		if (begin_write(work, err))
			return err->status;
		return sqlite_end_write(work->session, record(work, err), err);
	}
	sqlite_roll_back(work->session);
	if (status == LG_FAILED) {
		lg_ignore(put_running(work, work->row.statements_done, &ignored));
		(void)lg_hint(err,
			"statements before it have taken effect; mend it, then 'lockgate resolve "
			"%s --retry' and apply again",
			work->row.version);
	}
	return status;
}

/* Foreign keys cannot be switched inside a transaction; the default is that of SQLite's shell. */
static void switch_foreign_keys(const struct work *work, bool is_on)
{
	(void)sqlite3_db_config(
		work->session->db, SQLITE_DBCONFIG_ENABLE_FKEY, is_on ? 1 : 0, NULL);
}

/* Writes down what stopped the migration, whatever the stop flag says. */
static void record_failure(const struct work *work, const struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf detail = {0};
	struct lg_error ignored;

	work->session->is_settling = true;
	lg_buf_init(&detail, LG_BUF_MAX_BYTES);
	lg_buf_addf(&detail, "%s:%u:%u: %s", err->file, err->line, err->column, err->text);
	lg_ignore(sqlite_add_event(work->session, work->row.batch_id, work->row.version,
		err->status == LG_CANCELLED ? "cancelled" : "failed", detail.text, &ignored));
}

/* The script may be sound: it is the disk that has no room for what it does, or for the record. */
static void explain_lost_disk(const struct work *work, struct lg_error *err)
{
	const char *version = work->row.version;
	const char *again = work->is_revert ? "revert" : "apply";

	if (work->script->directives->is_transactional)
		(void)lg_hint(err,
			"nothing of %s was kept: free space on the disk of the database, "
			"or mend it, then %s again",
			version, again);
	else if (err->status == LG_FAILED)
		(void)lg_hint(err,
			"what stands before it has taken effect: free space on the disk "
			"of the database, or mend it, then 'lockgate resolve %s --retry' "
			"and %s again",
			version, again);
	else
		(void)lg_hint(err,
			"the journal tells how much of %s has taken effect: free space on "
			"the disk of the database, or mend it, then %s again",
			version, again);
}

/* After a failure: whose it was, where, and what it left behind. */
static enum lg_status settle_failure(const struct work *work, struct lg_error *err)
{
	struct sqlite_session *session = work->session;
	bool has_lost_disk = session->has_lost_disk;
	struct lg_error ignored;

	(void)lg_place(err, work->script->file, work->script->first_line, 1);
	if (has_lost_disk)
		explain_lost_disk(work, err);
	if (session->has_changed_settings)
		lg_ignore(sqlite_reconnect(session, &ignored));
	if (err->status != LG_DATABASE || has_lost_disk)
		record_failure(work, err);
	return lg_about(err, work->row.version);
}

static enum lg_status run_work(struct work *work, int64_t *out_duration_us, struct lg_error *err)
{
	struct sqlite_session *session = work->session;
	const struct directives *directives = work->script->directives;
	enum lg_status status;

	session->has_changed_settings = false;
	session->has_altered_tables = false;
	session->has_lost_disk = false;
	work->started_us = lg_clock_monotonic_us();
	lg_clock_format(lg_clock_now_us(), work->started_at);
	work->row.started_at = work->started_at;
	sqlite_lock_tell(session, work->row.version);
	switch_foreign_keys(work, directives->foreign_keys == FOREIGN_KEYS_ON);

	status = directives->is_transactional ? run_in_transaction(work, err)
					      : run_journaled(work, err);
	switch_foreign_keys(work, false);
	if (status)
		return settle_failure(work, err);
	*out_duration_us = work->row.duration_us;
	sqlite_lock_tell(session, "");
	return session->has_changed_settings ? sqlite_reconnect(session, err) : LG_OK;
}

enum lg_status sqlite_apply(struct target *target, const struct target_apply *step,
	int64_t *out_duration_us, struct lg_error *err)
{
	struct work work = {
		.session = sqlite_session_of(target),
		.script = &step->up,
		.check = step->check,
		.down_sql = step->down_sql,
		.down_len = step->down_len,
		.stands = step->is_resumed || step->is_repeated,
		.row = {.kind = step->kind,
			.version = step->version,
			.name = step->name,
			.position = step->position,
			.algorithm = SCRIPT_ALGORITHM,
			.hashes = *step->up.hashes,
			.has_down = step->down_sql != NULL,
			.down_content = step->down_content,
			.phase = step->up.directives->phase,
			.batch_id = step->batch_id,
			.statements_done = step->statements_done,
			.statements_total = step->up.statements},
	};

	return run_work(&work, out_duration_us, err);
}

enum lg_status sqlite_revert(struct target *target, const struct target_revert *step,
	int64_t *out_duration_us, struct lg_error *err)
{
	struct work work = {
		.session = sqlite_session_of(target),
		.script = &step->down,
		.stands = true,
		.is_revert = true,
		.row = *step->row,
	};

	work.row.batch_id = step->batch_id;
	work.row.statements_done = 0;
	work.row.statements_total = step->down.statements;
	return run_work(&work, out_duration_us, err);
}

/* SPDX-License-Identifier: MIT */
#include "gate/postgres/work.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "gate/postgres/fail.h"
#include "gate/postgres/foreign.h"
#include "gate/postgres/lock.h"
#include "gate/postgres/records.h"
#include "gate/postgres/route.h"
#include "gate/postgres/sql.h"

enum { SHOWN_COLUMNS = 4, SHOWN_CHARS = 60, NAME_BYTES = 63 };

static void forget_pieces(struct postgres_work *work)
{
	work->fence = SIZE_MAX;
	work->running = SIZE_MAX;
	work->role = SIZE_MAX;
	work->tail = SIZE_MAX;
	work->record_at = SIZE_MAX;
	work->mark = SIZE_MAX;
	work->commit = SIZE_MAX;
}

void postgres_work_init(struct postgres_work *work)
{
	postgres_string_init(&work->string);
	forget_pieces(work);
}

void postgres_work_release(struct postgres_work *work)
{
	postgres_string_release(&work->string);
}

void postgres_work_add_begin(struct postgres_work *work)
{
	postgres_add_begin(work->session, &work->string);
	work->fence = work->string.count - 1;
}

static void add_held_row(struct postgres_work *work)
{
	const struct history_row *row = &work->row;

	POSTGRES_ADD(&work->string, postgres_sql_start_revert,
		postgres_text(work->session->project), postgres_text(work->session->scope),
		postgres_text(migration_kind_name(row->kind)), postgres_text(row->version),
		postgres_text(row->batch_id), postgres_number(row->statements_done),
		postgres_number(row->statements_total), postgres_digest(&row->hashes.tokens));
}

void postgres_work_add_running(struct postgres_work *work, uint32_t done)
{
	struct history_row *row = &work->row;

	row->state = HISTORY_RUNNING;
	row->applied_at = NULL;
	row->statements_done = done;
	row->hashes.tokens = script_prefix_tokens(work->script->view, SQL_POSTGRES, done);
	work->running = work->string.count;
	if (work->is_revert)
		add_held_row(work);
	else
		postgres_add_running(work->session, &work->string, row, work->stands,
			work->down_sql, work->down_len);
}

int64_t postgres_work_lock_timeout(const struct postgres_work *work)
{
	int64_t own = work->script->directives->lock_timeout_ms;

	return own == DIRECTIVE_UNSET ? work->session->options.lock_timeout_ms : own;
}

/* "lockgate PID@HOST VERSION": whoever waits for the lock reads it. */
static void add_name(struct postgres_work *work, const char *local)
{
	const char *own = PQparameterStatus(work->session->conn, "application_name");
	size_t own_len;
	char name[NAME_BYTES + 1];

	if (!own || !work->session->has_own_name)
		return;
	own_len = strcspn(own, "@");
	own_len += strcspn(own + own_len, " ");
	(void)snprintf(name, sizeof(name), "%.*s %s", (int)own_len, own, work->row.version);
	POSTGRES_ADD(
		&work->string, postgres_sql_set_name, postgres_text(name), postgres_text(local));
}

/* Whose rights the script has; NULL: the user's own. */
static const char *role_of(const struct postgres_work *work)
{
	const char *own = work->script->directives->role;

	return own ? own : work->session->role;
}

void postgres_work_add_limits(struct postgres_work *work, int64_t lock_timeout_ms, bool is_local)
{
	const struct directives *directives = work->script->directives;
	const struct target_options *options = &work->session->options;
	const char *role = role_of(work);
	const char *local = is_local ? "true" : "false";

	POSTGRES_ADD(&work->string, postgres_sql_set_limits, postgres_number(lock_timeout_ms),
		postgres_number(directives->statement_timeout_ms == DIRECTIVE_UNSET
					? options->statement_timeout_ms
					: directives->statement_timeout_ms),
		postgres_text(local));
	add_name(work, local);
	if (role) {
		work->role = work->string.count;
		POSTGRES_ADD(&work->string, postgres_sql_set_role, postgres_text(role),
			postgres_text(local));
	}
	if (is_local)
		POSTGRES_ADD_PLAIN(&work->string, postgres_sql_unpin_search_path);
}

static void add_mark(struct postgres_work *work)
{
	const struct history_row *row = &work->row;
	struct postgres_value project = postgres_text(work->session->project);
	struct postgres_value scope = postgres_text(work->session->scope);
	struct postgres_value kind = postgres_text(migration_kind_name(row->kind));
	struct postgres_value version = postgres_text(row->version);
	struct postgres_value batch = postgres_text(row->batch_id);
	struct postgres_value statements = postgres_number(work->script->statements);

	work->mark = work->string.count;
	if (work->is_revert)
		POSTGRES_ADD(&work->string, postgres_sql_mark_reverted, project, scope, kind,
			version, batch, statements);
	else
		POSTGRES_ADD(&work->string, postgres_sql_mark_applied, project, scope, kind,
			version, batch, postgres_digest(&work->script->hashes->tokens), statements);
}

void postgres_work_add_end(struct postgres_work *work)
{
	struct postgres_string *string = &work->string;

	work->tail = string->count;
	POSTGRES_ADD_PLAIN(string, postgres_sql_reset_authorization);
	POSTGRES_ADD_PLAIN(string, postgres_sql_reset_role);
	POSTGRES_ADD_PLAIN(string, postgres_sql_pin_search_path);
	if (work->record) {
		work->record_at = string->count;
		postgres_add_record(string, work->record);
	}
	add_mark(work);
	work->commit = string->count;
	postgres_add_commit(string);
	postgres_add_reset(work->session, string);
}

void postgres_work_add_statement(struct postgres_work *work, const struct target_script *script,
	const struct script_statement *statement, size_t from)
{
	const struct target_listener *listener = work->session->options.listener;

	if (script == work->script && listener && listener->statement)
		listener->statement(listener->context, statement->index, script->statements);
	postgres_string_add_statement(&work->string, script, statement, from);
}

void postgres_work_add_check(struct postgres_work *work)
{
	struct script_cursor cursor;
	struct script_statement statement;
	size_t from = 0;

	script_cursor_init(&cursor, work->check->view, SQL_POSTGRES);
	while (script_cursor_next(&cursor, &statement)) {
		postgres_work_add_statement(work, work->check, &statement, from);
		from = statement.offset + statement.len;
	}
}

/* A row of a check, for people. */
static void describe_row(const struct pg_result *rows, char *out, size_t size)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	int columns = PQnfields(rows);

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	for (int i = 0; i < columns && i < SHOWN_COLUMNS; i++) {
		const char *value = postgres_column(rows, 0, i);

		lg_buf_addf(&text, "%s%s=%.*s", i ? ", " : "", PQfname(rows, i), SHOWN_CHARS,
			value ? value : "NULL");
	}
	(void)snprintf(out, size, "%s", columns ? text.text : "a row without columns");
}

/* Rows of the script are dropped; those of the mark and of a check say something. */
static enum lg_status take_row(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct postgres_work *work = context;

	(void)err;
	if (statement == work->mark)
		work->duration_us = postgres_number_at(rows, 0, 0);
	else if (work->check && !work->found[0] && statement < work->string.count &&
		 work->string.pieces[statement].script == work->check) {
		(void)postgres_string_locate_piece(&work->string, statement, &work->found_at);
		describe_row(rows, work->found, sizeof(work->found));
	}
	return LG_OK;
}

static enum lg_status fail_check(const struct postgres_work *work, struct lg_error *err)
{
	(void)lg_fail(err, LG_FAILED, "the check found a row: %s", work->found);
	(void)lg_hint(err, "a check passes when none of its queries gives a row%s",
		work->script->directives->is_transactional ? "; nothing of the migration was kept"
							   : "");
	return lg_place(err, work->check->file, work->found_at.line, work->found_at.column);
}

/* Another run stands in the way: on a pooled route that is what the fence is for. */
static enum lg_status explain_conflict(
	const struct postgres_work *work, const char *what, struct lg_error *err)
{
	bool is_pooled = work->session->route == POSTGRES_ROUTE_POOLED;

	(void)lg_fail(err, is_pooled ? LG_LOCKED : LG_DATABASE, "%s", what);
	return lg_hint(err, "run the command again");
}

static enum lg_status explain_row(const struct postgres_work *work, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *what =
		lg_format("version '%s' is %s the history: another run was here", work->row.version,
			work->stands || work->is_revert ? "no longer in" : "already in");

	return explain_conflict(work, what, err);
}

static enum lg_status explain_ended(const struct postgres_work *work, struct lg_error *err)
{
	(void)lg_fail(err, LG_FAILED,
		"the script has ended lockgate's transaction, or taken the row of its version away");
	(void)lg_hint(err,
		"take out what commits, rolls back or writes to schema lockgate; what it "
		"committed stands: where 'lockgate status' shows %s as running, 'lockgate "
		"resolve' decides",
		work->row.version);
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

static enum lg_status explain_role(const struct postgres_work *work, struct lg_error *err)
{
	(void)lg_wrap(err, "the script cannot run as role '%s'", role_of(work));
	err->status = LG_FAILED;
	(void)lg_hint(err, "create the role, or make the user of --db a member of it");
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

/* Deferred constraints and triggers are the script's, as far as they are not the session's end. */
static enum lg_status explain_commit(const struct postgres_work *work, struct lg_error *err)
{
	if (err->status != LG_DATABASE || !err->sqlstate[0] || postgres_is_loss(err->sqlstate))
		return err->status;
	(void)lg_wrap(err, "at the end of the transaction");
	err->status = LG_FAILED;
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

/* The script is through, but what it left behind does not let its record be written. */
static enum lg_status explain_remains(const struct postgres_work *work, struct lg_error *err)
{
	if (err->status != LG_DATABASE || !err->sqlstate[0] || postgres_is_loss(err->sqlstate))
		return err->status;
	(void)lg_wrap(err, "the script leaves lockgate unable to record it");
	err->status = LG_FAILED;
	(void)lg_hint(err,
		"nothing of %s was kept; take out what touches schema lockgate or changes "
		"the transaction, then apply again",
		work->row.version);
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

/* What the other tool's table does not let in keeps the migration out too. */
static enum lg_status explain_record(struct postgres_work *work, struct lg_error *err)
{
	const struct foreign_record *record = work->record;

	if (err->status != LG_DATABASE || !err->sqlstate[0] || postgres_is_loss(err->sqlstate))
		return err->status;
	(void)lg_wrap(err, "'%s.%s', the history table of %s, cannot be kept in step",
		record->table->schema, record->table->name, foreign_trait(record->tool)->name);
	err->status = LG_FAILED;
	(void)foreign_record_hint(
		record, work->row.version, work->script->directives->is_transactional, err);
	work->is_record_refused = true;
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

/* The server cannot even take the script's text. */
static enum lg_status explain_text(const struct postgres_work *work, struct lg_error *err)
{
	err->status = LG_FAILED;
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

/* What an error of the piece behind the `done` first ones means. */
static enum lg_status explain(struct postgres_work *work, size_t done, struct lg_error *err)
{
	bool is_division = postgres_is_error(err, "22012");

	if (done == work->fence && is_division)
		return explain_conflict(work, "the lock was lost, or another run is at work", err);
	if (done == work->running && (is_division || postgres_is_error(err, "23505")))
		return explain_row(work, err);
	if (done == work->role && err->status == LG_DATABASE && err->sqlstate[0])
		return explain_role(work, err);
	if (done == work->mark && is_division)
		return explain_ended(work, err);
	if (done == work->commit)
		return explain_commit(work, err);
	if (done == work->record_at)
		return explain_record(work, err);
	if (done >= work->tail && done <= work->mark && work->mark != SIZE_MAX)
		return explain_remains(work, err);
	if (postgres_is_error(err, "22P05") || postgres_is_error(err, "22021"))
		return explain_text(work, err);
	if (work->check && err->status == LG_FAILED && strncmp(err->sqlstate, "25", 2) == 0 &&
		strcmp(err->file, work->check->file) == 0)
		return lg_hint(err, "a check may only read");
	return err->status;
}

enum lg_status postgres_work_send(struct postgres_work *work, struct lg_error *err)
{
	struct postgres_reply reply = {.take = take_row, .context = work, .is_streamed = true};
	const struct target_listener *listener = work->session->options.listener;
	enum lg_status status;

	if (listener && listener->sent)
		listener->sent(listener->context);
	status = postgres_execute(work->session, &work->string, &reply, err);

	work->is_committed = work->commit != SIZE_MAX && reply.done > work->commit;
	if (status && !work->is_committed && work->session->conn)
		status = explain(work, reply.done, err);
	postgres_string_clear(&work->string);
	forget_pieces(work);
	if (!status && work->found[0])
		return fail_check(work, err);
	return status;
}

enum lg_status postgres_work_clean(struct postgres_work *work, struct lg_error *err)
{
	struct postgres_session *session = work->session;
	bool was_settling = session->is_settling;
	enum lg_status status;

	postgres_string_clear(&work->string);
	forget_pieces(work);
	session->is_settling = true;
	if (session->conn && PQtransactionStatus(session->conn) != PQTRANS_IDLE)
		POSTGRES_ADD_PLAIN(&work->string, postgres_sql_rollback);
	if (session->conn)
		postgres_add_reset(session, &work->string);
	status = postgres_run(session, &work->string, err);
	session->is_settling = was_settling;
	return status;
}

/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/execute.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"

enum { SHOWN_COLUMNS = 4, SHOWN_CHARS = 60 };

/* One statement of a script on its way through SQLite. */
struct execution {
	struct sqlite_session *session;
	const struct target_script *script;
	const struct script_statement *statement;
	bool is_check;
};

static void finish(sqlite3_stmt **slot)
{
	(void)sqlite3_finalize(*slot);
}

/* Names the place that lies `offset` bytes behind the statement's start. */
static enum lg_status place_error(const struct execution *run, size_t offset, struct lg_error *err)
{
	uint32_t line = run->statement->line;
	uint32_t column = run->statement->column;

	if (offset > 0)
		script_locate(run->script->view, run->statement->offset + offset, &line, &column);
	target_script_place(run->script, &line, &column);
	return lg_place(err, run->script->file, line, column);
}

static enum lg_status fail_statement(
	const struct execution *run, const char *rest, struct lg_error *err)
{
	const char *start = run->script->view->text + run->statement->offset;
	int offset = sqlite3_error_offset(run->session->db);
	char doing[48];

	(void)snprintf(doing, sizeof(doing), "statement %u of %u", run->statement->index,
		run->script->statements);
	(void)sqlite_fail(run->session, doing, err);
	if (err->status == LG_DATABASE)
		err->status = LG_FAILED;
	return place_error(run, (size_t)(rest - start) + (offset > 0 ? (size_t)offset : 0), err);
}

/* A check must give no row: shows the first one that it gave. */
static enum lg_status fail_check(
	const struct execution *run, sqlite3_stmt *statement, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf row;
	int columns = sqlite3_column_count(statement);

	lg_buf_init(&row, LG_ERROR_TEXT_CHARS);
	for (int i = 0; i < columns && i < SHOWN_COLUMNS; i++) {
		const char *value = (const char *)sqlite3_column_text(statement, i);

		lg_buf_addf(&row, "%s%s=%.*s", i ? ", " : "", sqlite3_column_name(statement, i),
			SHOWN_CHARS, value ? value : "NULL");
	}
	(void)lg_fail(err, LG_FAILED, "the check found a row: %s", row.text);
	(void)lg_hint(err, "a check passes when none of its queries gives a row; nothing of the "
			   "migration was kept");
	return place_error(run, 0, err);
}

static enum lg_status step_to_end(const struct execution *run, sqlite3_stmt *statement,
	const char *text, struct lg_error *err)
{
	int status;

	if (run->is_check && !sqlite3_stmt_readonly(statement)) {
		(void)lg_fail(err, LG_FAILED, "a check may only read");
		return place_error(run, 0, err);
	}
	lg_fault("sqlite script");
	while ((status = sqlite3_step(statement)) == SQLITE_ROW)
		if (run->is_check)
			return fail_check(run, statement, err);
	if (status != SQLITE_DONE)
		return fail_statement(run, text, err);
	return LG_OK;
}

/* The lexer's statement is SQLite's; were it more than one, each would run in turn. */
static enum lg_status run_text(const struct execution *run, struct lg_error *err)
{
	const char *text = run->script->view->text + run->statement->offset;
	const char *end = text + run->statement->len;

	while (text < end) {
		LG_CLEANUP(finish) sqlite3_stmt *statement = NULL;
		const char *rest = end;

		if (sqlite3_prepare_v2(run->session->db, text, (int)(end - text), &statement,
			    &rest) != SQLITE_OK)
			return fail_statement(run, text, err);
		if (statement && step_to_end(run, statement, text, err))
			return err->status;
		/* What VACUUM may do is no other statement's to do. */
		run->session->is_vacuuming = false;
		text = rest;
	}
	return LG_OK;
}

static int64_t timeout_of(const struct execution *run)
{
	int64_t own = run->script->directives->statement_timeout_ms;

	return own == DIRECTIVE_UNSET ? run->session->options.statement_timeout_ms : own;
}

static enum lg_status run_guarded(const struct execution *run, struct lg_error *err)
{
	struct sqlite_session *session = run->session;
	const struct target_listener *listener = session->options.listener;
	enum lg_status status;

	if (listener && listener->statement)
		listener->statement(
			listener->context, run->statement->index, run->script->statements);
	if (listener && listener->sent)
		listener->sent(listener->context);
	session->is_guarded = true;
	session->is_vacuuming = strcmp(run->statement->verb, "VACUUM") == 0;
	session->refusal = NULL;
	/* VACUUM attaches a database of its own. */
	(void)sqlite3_limit(session->db, SQLITE_LIMIT_ATTACHED, session->is_vacuuming ? 1 : 0);
	sqlite_switch_triggers(session, true);
	sqlite_set_deadline(session, timeout_of(run));

	status = run_text(run, err);

	sqlite_switch_triggers(session, false);
	sqlite_set_deadline(session, 0);
	(void)sqlite3_limit(session->db, SQLITE_LIMIT_ATTACHED, 0);
	session->is_guarded = false;
	session->is_vacuuming = false;
	session->refusal = NULL;
	return status;
}

enum lg_status sqlite_execute(struct sqlite_session *session, const struct target_script *script,
	const struct script_statement *statement, struct lg_error *err)
{
	const struct execution run = {session, script, statement, false};

	return run_guarded(&run, err);
}

static enum lg_status execute_each(struct sqlite_session *session,
	const struct target_script *script, bool is_check, struct lg_error *err)
{
	struct script_cursor cursor;
	struct script_statement statement;

	script_cursor_init(&cursor, script->view, SQL_SQLITE);
	while (script_cursor_next(&cursor, &statement)) {
		const struct execution run = {session, script, &statement, is_check};

		if (run_guarded(&run, err))
			return err->status;
	}
	return LG_OK;
}

enum lg_status sqlite_execute_all(
	struct sqlite_session *session, const struct target_script *script, struct lg_error *err)
{
	return execute_each(session, script, false, err);
}

enum lg_status sqlite_execute_check(
	struct sqlite_session *session, const struct target_script *script, struct lg_error *err)
{
	return execute_each(session, script, true, err);
}

bool sqlite_must_stand_alone(const struct script_statement *statement)
{
	return strcmp(statement->verb, "VACUUM") == 0 || strcmp(statement->verb, "PRAGMA") == 0;
}

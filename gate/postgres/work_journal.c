/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "gate/postgres/doubt.h"
#include "gate/postgres/lock.h"
#include "gate/postgres/records.h"
#include "gate/postgres/route.h"
#include "gate/postgres/sql.h"
#include "gate/postgres/work.h"

/*
 * A transaction of lockgate's own between two statements of the script, whose settings and role the
 * session keeps. This very backend must hold the lock: another one would not be kept out.
 */
static void add_begin(struct postgres_work *work)
{
	struct postgres_string *string = work->string;

	POSTGRES_ADD_PLAIN(string, postgres_sql_begin);
	POSTGRES_ADD_PLAIN(string, postgres_sql_pin_search_path);
	work->fence = string->count;
	postgres_add_lock_demand(work->session, string);
	POSTGRES_ADD_PLAIN(string, postgres_sql_be_user_locally);
	POSTGRES_ADD_PLAIN(string, postgres_sql_be_no_role_locally);
}

/* `done` statements have taken effect. */
static void add_journal(struct postgres_work *work, uint32_t done)
{
	struct history_row *row = &work->row;

	row->statements_done = done;
	row->hashes.tokens = script_prefix_tokens(work->script->view, SQL_POSTGRES, done);
	work->running = work->string->count;
	POSTGRES_ADD(work->string, postgres_sql_journal, postgres_text(work->session->project),
		postgres_text(work->session->scope), postgres_text(migration_kind_name(row->kind)),
		postgres_text(row->version), postgres_number(done),
		postgres_digest(&row->hashes.tokens));
}

static void add_began(
	struct postgres_work *work, const struct script_statement *statement, const char *what)
{
	char detail[96];

	(void)snprintf(detail, sizeof(detail), "statement %u of %u: %s", statement->index,
		work->script->statements, statement->verb);
	postgres_add_event(work->string, work->row.batch_id, work->row.version, what, detail);
}

/* Those that wait for other transactions wait as long as these take, unless the script says. */
static int64_t lock_timeout_of(const struct postgres_work *work)
{
	struct script_cursor cursor;
	struct script_statement statement;

	if (work->script->directives->lock_timeout_ms != DIRECTIVE_UNSET)
		return postgres_work_lock_timeout(work);
	script_cursor_init(&cursor, work->script->view, SQL_POSTGRES);
	while (script_cursor_next(&cursor, &statement))
		if (postgres_is_concurrent(work->script, &statement))
			return 0;
	return postgres_work_lock_timeout(work);
}

static enum lg_status open_journal(struct postgres_work *work, struct lg_error *err)
{
	uint32_t done = work->row.statements_done;

	add_begin(work);
	postgres_work_add_running(work, done);
	postgres_add_commit(work->string);
	postgres_work_add_limits(work, lock_timeout_of(work), false);
	return postgres_work_send(work, err);
}

static enum lg_status journal(
	struct postgres_work *work, const struct script_statement *statement, struct lg_error *err)
{
	bool can_settle = postgres_can_settle(work->script, statement);

	add_begin(work);
	add_journal(work, statement->index - 1);
	add_began(work, statement, can_settle ? "began-repeatable" : "began");
	postgres_add_commit(work->string);
	if (postgres_work_send(work, err))
		return err->status;
	work->ahead = 0;
	return LG_OK;
}

static enum lg_status run_alone(
	struct postgres_work *work, const struct script_statement *statement, struct lg_error *err)
{
	postgres_work_add_statement(work, work->script, statement, statement->offset);
	return postgres_work_send(work, err);
}

/* A procedure or block that commits by itself may have done a part of its work. */
static bool may_be_half_done(const struct script_statement *statement)
{
	return strcmp(statement->verb, "CALL") == 0 || strcmp(statement->verb, "DO") == 0;
}

/*
 * `is_in_doubt`: an earlier run may have done it, wholly or in part. What an interrupted build has
 * left is taken away in any case.
 */
static enum lg_status run_statement(struct postgres_work *work,
	const struct script_statement *statement, bool is_in_doubt, struct lg_error *err)
{
	bool is_done = false;

	if (journal(work, statement, err))
		return err->status;
	if (postgres_settle_doubt(work->session, work->script, statement, &is_done, err))
		return err->status;
	if (!(is_done && is_in_doubt) && run_alone(work, statement, err))
		return err->status;
	work->ahead = statement->index;
	return LG_OK;
}

static enum lg_status run_statements(
	struct postgres_work *work, struct script_statement *out_last, struct lg_error *err)
{
	uint32_t done = work->row.statements_done;
	struct script_cursor cursor;

	script_cursor_init(&cursor, work->script->view, SQL_POSTGRES);
	while (script_cursor_next(&cursor, out_last)) {
		bool is_skipped = out_last->index <= done;

		if (is_skipped && !postgres_is_setting(out_last))
			continue;
		if (is_skipped ? run_alone(work, out_last, err)
			       : run_statement(work, out_last,
					 work->stands && out_last->index == done + 1, err))
			return err->status;
	}
	return LG_OK;
}

/* All statements are done before what comes behind them, so that runs again alone if it fails. */
static enum lg_status journal_all(
	struct postgres_work *work, const char *next, struct lg_error *err)
{
	add_begin(work);
	add_journal(work, work->script->statements);
	postgres_add_event(
		work->string, work->row.batch_id, work->row.version, "began-repeatable", next);
	postgres_add_commit(work->string);
	if (postgres_work_send(work, err))
		return err->status;
	work->ahead = 0;
	return LG_OK;
}

static enum lg_status run_check(struct postgres_work *work, struct lg_error *err)
{
	struct postgres_string *string = work->string;

	if (!work->check)
		return LG_OK;
	if (journal_all(work, "the check", err))
		return err->status;
	POSTGRES_ADD_PLAIN(string, postgres_sql_begin);
	POSTGRES_ADD_PLAIN(string, postgres_sql_read_only);
	postgres_work_add_check(work);
	POSTGRES_ADD_PLAIN(string, postgres_sql_rollback);
	return postgres_work_send(work, err);
}

static enum lg_status close_journal(struct postgres_work *work, struct lg_error *err)
{
	if (work->record && journal_all(work, "the record of the other tool", err))
		return err->status;
	add_begin(work);
	add_journal(work, work->script->statements);
	postgres_work_add_end(work);
	return postgres_work_send(work, err);
}

static enum lg_status refuse_pooler(const struct postgres_work *work, struct lg_error *err)
{
	(void)lg_fail(err, LG_DATABASE,
		"version '%s' runs outside of transactions, so it needs a session of its own, and "
		"the pooler in between gives none",
		work->row.version);
	(void)lg_hint(err, "name the server itself in --db, or the pooler's port for sessions");
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

/* A session of its own, and the lock with it. */
static enum lg_status demand_session(struct postgres_work *work, struct lg_error *err)
{
	struct postgres_session *session = work->session;

	if (session->route != POSTGRES_ROUTE_POOLED)
		return LG_OK;
	if (postgres_prove_session(session, err))
		return err->status;
	if (session->route == POSTGRES_ROUTE_POOLED)
		return refuse_pooler(work, err);
	session->is_locked = false;
	return postgres_lock(&session->target, 0, err);
}

/*
 * The run ended between a statement and its line in the journal. If that cannot be written now, the
 * statement stays in doubt: whoever comes next must not take it for one that has not run.
 */
static void catch_up(struct postgres_work *work)
{
	struct postgres_session *session = work->session;
	bool was_settling = session->is_settling;
	struct lg_error ignored;

	if (!work->ahead || !session->conn)
		return;
	session->is_settling = true;
	add_begin(work);
	add_journal(work, work->ahead);
	postgres_add_commit(work->string);
	if (!postgres_work_send(work, &ignored))
		work->ahead = 0;
	session->is_settling = was_settling;
}

static enum lg_status explain(struct postgres_work *work, const struct script_statement *statement,
	enum lg_status status, struct lg_error *err)
{
	const char *version = work->row.version;

	if (work->ahead)
		return lg_hint(err,
			"statement %u of %u has taken effect, which could not be recorded: run the command "
			"again, and where it asks, say 'lockgate resolve %s --done'",
			work->ahead, work->script->statements, version);
	if (work->is_record_refused)
		return status;
	if (status == LG_FAILED)
		(void)lg_hint(err,
			"statement %u of %u has failed, those before it have taken effect; %s, then "
			"'lockgate resolve %s --retry' and %s again",
			statement->index, work->script->statements,
			work->is_revert ? "clear what is in its way" : "mend it", version,
			work->is_revert ? "revert" : "apply");
	else if (status == LG_DATABASE && !work->session->conn && !err->sqlstate[0])
		(void)lg_hint(err,
			"statement %u of %u of version '%s' may still be running on the server; run "
			"the command again: it goes on, or says what it needs",
			statement->index, work->script->statements, version);
	return err->status;
}

enum lg_status postgres_work_run_journaled(struct postgres_work *work, struct lg_error *err)
{
	struct script_statement statement = {0};
	struct lg_error ignored;
	enum lg_status status;

	if (demand_session(work, err))
		return err->status;
	status = open_journal(work, err);
	if (!status)
		status = run_statements(work, &statement, err);
	if (!status)
		status = run_check(work, err);
	if (!status)
		status = close_journal(work, err);
	if (!status)
		return LG_OK;
	lg_ignore(postgres_work_clean(work, &ignored));
	catch_up(work);
	work->is_half_done = may_be_half_done(&statement);
	return explain(work, &statement, status, err);
}

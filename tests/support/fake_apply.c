/* SPDX-License-Identifier: MIT */
#include "tests/support/fake_session.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"

/* One script and what it belongs to: apply and revert differ in little else. */
struct fake_work {
	struct fake_session *session;
	const struct target_script *script;
	const struct target_script *check; /* NULL: none */
	struct history_row row;            /* as it is to be recorded */
	const char *down_sql;
	size_t down_len;
	const struct foreign_record *record; /* NULL: none */
	bool is_revert;
	bool stands;                           /* the row must be there already, else it must not */
	const struct statement_tracer *tracer; /* of a rehearsal; NULL: none */
};

static struct fake_row *find_row(const struct fake_work *work)
{
	return fake_find_row(
		work->session->database, work->session->project, work->session->scope, &work->row);
}

static void put_row(const struct fake_work *work)
{
	struct fake_session *session = work->session;
	struct fake_row *row =
		fake_put_row(session->database, session->project, session->scope, &work->row);

	if (work->is_revert)
		return;
	row->down_len = work->down_len;
	row->down_sql = work->down_sql ? lg_arena_addn(&session->database->strings, work->down_sql,
						 work->down_len)
				       : NULL;
}

static enum lg_status fail_statement(const struct target_script *script,
	const struct script_statement *statement, const char *reason, struct lg_error *err)
{
	(void)lg_fail(err, LG_FAILED, "statement %u of %u: %s", statement->index,
		script->statements, reason);
	return lg_place(
		err, script->file, statement->line + script->first_line - 1, statement->column);
}

static enum lg_status run_statement(
	struct fake_work *work, const struct script_statement *statement, struct lg_error *err)
{
	struct fake_session *session = work->session;
	const struct target_listener *listener = session->options.listener;
	const char *reason = "";

	if (listener && listener->statement)
		listener->statement(listener->context, statement->index, work->script->statements);
	if (listener && listener->sent)
		listener->sent(listener->context);
	if (fake_enter(session, err))
		return err->status;
	if (!fake_run(session->database, work->script->view->text + statement->offset,
		    statement->len, &reason))
		return fail_statement(work->script, statement, reason, err);
	return LG_OK;
}

static void trace(const struct fake_work *work, const struct script_statement *statement)
{
	struct statement_trace trace = {
		.index = statement->index,
		.line = statement->line,
		.column = statement->column,
		.rows = TRACE_NO_ROWS,
	};

	target_script_place(work->script, &trace.line, &trace.column);
	work->tracer->took(work->tracer->context, &trace);
}

static enum lg_status run_check(const struct target_script *check, struct lg_error *err)
{
	struct script_cursor cursor;
	struct script_statement statement;
	const char *reason = "";

	if (!check)
		return LG_OK;
	script_cursor_init(&cursor, check->view, SQL_SQLITE);
	while (script_cursor_next(&cursor, &statement))
		if (!fake_check(check->view->text + statement.offset, statement.len, &reason))
			return fail_statement(check, &statement, reason, err);
	return LG_OK;
}

/* Runs what was not done before; each statement that is done is journaled where that is asked. */
static enum lg_status run_statements(
	struct fake_work *work, bool is_journaled, struct lg_error *err)
{
	struct script_cursor cursor;
	struct script_statement statement;

	script_cursor_init(&cursor, work->script->view, SQL_SQLITE);
	while (script_cursor_next(&cursor, &statement)) {
		if (statement.index <= work->row.statements_done && is_journaled)
			continue;
		if (run_statement(work, &statement, err))
			return err->status;
		if (work->tracer)
			trace(work, &statement);
		if (!is_journaled)
			continue;
		work->row.statements_done = statement.index;
		put_row(work);
	}
	return run_check(work->check, err);
}

static void record(struct fake_work *work)
{
	struct fake_session *session = work->session;
	char moment[LG_MOMENT_CHARS + 1];

	lg_clock_format(lg_clock_now_us(), moment);
	work->row.state = HISTORY_APPLIED;
	work->row.applied_at = moment;
	work->row.statements_done = work->script->statements;
	work->row.duration_us = 1;
	if (work->is_revert)
		fake_remove_row(session->database, find_row(work));
	else
		put_row(work);
	fake_session_note(session, work->row.batch_id, work->row.version,
		work->is_revert ? "reverted" : "applied", NULL);
	work->row.applied_at = NULL;
}

/* The last thing that can fail. */
static enum lg_status write_along(const struct fake_work *work, struct lg_error *err)
{
	const struct foreign_record *record = work->record;

	if (!record ||
		fake_write_foreign(work->session->database, record->values[0], record->is_removal))
		return LG_OK;
	(void)lg_fail(err, LG_FAILED, "'%s' has it already", record->table->name);
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

static enum lg_status run_in_transaction(struct fake_work *work, struct lg_error *err)
{
	struct fake_database *database = work->session->database;
	LG_CLEANUP(fake_tables_release)
	struct fake_tables before = fake_tables_copy(&database->tables);

	if (!run_statements(work, false, err) && !write_along(work, err)) {
		record(work);
		return LG_OK;
	}
	fake_tables_restore(&database->tables, &before);
	return err->status;
}

static enum lg_status run_journaled(struct fake_work *work, struct lg_error *err)
{
	work->row.state = HISTORY_RUNNING;
	put_row(work);
	if (run_statements(work, true, err) || write_along(work, err))
		return err->status;
	record(work);
	return LG_OK;
}

/* Another run, which the lock could not keep out, is at this migration. */
static enum lg_status meet_others(struct fake_work *work, struct lg_error *err)
{
	struct fake_database *database = work->session->database;
	struct history_row row = work->row;

	database->busy_steps--;
	row.state = HISTORY_APPLIED;
	row.started_at = row.applied_at = "2026-01-05T09:30:00.000000Z";
	row.statements_done = row.statements_total;
	row.duration_us = 1;
	row.batch_id = "OTHERS";
	if (database->others_finish)
		(void)fake_put_row(database, work->session->project, work->session->scope, &row);
	(void)lg_fail(err, LG_LOCKED, "another run is at it");
	return lg_about(err, work->row.version);
}

static enum lg_status run_work(
	struct fake_work *work, int64_t *out_duration_us, struct lg_error *err)
{
	struct fake_session *session = work->session;
	char moment[LG_MOMENT_CHARS + 1];
	enum lg_status status;

	if (fake_enter_writing(session, err))
		return err->status;
	if (session->database->busy_steps > 0)
		return meet_others(work, err);
	if ((find_row(work) != NULL) != work->stands)
		return lg_fail(err, LG_DATABASE, "version '%s' is %s the history",
			work->row.version, work->stands ? "no longer in" : "already in");
	(void)snprintf(session->under_way, sizeof(session->under_way), "%s", work->row.version);
	lg_clock_format(lg_clock_now_us(), moment);
	work->row.started_at = moment;
	status = work->script->directives->is_transactional ? run_in_transaction(work, err)
							    : run_journaled(work, err);
	work->row.started_at = NULL;
	session->under_way[0] = '\0';
	if (status == LG_FAILED || status == LG_CANCELLED)
		fake_session_note(session, work->row.batch_id, work->row.version,
			status == LG_FAILED ? "failed" : "cancelled", err->text);
	if (status)
		return lg_about(err, work->row.version);
	*out_duration_us = work->row.duration_us;
	return LG_OK;
}

void fake_state_release(struct fake_state *state)
{
	fake_tables_release(&state->tables);
	free(state->rows);
	*state = (struct fake_state){0};
}

static void keep_state(struct fake_session *session)
{
	const struct fake_database *database = session->database;
	struct fake_state *state = &session->before;

	fake_state_release(state);
	state->tables = fake_tables_copy(&database->tables);
	for (; state->row_count < database->row_count; state->row_count++) {
		state->rows = lg_grow(state->rows, state->row_count, sizeof(*state->rows));
		state->rows[state->row_count] = database->rows[state->row_count];
	}
}

static void restore_state(struct fake_session *session)
{
	struct fake_database *database = session->database;
	struct fake_state *state = &session->before;

	fake_tables_restore(&database->tables, &state->tables);
	free(database->rows);
	database->rows = LG_TAKE(state->rows);
	database->row_count = state->row_count;
	state->row_count = 0;
}

static enum lg_status apply_step(
	struct target *target, struct target_apply *step, struct lg_error *err)
{
	struct fake_session *session = fake_session_of(target);
	struct fake_work work = {
		.session = fake_session_of(target),
		.script = &step->up,
		.record = step->record,
		.check = step->check,
		.down_sql = step->down_sql,
		.down_len = step->down_len,
		.stands = step->is_resumed || step->is_repeated,
		.row = target_apply_row(step),
	};

	if (step->leaves_open && !step->joins)
		keep_state(session);
	if (!run_work(&work, &step->duration_us, err))
		return LG_OK;
	if (step->joins)
		restore_state(session);
	return err->status;
}

enum lg_status fake_apply(struct target *target, struct target_apply *steps, size_t count,
	size_t *out_done, struct lg_error *err)
{
	fake_session_of(target)->database->messages++;
	for (*out_done = 0; *out_done < count; ++*out_done)
		if (apply_step(target, &steps[*out_done], err))
			return err->status;
	return LG_OK;
}

enum lg_status fake_rehearse(struct target *target, const struct target_apply *step,
	const struct statement_tracer *tracer, struct lg_error *err)
{
	struct fake_session *session = fake_session_of(target);
	struct fake_work work = {
		.session = session,
		.script = &step->up,
		.check = step->check,
		.tracer = tracer,
		.row = target_apply_row(step),
	};
	enum lg_status status;

	if (session->database->lock_holder != session)
		return lg_fail(err, LG_DATABASE, "the lock is not held");
	if (!step->joins)
		keep_state(session);
	status = run_statements(&work, false, err);
	if (status || !step->leaves_open)
		restore_state(session);
	return status ? lg_about(err, step->version) : LG_OK;
}

enum lg_status fake_revert(struct target *target, const struct target_revert *step,
	int64_t *out_duration_us, struct lg_error *err)
{
	struct fake_work work = {
		.session = fake_session_of(target),
		.script = &step->down,
		.record = step->record,
		.is_revert = true,
		.stands = true,
		.row = target_revert_row(step),
	};

	return run_work(&work, out_duration_us, err);
}

static void set_row(
	struct fake_session *session, struct fake_row *stood, const struct history_row *row)
{
	struct history_row changed = stood->row;

	changed.state = row->state;
	changed.hashes = row->hashes;
	changed.batch_id = row->batch_id;
	changed.statements_done = row->statements_done;
	changed.statements_total = row->statements_total;
	changed.applied_at = row->applied_at;
	(void)fake_put_row(session->database, session->project, session->scope, &changed);
}

static enum lg_status change_row(struct fake_session *session, const char *batch_id,
	const struct target_change *change, struct lg_error *err)
{
	struct fake_work work = {
		.session = session,
		.row = *change->row,
		.down_sql = change->down_sql,
		.down_len = change->down_len,
	};
	struct fake_row *row = find_row(&work);

	if ((row != NULL) == (change->kind == TARGET_ROW_ADD))
		return lg_fail(err, LG_DATABASE, "version '%s' is %s the history", work.row.version,
			row ? "already in" : "not in");
	if (!row)
		put_row(&work);
	else if (change->kind == TARGET_ROW_SET)
		set_row(session, row, change->row);
	else
		fake_remove_row(session->database, row);
	fake_session_note(session, batch_id, change->row->version, change->event, change->detail);
	return LG_OK;
}

enum lg_status fake_change(struct target *target, const char *batch_id,
	const struct target_change *changes, size_t count, struct lg_error *err)
{
	struct fake_session *session = fake_session_of(target);
	struct fake_database *database = session->database;
	LG_FREE_BY_SCOPE struct fake_row *before = NULL;
	size_t row_count = database->row_count;
	size_t event_count = database->event_count;

	if (fake_enter_writing(session, err))
		return err->status;
	before = lg_calloc(row_count, sizeof(*before));
	for (size_t i = 0; i < row_count; i++)
		before[i] = database->rows[i];
	for (size_t i = 0; i < count; i++) {
		if (!change_row(session, batch_id, &changes[i], err))
			continue;
		for (size_t k = 0; k < row_count; k++)
			database->rows[k] = before[k];
		database->row_count = row_count;
		database->event_count = event_count;
		return err->status;
	}
	return LG_OK;
}

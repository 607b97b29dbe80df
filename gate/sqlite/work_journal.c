/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/work.h"

#include "gate/sqlite/execute.h"
#include "gate/sqlite/records.h"

/* Puts the row into the journal as running; `done` statements have taken effect. */
static enum lg_status put_running(struct sqlite_work *work, uint32_t done, struct lg_error *err)
{
	work->row.state = HISTORY_RUNNING;
	/* That the moment stays tells a row that is being undone from one that is being applied. */
	if (!work->is_revert)
		work->row.applied_at = NULL;
	work->row.statements_done = done;
	work->row.hashes.tokens = script_prefix_tokens(work->script->view, SQL_SQLITE, done);
	return sqlite_put_row(work->session, &work->row, work->down_sql, work->down_len, err);
}

static enum lg_status open_journal(struct sqlite_work *work, struct lg_error *err)
{
	enum lg_status status = sqlite_work_begin(work, err);

	if (status)
		return status;
	status = sqlite_work_demand_row(work, err);
	if (!status)
		status = put_running(work, work->row.statements_done, err);
	return sqlite_end_write(work->session, status, err);
}

/*
 * A statement and its line in the journal are one transaction where SQLite lets them; the others,
 * VACUUM and pragmas, may run twice without harm. So the journal never leaves a doubt.
 */
static enum lg_status run_journaled_statement(
	struct sqlite_work *work, const struct script_statement *statement, struct lg_error *err)
{
	struct sqlite_session *session = work->session;
	enum lg_status status;

	if (sqlite_must_stand_alone(statement)) {
		if (sqlite_execute(session, work->script, statement, err))
			return err->status;
		return sqlite_journal(session, &work->row, statement->index, err);
	}
	status = sqlite_work_begin(work, err);
	if (status)
		return status;
	status = sqlite_execute(session, work->script, statement, err);
	if (!status)
		status = sqlite_work_demand_order(work, err);
	if (!status)
		status = sqlite_journal(session, &work->row, statement->index, err);
	return sqlite_end_write(session, status, err);
}

static enum lg_status run_journaled_statements(struct sqlite_work *work, struct lg_error *err)
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

enum lg_status sqlite_work_run_journaled(struct sqlite_work *work, struct lg_error *err)
{
	struct lg_error ignored;
	enum lg_status status;

	if (open_journal(work, err))
		return err->status;
	status = run_journaled_statements(work, err);
	if (!status) {
		if (sqlite_work_begin(work, err))
			return err->status;
		return sqlite_end_write(work->session, sqlite_work_record(work, err), err);
	}
	sqlite_roll_back(work->session);
	if (status == LG_FAILED) {
		lg_ignore(put_running(work, work->row.statements_done, &ignored));
		(void)lg_hint(err,
			"statements before it have taken effect; %s, then 'lockgate resolve %s --retry' "
			"and %s again",
			work->is_revert ? "clear what is in its way" : "mend it", work->row.version,
			work->is_revert ? "revert" : "apply");
	}
	return status;
}

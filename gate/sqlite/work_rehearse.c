/* SPDX-License-Identifier: MIT */
#include <sqlite3.h>
#include <string.h>

#include "gate/sqlite/execute.h"
#include "gate/sqlite/records.h"
#include "gate/sqlite/work.h"

/* SQLite's own count is also that of earlier statements; of those that change no rows it tells
 * nothing. */
static int64_t rows_of(const struct script_statement *statement, sqlite3_int64 changes)
{
	static const char *const counting[] = {"INSERT", "UPDATE", "DELETE", "REPLACE"};

	for (size_t i = 0; i < LG_COUNT_OF(counting); i++)
		if (strcmp(statement->verb, counting[i]) == 0)
			return changes;
	return changes > 0 ? changes : TRACE_NO_ROWS;
}

static enum lg_status trace_statement(const struct sqlite_work *work,
	const struct script_statement *statement, struct lg_error *err)
{
	sqlite3 *db = work->session->db;
	sqlite3_int64 before = sqlite3_total_changes64(db);
	int64_t started_us = lg_clock_monotonic_us();
	struct statement_trace trace = {
		.index = statement->index,
		.line = statement->line,
		.column = statement->column,
	};

	if (sqlite_execute(work->session, work->script, statement, err))
		return err->status;
	trace.duration_us = lg_clock_monotonic_us() - started_us;
	trace.rows = rows_of(statement, sqlite3_total_changes64(db) - before);
	target_script_place(work->script, &trace.line, &trace.column);
	work->tracer->took(work->tracer->context, &trace);
	return LG_OK;
}

enum lg_status sqlite_work_trace(const struct sqlite_work *work, struct lg_error *err)
{
	struct script_cursor cursor;
	struct script_statement statement;

	script_cursor_init(&cursor, work->script->view, SQL_SQLITE);
	while (script_cursor_next(&cursor, &statement))
		if (trace_statement(work, &statement, err))
			return err->status;
	return LG_OK;
}

/* What COMMIT would refuse: there is none here. */
static enum lg_status demand_keys(const struct sqlite_work *work, struct lg_error *err)
{
	int unresolved = 0;
	int ignored = 0;

	(void)sqlite3_db_status(
		work->session->db, SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &ignored, 0);
	if (!unresolved)
		return LG_OK;
	(void)lg_fail(err, LG_FAILED,
		"at the end of the transaction: a foreign key leads nowhere, and it is deferred no "
		"longer");
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

enum lg_status sqlite_work_rehearse(struct sqlite_work *work, struct lg_error *err)
{
	enum lg_status status;

	if (!work->joins && sqlite_work_begin(work, err))
		return err->status;
	status = sqlite_work_run_script(work, err);
	if (!status)
		status = demand_keys(work, err);
	if (status || !work->leaves_open)
		sqlite_roll_back(work->session);
	return status;
}

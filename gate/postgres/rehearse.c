/* SPDX-License-Identifier: MIT */
#include <libpq-fe.h>
#include <string.h>

#include "base/clock.h"
#include "gate/postgres/apply.h"
#include "gate/postgres/route.h"
#include "gate/postgres/sql.h"
#include "gate/postgres/trace.h"
#include "gate/postgres/work.h"

/* The scan keeps out what ends a transaction; should anything still have done it, nobody goes on.
 */
static enum lg_status demand_transaction(
	const struct postgres_work *work, const struct statement_trace *trace, struct lg_error *err)
{
	if (PQtransactionStatus(work->session->conn) == PQTRANS_INTRANS)
		return LG_OK;
	(void)lg_fail(err, LG_FAILED,
		"the script has ended the transaction of the rehearsal: what it did may stand");
	(void)lg_hint(err, "take out what commits or rolls back, and look at the database");
	return lg_place(err, work->script->file, trace->line, trace->column);
}

static enum lg_status run_statement(struct postgres_work *work,
	const struct script_statement *statement, size_t from, struct statement_trace *trace,
	struct lg_error *err)
{
	int64_t started_us;

	postgres_work_add_statement(work, work->script, statement, from);
	started_us = lg_clock_monotonic_us();
	if (postgres_work_send(work, err))
		return err->status;
	trace->duration_us = lg_clock_monotonic_us() - started_us;
	trace->rows = work->rows;
	trace->is_truncation = strcmp(statement->verb, "TRUNCATE") == 0;
	if (demand_transaction(work, trace, err))
		return err->status;
	return postgres_trace_look(work->session, trace, err);
}

static enum lg_status run_statements(
	struct postgres_work *work, const struct statement_tracer *tracer, struct lg_error *err)
{
	struct script_cursor cursor;
	struct script_statement statement;
	size_t from = 0;

	script_cursor_init(&cursor, work->script->view, SQL_POSTGRES);
	while (script_cursor_next(&cursor, &statement)) {
		struct statement_trace trace = {
			.index = statement.index,
			.line = statement.line,
			.column = statement.column,
		};

		target_script_place(work->script, &trace.line, &trace.column);
		if (run_statement(work, &statement, from, &trace, err))
			return err->status;
		tracer->took(tracer->context, &trace);
		from = statement.data_len ? statement.data_offset + statement.data_len
					  : statement.offset + statement.len;
	}
	return LG_OK;
}

/* The relations are listed while the search path is pinned, so before the script's own is set. */
static enum lg_status begin(struct postgres_work *work, struct lg_error *err)
{
	postgres_work_add_begin(work);
	if (postgres_work_send(work, err))
		return err->status;
	if (!work->joins && postgres_trace_begin(work->session, err))
		return err->status;
	postgres_work_add_limits(work, postgres_work_lock_timeout(work), true);
	return postgres_work_send(work, err);
}

/*
 * As apply ends a migration, but for its record. What is deferred would be done by COMMIT; it
 * cannot be put off again, so for the migrations behind it nothing is deferred.
 */
static enum lg_status end(struct postgres_work *work, struct lg_error *err)
{
	struct postgres_string *string = work->string;

	POSTGRES_ADD_PLAIN(string, postgres_sql_reset_authorization);
	POSTGRES_ADD_PLAIN(string, postgres_sql_reset_role);
	POSTGRES_ADD_PLAIN(string, postgres_sql_pin_search_path);
	work->commit = string->count;
	POSTGRES_ADD_PLAIN(string, postgres_sql_check_constraints);
	if (!work->leaves_open)
		POSTGRES_ADD_PLAIN(string, postgres_sql_rollback);
	postgres_add_reset(work->session, string);
	return postgres_work_send(work, err);
}

static enum lg_status run(
	struct postgres_work *work, const struct statement_tracer *tracer, struct lg_error *err)
{
	if (begin(work, err) || run_statements(work, tracer, err))
		return err->status;
	if (work->check && postgres_work_send_check(work, err))
		return err->status;
	return end(work, err);
}

enum lg_status postgres_rehearse(struct target *target, const struct target_apply *step,
	const struct statement_tracer *tracer, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	struct postgres_session *session = postgres_session_of(target);
	struct postgres_work work = {
		.session = session,
		.script = &step->up,
		.check = step->check,
		.joins = step->joins,
		.leaves_open = step->leaves_open,
		.row = target_apply_row(step),
		.string = &string,
	};
	struct lg_error ignored;
	enum lg_status status;

	postgres_string_init(&string);
	postgres_work_forget_pieces(&work);
	status = run(&work, tracer, err);
	if (status || !work.leaves_open)
		postgres_trace_end(session);
	if (!status)
		return LG_OK;
	if (session->conn)
		lg_ignore(postgres_work_clean(&work, &ignored));
	if (status == LG_FAILED || status == LG_CANCELLED)
		(void)lg_place(err, step->up.file, step->up.first_line, 1);
	return lg_about(err, step->version);
}

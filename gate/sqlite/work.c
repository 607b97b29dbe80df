/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/work.h"

#include <sqlite3.h>
#include <stdio.h>

#include "gate/sqlite/foreign.h"
#include "gate/sqlite/guard.h"
#include "gate/sqlite/records.h"

enum lg_status sqlite_work_begin(const struct sqlite_work *work, struct lg_error *err)
{
	struct sqlite_session *session = work->session;

	if (!sqlite_begin_write(session, work->script->directives->retries, err))
		return LG_OK;
	if (err->status != LG_DATABASE || (sqlite3_errcode(session->db) & 0xff) != SQLITE_BUSY)
		return err->status;
	err->status = LG_FAILED;
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

enum lg_status sqlite_work_demand_row(const struct sqlite_work *work, struct lg_error *err)
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

/* SQLite ends the transaction by itself on some errors, and for INSERT OR ROLLBACK. */
static enum lg_status demand_transaction(const struct sqlite_work *work, struct lg_error *err)
{
	if (!sqlite3_get_autocommit(work->session->db))
		return LG_OK;
	(void)lg_fail(err, LG_FAILED, "the script has ended lockgate's transaction");
	(void)lg_hint(err, "take out what rolls back, such as INSERT OR ROLLBACK");
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

static enum lg_status demand_names(const struct sqlite_work *work, struct lg_error *err)
{
	enum lg_status status = sqlite_guard_names(work->session, err);

	if (status == LG_FAILED)
		return lg_place(err, work->script->file, work->script->first_line, 1);
	return status;
}

enum lg_status sqlite_work_demand_order(const struct sqlite_work *work, struct lg_error *err)
{
	if (demand_transaction(work, err))
		return err->status;
	return demand_names(work, err);
}

enum lg_status sqlite_work_record(struct sqlite_work *work, struct lg_error *err)
{
	struct sqlite_session *session = work->session;
	struct history_row *row = &work->row;
	char detail[64];

	row->duration_us = lg_clock_monotonic_us() - work->started_us;
	if (sqlite_write_record(session, work->record, row->version,
		    work->script->directives->is_transactional, err))
		return err->status;
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

/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/work.h"

#include "gate/sqlite/execute.h"
#include "gate/sqlite/records.h"
#include "gate/sqlite/sql.h"

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

static enum lg_status fail_orphans(
	const struct sqlite_work *work, uint64_t count, struct lg_error *err)
{
	(void)lg_fail(err, LG_FAILED,
		"the script leaves %llu row%s whose foreign key leads nowhere",
		(unsigned long long)count, count == 1 ? "" : "s");
	(void)lg_hint(err, "'PRAGMA foreign_key_check' on a copy shows them; nothing of the "
			   "migration was kept");
	return lg_place(err, work->script->file, work->script->first_line, 1);
}

static enum lg_status run_statements(const struct sqlite_work *work, struct lg_error *err)
{
	return work->tracer ? sqlite_work_trace(work, err)
			    : sqlite_execute_all(work->session, work->script, err);
}

/* A script that switches foreign keys off, as a table rebuild must, may leave no new orphans. */
enum lg_status sqlite_work_run_script(const struct sqlite_work *work, struct lg_error *err)
{
	bool is_watched = work->script->directives->foreign_keys == FOREIGN_KEYS_OFF;
	uint64_t before = 0;
	uint64_t after = 0;

	if (is_watched && count_orphans(work->session, &before, err))
		return err->status;
	if (run_statements(work, err) || sqlite_work_demand_order(work, err))
		return err->status;
	if (work->check && sqlite_execute_check(work->session, work->check, err))
		return err->status;
	if (is_watched && count_orphans(work->session, &after, err))
		return err->status;
	return after > before ? fail_orphans(work, after - before, err) : LG_OK;
}

enum lg_status sqlite_work_run_in_transaction(struct sqlite_work *work, struct lg_error *err)
{
	enum lg_status status;

	if (!work->joins && sqlite_work_begin(work, err))
		return err->status;
	status = sqlite_work_demand_row(work, err);
	if (!status)
		status = sqlite_work_run_script(work, err);
	if (!status)
		status = sqlite_work_record(work, err);
	if (!status && !work->leaves_open)
		status = sqlite_commit(work->session, work->script->directives->retries, err);
	if (status)
		sqlite_roll_back(work->session);
	return status;
}

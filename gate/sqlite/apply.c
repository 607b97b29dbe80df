/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/apply.h"

#include <assert.h>
#include <sqlite3.h>

#include "base/clock.h"
#include "gate/sqlite/lock.h"
#include "gate/sqlite/records.h"
#include "gate/sqlite/work.h"

/* Foreign keys cannot be switched inside a transaction; the default is that of SQLite's shell. */
static void switch_foreign_keys(const struct sqlite_work *work, bool is_on)
{
	(void)sqlite3_db_config(
		work->session->db, SQLITE_DBCONFIG_ENABLE_FKEY, is_on ? 1 : 0, NULL);
}

/* Writes down what stopped the migration, whatever the stop flag says. */
static void record_failure(const struct sqlite_work *work, const struct lg_error *err)
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
static void explain_lost_disk(const struct sqlite_work *work, struct lg_error *err)
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
static enum lg_status settle_failure(const struct sqlite_work *work, struct lg_error *err)
{
	struct sqlite_session *session = work->session;
	bool has_lost_disk = session->has_lost_disk;
	struct lg_error ignored;

	(void)lg_place(err, work->script->file, work->script->first_line, 1);
	if (has_lost_disk)
		explain_lost_disk(work, err);
	if (session->has_changed_settings)
		lg_ignore(sqlite_reconnect(session, &ignored));
	if (!work->tracer && (err->status != LG_DATABASE || has_lost_disk))
		record_failure(work, err);
	return lg_about(err, work->row.version);
}

static enum lg_status run_as_told(struct sqlite_work *work, struct lg_error *err)
{
	if (work->tracer)
		return sqlite_work_rehearse(work, err);
	return work->script->directives->is_transactional
		       ? sqlite_work_run_in_transaction(work, err)
		       : sqlite_work_run_journaled(work, err);
}

static enum lg_status run_work(
	struct sqlite_work *work, int64_t *out_duration_us, struct lg_error *err)
{
	struct sqlite_session *session = work->session;
	const struct directives *directives = work->script->directives;
	enum lg_status status;

	if (!work->joins)
		session->has_changed_settings = session->has_altered_tables = false;
	session->has_lost_disk = false;
	work->started_us = lg_clock_monotonic_us();
	lg_clock_format(lg_clock_now_us(), work->started_at);
	work->row.started_at = work->started_at;
	sqlite_lock_tell(session, work->row.version);
	if (!work->joins)
		switch_foreign_keys(work, directives->foreign_keys == FOREIGN_KEYS_ON);

	status = run_as_told(work, err);
	if (status || !work->leaves_open)
		switch_foreign_keys(work, false);
	if (status)
		return settle_failure(work, err);
	*out_duration_us = work->row.duration_us;
	if (work->leaves_open)
		return LG_OK;
	sqlite_lock_tell(session, "");
	return session->has_changed_settings ? sqlite_reconnect(session, err) : LG_OK;
}

enum lg_status sqlite_apply(struct target *target, struct target_apply *steps, size_t count,
	size_t *out_done, struct lg_error *err)
{
	struct target_apply *step = steps;
	struct sqlite_work work = {
		.session = sqlite_session_of(target),
		.script = &step->up,
		.check = step->check,
		.down_sql = step->down_sql,
		.down_len = step->down_len,
		.record = step->record,
		.stands = step->is_resumed || step->is_repeated,
		.joins = step->joins,
		.leaves_open = step->leaves_open,
		.row = target_apply_row(step),
	};

	assert(count > 0);
	*out_done = 0;
	if (run_work(&work, &step->duration_us, err))
		return err->status;
	*out_done = 1;
	return LG_OK;
}

enum lg_status sqlite_rehearse(struct target *target, const struct target_apply *step,
	const struct statement_tracer *tracer, struct lg_error *err)
{
	int64_t ignored;
	struct sqlite_work work = {
		.session = sqlite_session_of(target),
		.script = &step->up,
		.check = step->check,
		.joins = step->joins,
		.leaves_open = step->leaves_open,
		.tracer = tracer,
		.row = target_apply_row(step),
	};

	return run_work(&work, &ignored, err);
}

enum lg_status sqlite_revert(struct target *target, const struct target_revert *step,
	int64_t *out_duration_us, struct lg_error *err)
{
	struct sqlite_work work = {
		.session = sqlite_session_of(target),
		.script = &step->down,
		/* What an interrupted run needs to go on. */
		.down_sql = step->row->has_down ? step->down.view->text : NULL,
		.down_len = step->row->has_down ? step->down.view->len : 0,
		.record = step->record,
		.stands = true,
		.is_revert = true,
		.row = target_revert_row(step),
	};

	return run_work(&work, out_duration_us, err);
}

/* SPDX-License-Identifier: MIT */
#include "gate/postgres/work.h"

#include <string.h>

#include "base/mem.h"
#include "gate/postgres/fail.h"
#include "gate/postgres/scope.h"

enum lg_status postgres_work_fail_check(const struct postgres_work *work, struct lg_error *err)
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
	(void)lg_wrap(err, "the script cannot run as role '%s'", postgres_work_role(work));
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

enum lg_status postgres_work_explain(struct postgres_work *work, size_t done, struct lg_error *err)
{
	bool is_division = postgres_is_error(err, "22012");

	if (done == work->fence && is_division)
		return explain_conflict(work, "the lock was lost, or another run is at work", err);
	if (done == work->running && (is_division || postgres_is_error(err, "23505")))
		return explain_row(work, err);
	if (done == work->role && err->status == LG_DATABASE && err->sqlstate[0])
		return explain_role(work, err);
	if (done == work->scope && is_division)
		return postgres_fail_scope(work->session, err);
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

/* SPDX-License-Identifier: MIT */
#include "gate/postgres/apply.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "gate/postgres/connect.h"
#include "gate/postgres/records.h"
#include "gate/postgres/work.h"

enum {
	CONNECT_MS = 5000,
	TOGETHER_BYTES = 1 << 19, /* of scripts: with what is around them, half a string */
};

static void record(const struct postgres_work *work, const char *what, const char *detail)
{
	struct lg_error ignored;

	lg_ignore(postgres_note(&work->session->target, work->row.batch_id, work->row.version, what,
		detail, &ignored));
}

/* Writes down what stopped the migration; it says too that the statement has ended in order. */
static void record_failure(const struct postgres_work *work, const struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf detail;

	lg_buf_init(&detail, LG_BUF_MAX_BYTES);
	if (err->file[0])
		lg_buf_addf(&detail, "%s:%u:%u: ", err->file, err->line, err->column);
	lg_buf_addf(&detail, "%s%s%s", err->sqlstate, err->sqlstate[0] ? ": " : "", err->text);
	record(work, err->status == LG_CANCELLED ? "cancelled" : "failed", detail.text);
	if (work->is_half_done)
		record(work, "began", "what it committed before it was stopped stays");
}

/* What the server advises comes first, but what was left behind is said too. */
static void add_remains(const struct postgres_work *work, struct lg_error *err)
{
	char advice[LG_ERROR_HINT_CHARS];

	if (err->status != LG_FAILED || !err->hint[0] || work->joins || work->leaves_open ||
		!work->script->directives->is_transactional || strstr(err->hint, "kept") ||
		strstr(err->hint, "stands"))
		return;
	(void)snprintf(advice, sizeof(advice), "%s", err->hint);
	(void)lg_hint(err, "nothing of %s was kept; %s", work->row.version, advice);
}

static enum lg_status settle_failure(const struct postgres_work *work, struct lg_error *err)
{
	struct postgres_session *session = work->session;
	bool is_of_script = err->status == LG_FAILED || err->status == LG_CANCELLED;
	bool was_told = err->status == LG_DATABASE && err->sqlstate[0];
	struct lg_error ignored;

	if (is_of_script)
		(void)lg_place(err, work->script->file, work->script->first_line, 1);
	add_remains(work, err);
	/*
	 * How the run ended shall be recorded whatever the stop flag says, also when the server has
	 * ended the session; not when it was lost without a word, for the statement may go on yet.
	 */
	session->is_settling = session->is_settling || is_of_script || was_told;
	if (!session->conn && was_told)
		lg_ignore(postgres_connect(session, CONNECT_MS, &ignored));
	/* A record of the failure would say of the statement before it that it has not run. */
	if (session->conn && (is_of_script || was_told) && !work->ahead)
		record_failure(work, err);
	return lg_about(err, work->row.version);
}

static enum lg_status run_one(struct postgres_work *work, struct lg_error *err)
{
	return work->script->directives->is_transactional
		       ? postgres_work_run_in_transaction(work, err)
		       : postgres_work_run_journaled(work, err);
}

/* Runs works that share a string; `err` is of the one behind the *out_done first ones. */
static enum lg_status run_works(
	struct postgres_work *works, size_t count, size_t *out_done, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	enum lg_status status;

	postgres_string_init(&string);
	for (size_t i = 0; i < count; i++) {
		works[i].string = &string;
		postgres_work_forget_pieces(&works[i]);
	}
	if (count > 1) {
		status = postgres_work_run_together(works, count, out_done, err);
	} else {
		status = run_one(works, err);
		*out_done = status ? 0 : 1;
	}
	return status ? settle_failure(&works[*out_done], err) : LG_OK;
}

static struct postgres_work work_of(
	struct postgres_session *session, const struct target_apply *step)
{
	return (struct postgres_work){
		.session = session,
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
}

/* How many of the steps go into one string: as many as are short. */
static size_t fitting(const struct target_apply *steps, size_t count)
{
	size_t len = 0;
	size_t fit = 0;

	while (fit < count && len <= TOGETHER_BYTES) {
		len += steps[fit].up.view->len + steps[fit].down_len;
		fit++;
	}
	return fit > 1 && len > TOGETHER_BYTES ? fit - 1 : fit;
}

enum lg_status postgres_apply(struct target *target, struct target_apply *steps, size_t count,
	size_t *out_done, struct lg_error *err)
{
	size_t fit = fitting(steps, count);
	LG_FREE_BY_SCOPE struct postgres_work *works = lg_calloc(fit, sizeof(*works));
	enum lg_status status;

	for (size_t i = 0; i < fit; i++)
		works[i] = work_of(postgres_session_of(target), &steps[i]);
	status = run_works(works, fit, out_done, err);
	for (size_t i = 0; i < *out_done; i++)
		steps[i].duration_us = works[i].duration_us;
	return status;
}

enum lg_status postgres_revert(struct target *target, const struct target_revert *step,
	int64_t *out_duration_us, struct lg_error *err)
{
	size_t ignored;
	struct postgres_work work = {
		.session = postgres_session_of(target),
		.script = &step->down,
		.record = step->record,
		.is_revert = true,
		.stands = step->row->is_reverting,
		.row = target_revert_row(step),
	};

	if (run_works(&work, 1, &ignored, err))
		return err->status;
	*out_duration_us = work.duration_us;
	return LG_OK;
}

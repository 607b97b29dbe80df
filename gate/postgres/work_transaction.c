/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "gate/postgres/connect.h"
#include "gate/postgres/sql.h"
#include "gate/postgres/work.h"

enum {
	STRING_BYTES = 1 << 20, /* a longer one costs the server many times its size */
	RETRY_FIRST_MS = 1000,
	RETRY_LONGEST_MS = 30000,
};

/* The script, in as many strings as its size asks for. The last one is left to be sent. */
static enum lg_status add_script(struct postgres_work *work, struct lg_error *err)
{
	struct script_cursor cursor;
	struct script_statement statement;
	size_t from = 0;

	script_cursor_init(&cursor, work->script->view, SQL_POSTGRES);
	while (script_cursor_next(&cursor, &statement)) {
		if (work->string->count > 0 &&
			work->string->text.len + statement.len > STRING_BYTES &&
			postgres_work_send(work, err))
			return err->status;
		postgres_work_add_statement(work, work->script, &statement, from);
		from = statement.data_len ? statement.data_offset + statement.data_len
					  : statement.offset + statement.len;
	}
	return LG_OK;
}

/* The check sees what the script did; what it does itself is undone before the record is written.
 */
enum lg_status postgres_work_send_check(struct postgres_work *work, struct lg_error *err)
{
	POSTGRES_ADD_PLAIN(work->string, postgres_sql_save_for_check);
	POSTGRES_ADD_PLAIN(work->string, postgres_sql_read_only);
	postgres_work_add_check(work);
	if (postgres_work_send(work, err))
		return err->status;
	POSTGRES_ADD_PLAIN(work->string, postgres_sql_undo_check);
	return LG_OK;
}

static enum lg_status add_begin_and_script(struct postgres_work *work, struct lg_error *err)
{
	postgres_work_add_begin(work);
	postgres_work_add_running(work, 0);
	postgres_work_add_limits(work, postgres_work_lock_timeout(work), true);
	return add_script(work, err);
}

/* One round trip, unless there is a check or the script is long. */
static enum lg_status run_once(struct postgres_work *work, struct lg_error *err)
{
	if (add_begin_and_script(work, err))
		return err->status;
	if (work->check && postgres_work_send_check(work, err))
		return err->status;
	postgres_work_add_end(work);
	return postgres_work_send(work, err);
}

static void pause_before_retry(
	const struct postgres_work *work, uint32_t number, uint32_t bound_ms, struct lg_error *err)
{
	const struct target_listener *listener = work->session->options.listener;
	int64_t pause_ms = lg_jitter(bound_ms);

	if (listener && listener->retrying)
		listener->retrying(listener->context, number, work->script->directives->retries,
			pause_ms, err->text);
	lg_clock_sleep_ms(pause_ms);
}

/* After an error: what is known of the work when its session is clean again. */
static enum lg_status settle(struct postgres_work *work, struct lg_error *err)
{
	struct lg_error ignored;

	/* Only what makes the session new has failed. */
	if (work->is_committed)
		postgres_disconnect(work->session);
	if (!work->session->conn)
		return postgres_work_find_out(work, err);
	if (!postgres_work_clean(work, &ignored))
		return err->status;
	/* A session that cannot be cleaned is of no more use; its end undoes all that was not done.
	 */
	return work->session->conn ? err->status : postgres_work_find_out(work, err);
}

/* Steps that share a transaction have gone with it, so one alone cannot be tried again. */
static bool can_try_again(
	const struct postgres_work *work, uint32_t number, const struct lg_error *err)
{
	return target_is_passing(err) && number <= work->script->directives->retries &&
	       !work->joins && !work->leaves_open;
}

/* After a try that failed with `err`, and was settled. */
static enum lg_status try_again(struct postgres_work *work, struct lg_error *err)
{
	uint32_t bound_ms = RETRY_FIRST_MS;

	for (uint32_t number = 1; can_try_again(work, number, err); number++) {
		pause_before_retry(work, number, bound_ms, err);
		if (postgres_is_stopped(work->session))
			return lg_fail(err, LG_CANCELLED, "stopped before another try");
		if (!run_once(work, err) || !settle(work, err))
			return LG_OK;
		bound_ms = bound_ms * 2 < RETRY_LONGEST_MS ? bound_ms * 2 : RETRY_LONGEST_MS;
	}
	return err->status;
}

enum lg_status postgres_work_run_in_transaction(struct postgres_work *work, struct lg_error *err)
{
	if (!run_once(work, err) || !settle(work, err))
		return LG_OK;
	return try_again(work, err);
}

static enum lg_status send_together(
	struct postgres_work *works, size_t count, size_t *out_at, struct lg_error *err)
{
	for (size_t i = 0; i < count; i++) {
		works[i].is_behind = i > 0;
		works[i].is_followed = i + 1 < count;
		if (add_begin_and_script(&works[i], err))
			return err->status;
		postgres_work_add_end(&works[i]);
	}
	return postgres_work_send_all(works, count, out_at, err);
}

/*
 * The server reads a whole string before it runs any of it, so nothing has happened, and the error
 * may be of any script in it: it is told when its turn comes.
 */
static enum lg_status run_first(struct postgres_work *work, size_t *out_done, struct lg_error *err)
{
	struct lg_error ignored;

	*out_done = 0;
	lg_ignore(postgres_work_clean(work, &ignored));
	work->is_followed = false;
	if (postgres_work_run_in_transaction(work, err))
		return err->status;
	*out_done = 1;
	return LG_OK;
}

enum lg_status postgres_work_run_together(
	struct postgres_work *works, size_t count, size_t *out_done, struct lg_error *err)
{
	size_t at = 0;

	*out_done = count;
	if (!send_together(works, count, &at, err))
		return LG_OK;
	*out_done = at;
	if (!works->is_begun && works->session->conn)
		return run_first(works, out_done, err);
	if (settle(&works[at], err)) {
		works[at].is_behind = false;
		works[at].is_followed = false;
		if (try_again(&works[at], err))
			return err->status;
		*out_done = at + 1;
		return LG_OK;
	}
	/* The string may have gone on when its client was no longer there. */
	while (++at < count && postgres_work_was_recorded(&works[at]))
		continue;
	*out_done = at;
	return LG_OK;
}

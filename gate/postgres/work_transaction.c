/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "gate/postgres/connect.h"
#include "gate/postgres/fail.h"
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
		if (work->string.count > 0 &&
			work->string.text.len + statement.len > STRING_BYTES &&
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
static enum lg_status send_check(struct postgres_work *work, struct lg_error *err)
{
	POSTGRES_ADD_PLAIN(&work->string, postgres_sql_save_for_check);
	POSTGRES_ADD_PLAIN(&work->string, postgres_sql_read_only);
	postgres_work_add_check(work);
	if (postgres_work_send(work, err))
		return err->status;
	POSTGRES_ADD_PLAIN(&work->string, postgres_sql_undo_check);
	return LG_OK;
}

/* One round trip, unless there is a check or the script is long. */
static enum lg_status run_once(struct postgres_work *work, struct lg_error *err)
{
	postgres_work_add_begin(work);
	postgres_work_add_running(work, 0);
	postgres_work_add_limits(work, postgres_work_lock_timeout(work), true);
	if (add_script(work, err))
		return err->status;
	if (work->check && send_check(work, err))
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

enum lg_status postgres_work_run_in_transaction(struct postgres_work *work, struct lg_error *err)
{
	uint32_t retries = work->script->directives->retries;
	uint32_t bound_ms = RETRY_FIRST_MS;

	for (uint32_t number = 1;; number++) {
		if (!run_once(work, err))
			return LG_OK;
		if (settle(work, err) == LG_OK)
			return LG_OK;
		if (!postgres_is_passing(err) || number > retries)
			return err->status;
		pause_before_retry(work, number, bound_ms, err);
		if (postgres_is_stopped(work->session))
			return lg_fail(err, LG_CANCELLED, "stopped before another try");
		bound_ms = bound_ms * 2 < RETRY_LONGEST_MS ? bound_ms * 2 : RETRY_LONGEST_MS;
	}
}

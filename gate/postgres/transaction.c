/* SPDX-License-Identifier: MIT */
#include "gate/postgres/transaction.h"

#include <libpq-fe.h>

#include "base/clock.h"
#include "gate/postgres/lock.h"
#include "gate/postgres/records.h"
#include "gate/postgres/sql.h"

enum { WAIT_MS = 30000, FIRST_PAUSE_MS = 100, LONGEST_PAUSE_MS = 1000 };

void postgres_add_begin(const struct postgres_session *session, struct postgres_string *string)
{
	POSTGRES_ADD_PLAIN(string, postgres_sql_begin);
	POSTGRES_ADD_PLAIN(string, postgres_sql_pin_search_path);
	postgres_add_fence(session, string);
}

void postgres_add_begin_own(struct postgres_string *string)
{
	POSTGRES_ADD_PLAIN(string, postgres_sql_begin);
	POSTGRES_ADD_PLAIN(string, postgres_sql_pin_search_path);
}

void postgres_add_commit(struct postgres_string *string)
{
	POSTGRES_ADD_PLAIN(string, postgres_sql_commit);
}

void postgres_roll_back(struct postgres_session *session)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	bool was_settling = session->is_settling;
	struct lg_error ignored;

	postgres_string_init(&string);
	if (!session->conn || PQtransactionStatus(session->conn) == PQTRANS_IDLE)
		return;
	POSTGRES_ADD_PLAIN(&string, postgres_sql_rollback);
	session->is_settling = true;
	lg_ignore(postgres_run(session, &string, &ignored));
	session->is_settling = was_settling;
}

static enum lg_status fail_fenced(struct lg_error *err)
{
	(void)lg_fail(err, LG_LOCKED, "another run is at work on this history");
	return lg_hint(err, "run the command again; 'lockgate lock' tells who is at it");
}

enum lg_status postgres_send_fenced(struct postgres_session *session,
	struct postgres_string *string, size_t head, int64_t wait_ms, struct postgres_reply *reply,
	struct lg_error *err)
{
	const volatile sig_atomic_t *stop = session->options.stop;
	int64_t deadline_us = lg_clock_monotonic_us() + wait_ms * 1000;
	uint32_t pause_ms = FIRST_PAUSE_MS;
	struct lg_error failure;

	while (postgres_execute(session, string, reply, &failure)) {
		postgres_roll_back(session);
		if (!postgres_is_error(&failure, "22012") || reply->done >= head) {
			*err = failure;
			return err->status;
		}
		/* While the run still may stop, the next try says that it was told to. */
		if (lg_clock_monotonic_us() >= deadline_us ||
			(session->is_settling && stop && *stop))
			return fail_fenced(err);
		lg_clock_sleep_ms(pause_ms / 2 + lg_jitter(pause_ms));
		pause_ms = pause_ms * 2 < LONGEST_PAUSE_MS ? pause_ms * 2 : LONGEST_PAUSE_MS;
	}
	return LG_OK;
}

enum lg_status postgres_write(struct postgres_session *session, struct postgres_string *string,
	bool is_fenced, struct lg_error *err)
{
	struct postgres_reply reply = {0};
	size_t head = is_fenced ? POSTGRES_HEAD : 0;

	if (!postgres_send_fenced(session, string, head, WAIT_MS, &reply, err))
		return LG_OK;
	if (!postgres_is_error(err, "22012"))
		return err->status;
	(void)lg_fail(
		err, LG_DATABASE, "cannot use the history: a row that was written is not there");
	return lg_hint(err, "look for triggers, rules and changes that were made to the tables of "
			    "schema lockgate by hand");
}

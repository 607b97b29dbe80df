/* SPDX-License-Identifier: MIT */
#include <libpq-fe.h>
#include <stdio.h>

#include "gate/postgres/route.h"
#include "gate/postgres/sql.h"
#include "gate/postgres/work.h"

enum { SHOWN_COLUMNS = 4, SHOWN_CHARS = 60 };

/* The works that are in the string under way, in order. */
struct message {
	struct postgres_work *works;
	size_t count;
	size_t at; /* the one whose answers come in */
};

/* Whose piece it is; pieces come in order. */
static struct postgres_work *work_of(struct message *message, size_t piece)
{
	while (message->at + 1 < message->count && message->works[message->at + 1].first <= piece)
		message->at++;
	return &message->works[message->at];
}

/* A row of a check, for people. */
static void describe_row(const struct pg_result *rows, char *out, size_t size)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	int columns = PQnfields(rows);

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	for (int i = 0; i < columns && i < SHOWN_COLUMNS; i++) {
		const char *value = postgres_column(rows, 0, i);

		lg_buf_addf(&text, "%s%s=%.*s", i ? ", " : "", PQfname(rows, i), SHOWN_CHARS,
			value ? value : "NULL");
	}
	(void)snprintf(out, size, "%s", columns ? text.text : "a row without columns");
}

/* Rows of the script are dropped; those of the mark and of a check say something. */
static enum lg_status take_row(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct postgres_work *work = work_of(context, statement);

	(void)err;
	if (statement == work->mark)
		work->duration_us = postgres_number_at(rows, 0, 0);
	else if (work->check && !work->found[0] && statement < work->string->count &&
		 work->string->pieces[statement].script == work->check) {
		(void)postgres_string_locate_piece(work->string, statement, &work->found_at);
		describe_row(rows, work->found, sizeof(work->found));
	}
	return LG_OK;
}

static bool is_committed(const struct postgres_work *work, const struct postgres_reply *reply)
{
	return work->commit != SIZE_MAX && reply->done > work->commit;
}

enum lg_status postgres_work_send_all(
	struct postgres_work *works, size_t count, size_t *out_at, struct lg_error *err)
{
	struct postgres_session *session = works->session;
	const struct target_listener *listener = session->options.listener;
	struct message message = {.works = works, .count = count};
	struct postgres_reply reply = {.take = take_row, .context = &message, .is_streamed = true};
	struct postgres_work *work;
	enum lg_status status;

	if (listener && listener->sent)
		listener->sent(listener->context);
	status = postgres_execute(session, works->string, &reply, err);
	work = work_of(&message, reply.done);
	*out_at = message.at;
	for (size_t i = 0; i <= message.at; i++) {
		works[i].is_begun = reply.done > works[i].first;
		works[i].is_committed = is_committed(&works[i], &reply);
	}
	if (status && !work->is_committed && session->conn)
		status = postgres_work_explain(work, reply.done, err);
	works->rows = reply.rows;
	postgres_string_clear(works->string);
	for (size_t i = 0; i < count; i++)
		postgres_work_forget_pieces(&works[i]);
	return status;
}

enum lg_status postgres_work_send(struct postgres_work *work, struct lg_error *err)
{
	size_t ignored;
	enum lg_status status = postgres_work_send_all(work, 1, &ignored, err);

	if (!status && work->found[0])
		return postgres_work_fail_check(work, err);
	return status;
}

enum lg_status postgres_work_clean(struct postgres_work *work, struct lg_error *err)
{
	struct postgres_session *session = work->session;
	bool was_settling = session->is_settling;
	enum lg_status status;

	postgres_string_clear(work->string);
	postgres_work_forget_pieces(work);
	session->is_settling = true;
	if (session->conn && PQtransactionStatus(session->conn) != PQTRANS_IDLE)
		POSTGRES_ADD_PLAIN(work->string, postgres_sql_rollback);
	if (session->conn)
		postgres_add_reset(session, work->string);
	status = postgres_run(session, work->string, err);
	session->is_settling = was_settling;
	return status;
}

/* SPDX-License-Identifier: MIT */
#include "gate/postgres/session.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "gate/postgres/connect.h"
#include "gate/postgres/exchange.h"
#include "gate/postgres/fail.h"

enum {
	POLL_MS = 200,       /* a signal that comes just before poll(2) is seen after that */
	CANCEL_REST_MS = 50, /* a request to cancel that comes too late has gone by then */
};

bool postgres_is_error(const struct lg_error *err, const char *sqlstate)
{
	return err->status != LG_OK && strcmp(err->sqlstate, sqlstate) == 0;
}

bool postgres_is_stopped(const struct postgres_session *session)
{
	return !session->is_settling && session->options.stop && *session->options.stop;
}

/* PostgreSQL manual, "Canceling Queries in Progress": another connection carries the request. */
static void cancel(struct postgres_exchange *exchange)
{
	PGcancel *request = PQgetCancel(exchange->session->conn);
	char reason[256];

	exchange->has_cancelled = true;
	(void)PQcancel(request, reason, sizeof(reason));
	PQfreeCancel(request);
}

bool postgres_exchange_wait(struct postgres_exchange *exchange, enum postgres_wish wish)
{
	PGconn *conn = exchange->session->conn;
	struct pollfd slot = {.fd = PQsocket(conn), .events = POLLIN};

	if (wish == POSTGRES_WISH_WRITE)
		slot.events |= POLLOUT;
	if (postgres_is_stopped(exchange->session) && !exchange->has_cancelled)
		cancel(exchange);
	if (poll(&slot, 1, POLL_MS) < 0)
		return errno == EINTR;
	if (slot.revents & (POLLIN | POLLERR | POLLHUP))
		return PQconsumeInput(conn) == 1;
	return true;
}

bool postgres_exchange_flush(struct postgres_exchange *exchange)
{
	int left;

	while ((left = PQflush(exchange->session->conn)) > 0)
		if (!postgres_exchange_wait(exchange, POSTGRES_WISH_WRITE))
			return false;
	return left == 0;
}

static enum lg_status hand_over(struct postgres_exchange *exchange, const PGresult *result)
{
	struct postgres_reply *reply = exchange->reply;

	if (!reply->take || exchange->err->status || PQntuples(result) == 0)
		return LG_OK;
	return reply->take(reply->context, reply->done, result, exchange->err);
}

static void take_error(struct postgres_exchange *exchange, const PGresult *result)
{
	/* Without a SQLSTATE it is libpq's own: the connection is lost. */
	if (exchange->err->status || !PQresultErrorField(result, PG_DIAG_SQLSTATE))
		return;
	(void)postgres_fail_result(
		exchange->session, exchange->string, exchange->reply->done, result, exchange->err);
}

/* PostgreSQL manual, "Message Formats", CommandComplete. */
static void end_statement(struct postgres_exchange *exchange, PGresult *result)
{
	const char *count = PQcmdTuples(result);

	exchange->reply->done++;
	exchange->reply->rows = *count ? strtoll(count, NULL, 10) : -1;
}

/* False when the connection is lost. */
static bool take_result(struct postgres_exchange *exchange, PGresult *result)
{
	switch (PQresultStatus(result)) {
	case PGRES_TUPLES_OK:
		(void)hand_over(exchange, result);
		end_statement(exchange, result);
		return true;
	case PGRES_COMMAND_OK:
	case PGRES_EMPTY_QUERY:
		end_statement(exchange, result);
		return true;
	case PGRES_SINGLE_TUPLE:
		(void)hand_over(exchange, result);
		return true;
	case PGRES_COPY_IN:
		return postgres_copy_in(exchange);
	case PGRES_COPY_OUT:
		return postgres_copy_out(exchange);
	case PGRES_BAD_RESPONSE:
	case PGRES_FATAL_ERROR:
	case PGRES_NONFATAL_ERROR:
	case PGRES_COPY_BOTH:
	case PGRES_PIPELINE_SYNC:
	case PGRES_PIPELINE_ABORTED:
		take_error(exchange, result);
		return PQstatus(exchange->session->conn) == CONNECTION_OK;
	}
	return false;
}

/* Reads results until there are no more. False when the connection is lost. */
static bool read_results(struct postgres_exchange *exchange)
{
	PGconn *conn = exchange->session->conn;

	for (;;) {
		PGresult *result;
		bool is_well;

		while (PQisBusy(conn))
			if (!postgres_exchange_wait(exchange, POSTGRES_WISH_READ))
				break;
		result = PQgetResult(conn);
		if (!result)
			return PQstatus(conn) == CONNECTION_OK;
		is_well = take_result(exchange, result);
		PQclear(result);
		if (!is_well)
			return false;
	}
}

/* What libpq says, up to the end of its first line. */
static enum lg_status fail_lost(struct postgres_exchange *exchange)
{
	struct postgres_session *session = exchange->session;
	const char *message = PQerrorMessage(session->conn);

	/* The server has said why it ends the session. */
	if (!exchange->err->status) {
		(void)lg_fail(exchange->err, LG_DATABASE,
			"the connection to the database was lost: %.*s",
			(int)strcspn(message, "\n"), message);
		(void)lg_hint(
			exchange->err, "run the command again: the history tells what is done");
	}
	postgres_disconnect(session);
	return exchange->err->status;
}

/* The quickest exchange is the one with the least work in it. */
static void learn_round_trip(struct postgres_session *session, int64_t started_us)
{
	int64_t took_us = lg_clock_monotonic_us() - started_us;

	if (session->facts.round_trip_us == 0 || took_us < session->facts.round_trip_us)
		session->facts.round_trip_us = took_us > 0 ? took_us : 1;
}

static enum lg_status exchange_string(struct postgres_exchange *exchange)
{
	PGconn *conn = exchange->session->conn;
	const struct postgres_reply *reply = exchange->reply;
	int64_t started_us = lg_clock_monotonic_us();

	lg_fault("postgres send");
	if (!PQsendQuery(conn, exchange->string->text.text))
		return fail_lost(exchange);
	if (reply->is_streamed)
		(void)PQsetSingleRowMode(conn);
	if (!postgres_exchange_flush(exchange))
		return fail_lost(exchange);
	lg_fault("postgres sent");
	if (!read_results(exchange))
		return fail_lost(exchange);
	learn_round_trip(exchange->session, started_us);
	if (exchange->has_cancelled && !postgres_is_error(exchange->err, "57014"))
		lg_clock_sleep_ms(CANCEL_REST_MS);
	return exchange->err->status;
}

enum lg_status postgres_execute(struct postgres_session *session, struct postgres_string *string,
	struct postgres_reply *reply, struct lg_error *err)
{
	struct postgres_reply nobody = {0};
	struct postgres_exchange exchange = {
		.session = session,
		.string = string,
		.reply = reply ? reply : &nobody,
		.err = err,
	};

	exchange.reply->done = 0;
	exchange.reply->rows = -1;
	if (!session->conn)
		return lg_hint((lg_fail(err, LG_DATABASE,
					"there is no connection to the database any more"),
				       err),
			"run the command again");
	if (postgres_is_stopped(session))
		return lg_fail(err, LG_CANCELLED, "stopped by a signal");
	if (lg_buf_status(&string->text, "the statements for the server", err))
		return err->status;
	*err = (struct lg_error){0};
	return exchange_string(&exchange);
}

enum lg_status postgres_run(
	struct postgres_session *session, struct postgres_string *string, struct lg_error *err)
{
	enum lg_status status = postgres_execute(session, string, NULL, err);

	postgres_string_clear(string);
	return status;
}

const char *postgres_column(const struct pg_result *rows, int row, int column)
{
	return PQgetisnull(rows, row, column) ? NULL : PQgetvalue(rows, row, column);
}

size_t postgres_column_bytes(const struct pg_result *rows, int row, int column)
{
	return (size_t)PQgetlength(rows, row, column);
}

int64_t postgres_number_at(const struct pg_result *rows, int row, int column)
{
	return strtoll(PQgetvalue(rows, row, column), NULL, 10);
}

int postgres_row_count(const struct pg_result *rows)
{
	return PQntuples(rows);
}

/* SPDX-License-Identifier: MIT */
#include "gate/postgres/route.h"

#include <libpq-fe.h>
#include <stdlib.h>

#include "base/clock.h"
#include "gate/postgres/connect.h"
#include "gate/postgres/sql.h"

enum { NO_PID = 0, LOOKS = 10, LOOK_PAUSE_MS = 20 };

struct identity {
	int pid;
	bool is_standby;
	bool can_check_client;
};

static void drop_connection(PGconn **slot)
{
	PQfinish(*slot);
}

static enum lg_status take_identity(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct identity *identity = context;

	(void)statement;
	(void)err;
	identity->pid = (int)postgres_number_at(rows, 0, 0);
	identity->is_standby = *postgres_column(rows, 0, 1) == 't';
	return LG_OK;
}

static enum lg_status identify(
	struct postgres_session *session, struct identity *out, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	struct postgres_reply reply = {.take = take_identity, .context = out};

	postgres_string_init(&string);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_identify);
	return postgres_execute(session, &string, &reply, err);
}

/* The backend of a connection that keeps a transaction open on it; NO_PID if there is none. */
static int pid_of_transaction(PGconn *conn)
{
	PGresult *began = PQexec(conn, postgres_sql_begin);
	PGresult *result = PQexec(conn, postgres_sql_identify);
	int pid = NO_PID;

	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		pid = (int)strtol(PQgetvalue(result, 0, 0), NULL, 10);
	PQclear(began);
	PQclear(result);
	return pid;
}

/* Each look is a transaction, for which a pooler that shares backends may choose another one. */
static enum lg_status stays_with(
	struct postgres_session *session, int pid, bool *out, struct lg_error *err)
{
	*out = true;
	for (int i = 0; i < LOOKS && *out; i++) {
		struct identity now = {0};

		if (identify(session, &now, err))
			return err->status;
		*out = now.pid == pid;
		lg_clock_sleep_ms(LOOK_PAUSE_MS);
	}
	return LG_OK;
}

enum lg_status postgres_prove_session(struct postgres_session *session, struct lg_error *err)
{
	LG_CLEANUP(drop_connection) PGconn *beside = NULL;
	struct identity first = {0};
	bool stays = false;
	int pid_beside;

	if (session->route != POSTGRES_ROUTE_POOLED)
		return LG_OK;
	if (identify(session, &first, err) || postgres_connect_beside(session, NULL, &beside, err))
		return lg_wrap(err, "to find out what is in between");
	pid_beside = pid_of_transaction(beside);
	if (stays_with(session, first.pid, &stays, err))
		return err->status;
	if (stays && pid_beside != NO_PID && pid_beside != first.pid)
		session->route = POSTGRES_ROUTE_PINNED;
	return LG_OK;
}

enum lg_status postgres_learn_route(struct postgres_session *session, struct lg_error *err)
{
	struct identity identity = {0};

	if (session->route != POSTGRES_ROUTE_UNKNOWN)
		return LG_OK;
	if (identify(session, &identity, err))
		return err->status;
	if (identity.is_standby)
		return postgres_fail_standby(err);
	session->route = identity.pid == PQbackendPID(session->conn) ? POSTGRES_ROUTE_DIRECT
								     : POSTGRES_ROUTE_POOLED;
	return LG_OK;
}

void postgres_add_pins(const struct postgres_session *session, struct postgres_string *string)
{
	int version = PQserverVersion(session->conn);

	if (session->route == POSTGRES_ROUTE_POOLED)
		return;
	POSTGRES_ADD_PLAIN(string, postgres_sql_pin_strings);
	POSTGRES_ADD_PLAIN(string, postgres_sql_pin_statement_timeout);
	POSTGRES_ADD(string, postgres_sql_pin_lock_timeout,
		postgres_number(session->options.lock_timeout_ms));
	POSTGRES_ADD_PLAIN(string, postgres_sql_pin_idle_transaction);
	if (version >= POSTGRES_14)
		POSTGRES_ADD_PLAIN(string, postgres_sql_pin_idle_session);
	if (version >= POSTGRES_17)
		POSTGRES_ADD_PLAIN(string, postgres_sql_pin_transaction);
	if (session->can_check_client)
		POSTGRES_ADD_PLAIN(string, postgres_sql_pin_client_check);
}

void postgres_add_reset(const struct postgres_session *session, struct postgres_string *string)
{
	static const char *const statements[] = {postgres_sql_reset_authorization,
		postgres_sql_reset_role, postgres_sql_reset_all, postgres_sql_deallocate_all,
		postgres_sql_close_all, postgres_sql_unlisten_all, postgres_sql_discard_plans,
		postgres_sql_discard_temp, postgres_sql_discard_sequences};

	for (size_t i = 0; i < LG_COUNT_OF(statements); i++)
		POSTGRES_ADD_PLAIN(string, statements[i]);
	postgres_add_pins(session, string);
}

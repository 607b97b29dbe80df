/* SPDX-License-Identifier: MIT */
#include "gate/postgres/connect.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gate/postgres/attempt.h"
#include "gate/postgres/fail.h"
#include "gate/postgres/route.h"

enum {
	FIRST_PAUSE_MS = 100,
	LONGEST_PAUSE_MS = 1000,
};

static void drop_connection(PGconn **slot)
{
	PQfinish(*slot);
}

void postgres_disconnect(struct postgres_session *session)
{
	PQfinish(session->conn);
	session->conn = NULL;
	session->is_locked = false;
	session->route = POSTGRES_ROUTE_UNKNOWN;
}

/* PQnoticeReceiver: what the server says beside its results. */
static void take_notice(void *context, const PGresult *result)
{
	const struct postgres_session *session = context;
	const struct target_listener *listener = session->options.listener;
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (listener && listener->notice)
		listener->notice(listener->context,
			&(struct target_notice){
				.is_warning = severity && strcmp(severity, "WARNING") == 0,
				.sqlstate = sqlstate ? sqlstate : "",
				.text = text ? text : "",
			});
}

enum lg_status postgres_fail_standby(struct lg_error *err)
{
	(void)lg_fail(err, LG_DATABASE,
		"this server is a standby: it may lag behind, and its locks keep nobody out");
	return lg_hint(err, "name the primary server in --db, or add target_session_attrs=primary");
}

static bool is_parameter(PGconn *conn, const char *name, const char *value)
{
	const char *actual = PQparameterStatus(conn, name);

	return actual && strcmp(actual, value) == 0;
}

/* What the server tells of itself when a session starts decides whether there can be one. */
static enum lg_status demand_server(PGconn *conn, struct lg_error *err)
{
	if (PQparameterStatus(conn, "crdb_version"))
		return lg_hint((lg_fail(err, LG_DATABASE,
					"this server is CockroachDB: its advisory "
					"locks keep nobody out"),
				       err),
			"lockgate works on PostgreSQL and SQLite");
	if (PQserverVersion(conn) < POSTGRES_13)
		return lg_hint((lg_fail(err, LG_DATABASE, "this server is PostgreSQL %s",
					PQparameterStatus(conn, "server_version")),
				       err),
			"lockgate needs version 13 or newer");
	if (is_parameter(conn, "in_hot_standby", "on"))
		return postgres_fail_standby(err);
	return LG_OK;
}

static bool is_local(PGconn *conn)
{
	const char *host = PQhost(conn);
	const char *address = PQhostaddr(conn);

	return !host || host[0] == '/' || host[0] == '\0' ||
	       (address && (strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0));
}

static void drop_options(PQconninfoOption **slot)
{
	PQconninfoFree(*slot);
}

static bool is_verified(PGconn *conn)
{
	LG_CLEANUP(drop_options) PQconninfoOption *options = PQconninfo(conn);

	for (const PQconninfoOption *row = options; row && row->keyword; row++)
		if (strcmp(row->keyword, "sslmode") == 0 && row->val)
			return strncmp(row->val, "verify-", strlen("verify-")) == 0;
	return false;
}

static void advise_tls(const struct postgres_session *session)
{
	const struct target_listener *listener = session->options.listener;
	PGconn *conn = session->conn;
	LG_FREE_BY_SCOPE char *text = NULL;

	if (!listener || !listener->advice || is_local(conn))
		return;
	if (!PQsslInUse(conn))
		text = lg_format("the connection to '%s' is not encrypted: use sslmode=verify-full "
				 "and sslrootcert=FILE",
			PQhost(conn));
	else if (!is_verified(conn))
		text = lg_format("the connection to '%s' is encrypted, but nobody checks who is at "
				 "its other end: use sslmode=verify-full and sslrootcert=FILE",
			PQhost(conn));
	if (text)
		listener->advice(listener->context, text);
}

static void learn_facts(struct postgres_session *session)
{
	PGconn *conn = session->conn;
	const char *version = PQparameterStatus(conn, "server_version");
	const char *name = PQparameterStatus(conn, "application_name");

	session->has_own_name = name && strncmp(name, "lockgate ", strlen("lockgate ")) == 0;
	if (session->database)
		return;
	session->database = lg_strdup(PQdb(conn));
	session->server_version = lg_strndup(version, strcspn(version, " "));
	if (!session->identity)
		session->identity = lg_format("postgres:%s", session->database);
	session->facts = (struct target_facts){
		.engine = SQL_POSTGRES,
		.database = session->database,
		.server_version = session->server_version,
		.identity = session->identity,
	};
	advise_tls(session);
}

static enum lg_status take_over(
	struct postgres_session *session, struct postgres_attempt *attempt, struct lg_error *err)
{
	if (demand_server(attempt->conn, err))
		return err->status;
	session->conn = LG_TAKE(attempt->conn);
	(void)PQsetnonblocking(session->conn, 1);
	(void)PQsetNoticeReceiver(session->conn, take_notice, session);
	learn_facts(session);
	return LG_OK;
}

/* A name is an identifier here: libpq quotes it. Two that make the database at once are both glad.
 */
static enum lg_status create_database(
	const struct postgres_session *session, const char *name, struct lg_error *err)
{
	LG_CLEANUP(drop_connection) PGconn *conn = NULL;
	LG_FREE_BY_SCOPE char *statement = NULL;
	char *quoted;
	PGresult *result;
	const char *sqlstate;

	if (postgres_connect_beside(session, "postgres", &conn, err))
		return lg_wrap(err, "to make database '%s'", name);
	quoted = PQescapeIdentifier(conn, name, strlen(name));
	statement = lg_format("CREATE DATABASE %s", quoted ? quoted : "");
	PQfreemem(quoted);
	result = PQexec(conn, statement);
	sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	if (sqlstate && strcmp(sqlstate, "42P04") != 0 && strcmp(sqlstate, "23505") != 0) {
		(void)lg_fail(err, LG_DATABASE, "cannot make database '%s': %s", name,
			PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
		(void)snprintf(err->sqlstate, sizeof(err->sqlstate), "%s", sqlstate);
		PQclear(result);
		return err->status;
	}
	PQclear(result);
	return LG_OK;
}

static void tell_unreachable(const struct postgres_session *session, const struct lg_error *err)
{
	const struct target_listener *listener = session->options.listener;

	if (listener && listener->unreachable)
		listener->unreachable(listener->context, err->text);
}

/* One try, and a second one where the database had to be made. */
static enum lg_status connect_once(
	struct postgres_session *session, bool *out_may_pass, struct lg_error *err)
{
	for (bool may_create = session->options.creates_missing;; may_create = false) {
		struct postgres_attempt attempt;
		LG_CLEANUP(drop_connection) PGconn *conn = NULL;
		enum lg_status status = postgres_attempt(session, NULL, &attempt, err);

		if (!status)
			status = take_over(session, &attempt, err);
		conn = attempt.conn;
		*out_may_pass = attempt.may_pass;
		if (!status || !may_create || !postgres_is_error(err, "3D000"))
			return status;
		if (create_database(session, PQdb(conn), err))
			return err->status;
	}
}

enum lg_status postgres_connect(
	struct postgres_session *session, int64_t wait_ms, struct lg_error *err)
{
	int64_t deadline_us = lg_clock_monotonic_us() + wait_ms * 1000;
	uint32_t pause_ms = FIRST_PAUSE_MS;

	for (;;) {
		bool may_pass = false;

		if (!connect_once(session, &may_pass, err))
			return LG_OK;
		if (err->status != LG_DATABASE || !may_pass ||
			lg_clock_monotonic_us() >= deadline_us)
			return err->status;
		tell_unreachable(session, err);
		lg_clock_sleep_ms(pause_ms / 2 + lg_jitter(pause_ms));
		if (postgres_is_stopped(session))
			return lg_fail(err, LG_CANCELLED, "stopped while waiting for the database");
		pause_ms = pause_ms * 2 < LONGEST_PAUSE_MS ? pause_ms * 2 : LONGEST_PAUSE_MS;
	}
}

enum lg_status postgres_connect_beside(const struct postgres_session *session, const char *database,
	struct pg_conn **out, struct lg_error *err)
{
	struct postgres_attempt attempt;
	enum lg_status status = postgres_attempt(session, database, &attempt, err);

	if (status)
		PQfinish(attempt.conn);
	else
		*out = attempt.conn;
	return status;
}

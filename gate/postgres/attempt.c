/* SPDX-License-Identifier: MIT */
#include "gate/postgres/attempt.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gate/postgres/fail.h"

enum { TIMEOUT_SECONDS = 10, POLL_MS = 200, NAME_CHARS = 63 };

/* PostgreSQL manual, "Parameter Key Words". */
struct parameters {
	const char *keywords[10];
	const char *values[10];
	size_t count;
};

static void add_parameter(struct parameters *parameters, const char *keyword, const char *value)
{
	parameters->keywords[parameters->count] = keyword;
	parameters->values[parameters->count++] = value;
}

/* Who holds the lock is read from this name, also by roles that may see nothing else of it. */
static char *own_name(void)
{
	char host[256] = "";

	(void)gethostname(host, sizeof(host) - 1);
	return lg_format("lockgate %ld@%.*s", (long)getpid(), NAME_CHARS - 32, host);
}

/* What stands in front of the URL gives way to it, what stands behind it does not. */
static PGconn *start(const struct postgres_session *session, const char *database)
{
	LG_FREE_BY_SCOPE char *name = own_name();
	struct parameters parameters = {0};

	add_parameter(&parameters, "keepalives_idle", "30");
	add_parameter(&parameters, "keepalives_interval", "10");
	add_parameter(&parameters, "keepalives_count", "3");
	add_parameter(&parameters, "tcp_user_timeout", "60000");
	add_parameter(&parameters, "fallback_application_name", name);
	add_parameter(&parameters, "dbname", session->url);
	if (database)
		add_parameter(&parameters, "dbname", database);
	add_parameter(&parameters, "client_encoding", "UTF8");
	return PQconnectStartParams(parameters.keywords, parameters.values, 1);
}

static void drop_options(PQconninfoOption **slot)
{
	PQconninfoFree(*slot);
}

/* connect_timeout is for libpq's blocking functions alone, so it is kept here. */
static int64_t timeout_ms(PGconn *conn)
{
	LG_CLEANUP(drop_options) PQconninfoOption *options = PQconninfo(conn);
	long seconds = 0;

	for (const PQconninfoOption *row = options; row && row->keyword; row++)
		if (strcmp(row->keyword, "connect_timeout") == 0 && row->val)
			seconds = strtol(row->val, NULL, 10);
	return (seconds > 0 && seconds < 3600 ? seconds : TIMEOUT_SECONDS) * 1000;
}

/* True of the states in which a server has begun to talk. */
static bool is_talking(PGconn *conn)
{
	ConnStatusType status = PQstatus(conn);

	return status != CONNECTION_STARTED && status != CONNECTION_NEEDED &&
	       status != CONNECTION_MADE && status != CONNECTION_BAD;
}

static bool wait_for(PGconn *conn, PostgresPollingStatusType wish)
{
	struct pollfd slot = {.fd = PQsocket(conn)};

	slot.events = wish == PGRES_POLLING_READING ? POLLIN : POLLOUT;
	return poll(&slot, 1, POLL_MS) >= 0 || errno == EINTR;
}

/* Goes on until there is a session, or there will be none. LG_CANCELLED when the flag rises. */
static enum lg_status negotiate(const struct postgres_session *session,
	struct postgres_attempt *attempt, struct lg_error *err)
{
	PGconn *conn = attempt->conn;
	PostgresPollingStatusType wish = PGRES_POLLING_WRITING;
	int64_t deadline_us = lg_clock_monotonic_us() + timeout_ms(conn) * 1000;

	while (wish != PGRES_POLLING_OK && wish != PGRES_POLLING_FAILED) {
		if (postgres_is_stopped(session))
			return lg_fail(
				err, LG_CANCELLED, "stopped while connecting to the database");
		if (lg_clock_monotonic_us() > deadline_us) {
			attempt->may_pass = true;
			(void)lg_fail(err, LG_DATABASE,
				"cannot connect to the database: '%s' does "
				"not answer",
				PQhost(conn));
			return lg_hint(
				err, "check host and port, and what is between here and there");
		}
		if (!wait_for(conn, wish))
			break;
		wish = PQconnectPoll(conn);
		attempt->has_met_server = attempt->has_met_server || is_talking(conn);
	}
	return LG_OK;
}

/* The SQLSTATE in a message of PQERRORS_VERBOSE, "FATAL:  28P01: …"; NULL for none. */
static const char *find_sqlstate(const char *message)
{
	static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *found = NULL;

	while ((message = strstr(message, ":  "))) {
		message += strlen(":  ");
		if (strspn(message, letters) == LG_SQLSTATE_CHARS &&
			strncmp(message + LG_SQLSTATE_CHARS, ": ", 2) == 0)
			found = message;
	}
	return found;
}

/* Codes that come from a server which is not ready, or not ready for one more. */
static bool may_pass(const char *sqlstate)
{
	return strncmp(sqlstate, "57P0", 4) == 0 || strncmp(sqlstate, "53300", 5) == 0 ||
	       (strncmp(sqlstate, "08", 2) == 0 && strncmp(sqlstate, "08P01", 5) != 0);
}

static const char *connect_advice(const char *sqlstate)
{
	static const struct {
		const char *sqlstate, *advice;
	} rows[] = {
		{"28000",
			"the server's pg_hba.conf must let this user in from here, and with TLS or "
			"without as --db says"},
		{"28P01", "check user and password of --db, PGPASSWORD or the password file"},
		{"3D000",
			"check the name in --db; 'apply', 'run' and 'init' make the database when "
			"--create-database is given"},
		{"08P01",
			"a pooler or proxy refuses the connection: name the server itself in --db"},
	};

	for (size_t i = 0; i < LG_COUNT_OF(rows); i++)
		if (strncmp(rows[i].sqlstate, sqlstate, LG_SQLSTATE_CHARS) == 0)
			return rows[i].advice;
	return postgres_advice(sqlstate);
}

static enum lg_status fail_by_server(
	struct postgres_attempt *attempt, const char *found, struct lg_error *err)
{
	char sqlstate[LG_SQLSTATE_CHARS + 1] = "";
	const char *text = found + LG_SQLSTATE_CHARS + 2;
	const char *advice;

	(void)snprintf(sqlstate, sizeof(sqlstate), "%.*s", LG_SQLSTATE_CHARS, found);
	advice = connect_advice(sqlstate);
	attempt->may_pass = may_pass(sqlstate);
	(void)lg_fail(err, LG_DATABASE, "cannot connect to the database: %.*s",
		(int)strcspn(text, "\n"), text);
	(void)snprintf(err->sqlstate, sizeof(err->sqlstate), "%s", sqlstate);
	return advice ? lg_hint(err, "%s", advice) : err->status;
}

/* libpq did not even try: a value in the target, a service or a file is not one. */
static bool is_about_target(const char *message)
{
	static const char *const of_network[] = {
		"connection to server", "could not translate host name", "could not create socket"};

	for (size_t i = 0; i < LG_COUNT_OF(of_network); i++)
		if (strstr(message, of_network[i]))
			return false;
	return true;
}

/* A value may be a part of a password that stands in a wrong place, so it is not repeated. */
static enum lg_status fail_by_target(const char *message, struct lg_error *err)
{
	size_t len = strcspn(message, "\n");
	const char *quote = memchr(message, '"', len);
	const char *end =
		quote ? memchr(quote + 1, '"', len - (size_t)(quote + 1 - message)) : NULL;

	if (end && strncmp(message, "definition of service", 21) != 0)
		(void)lg_fail(err, LG_USAGE, "the target cannot be used: %.*s\"…\"%.*s",
			(int)(quote - message), message, (int)(message + len - (end + 1)), end + 1);
	else
		(void)lg_fail(err, LG_USAGE, "the target cannot be used: %.*s", (int)len, message);
	return lg_hint(err,
		"mend that part of --db, PG* or the service file; the PostgreSQL manual "
		"lists the values under \"Parameter Key Words\"");
}

/*
 * libpq's own words. What never reached a server may pass, and a connection that was closed while
 * it began: a port that is forwarded to a server that is not up yet behaves so. TLS does not.
 */
static enum lg_status fail_by_library(struct postgres_attempt *attempt, struct lg_error *err)
{
	const char *message = PQerrorMessage(attempt->conn);
	bool was_closed = strstr(message, "closed the connection unexpectedly") ||
			  strstr(message, "Connection reset");

	attempt->may_pass = !attempt->has_met_server || was_closed;
	(void)lg_fail(err, LG_DATABASE, "cannot connect to the database: %.*s",
		(int)strcspn(message, "\n"), message);
	if (!attempt->may_pass)
		return lg_hint(err, "check sslmode, sslrootcert and the password in --db and PG*");
	return lg_hint(err, "check host and port of --db; --wait-db DUR waits for a server that is "
			    "not up yet");
}

enum lg_status postgres_attempt(const struct postgres_session *session, const char *database,
	struct postgres_attempt *out, struct lg_error *err)
{
	const char *sqlstate;

	*out = (struct postgres_attempt){.conn = start(session, database)};
	if (!out->conn)
		return lg_fail(err, LG_INTERNAL, "libpq gives no connection");
	/* The code comes along with the text, for what is decided is decided by the code. */
	(void)PQsetErrorVerbosity(out->conn, PQERRORS_VERBOSE);
	if (PQstatus(out->conn) == CONNECTION_BAD && is_about_target(PQerrorMessage(out->conn)))
		return fail_by_target(PQerrorMessage(out->conn), err);
	if (PQstatus(out->conn) != CONNECTION_BAD && negotiate(session, out, err))
		return err->status;
	if (PQstatus(out->conn) == CONNECTION_OK)
		return LG_OK;
	sqlstate = find_sqlstate(PQerrorMessage(out->conn));
	return sqlstate ? fail_by_server(out, sqlstate, err) : fail_by_library(out, err);
}

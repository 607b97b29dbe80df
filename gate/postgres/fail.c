/* SPDX-License-Identifier: MIT */
#include "gate/postgres/fail.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static const struct {
	const char *sqlstate, *advice;
} advices[] = {
	{"22021", "a text has characters that the database cannot hold: use one in UTF-8"},
	{"22P05",
		"the database's encoding lacks a character of the script: write it otherwise, or use "
		"a database in UTF-8"},
	{"25001", "it runs outside of transactions only: put it into a migration of its own with "
		  "'-- lockgate: transaction=off'"},
	{"25006", "this server or transaction takes no writes: name the primary server in --db"},
	{"2D000", "a procedure or DO block that commits runs outside of transactions only: use "
		  "'-- lockgate: transaction=off'"},
	{"40001", "other sessions changed the same rows: try again"},
	{"40P01", "another session held locks in another order: try again at a quieter time"},
	{"42501", "grant the user of --db what it needs, or say --role NAME"},
	{"53100", "free space on the disk of the server, then run the command again"},
	{"53200",
		"the server ran out of memory or of room for locks: split the migration, or raise "
		"max_locks_per_transaction"},
	{"53300", "the server has no connection left: try again, or wait with --wait-db"},
	{"55006", "another session uses it: end that one, then try again"},
	{"55P03", "another session held a lock for longer than --lock-timeout: find it in "
		  "pg_stat_activity, then try again or raise --lock-timeout"},
	{"55P04",
		"a new enum value can be used only once its transaction is over: use it in the next "
		"migration"},
	{"57014", "it took longer than the statement timeout, or somebody cancelled it: see "
		  "--statement-timeout"},
	{"57P01", "an administrator ended the session; run the command again"},
	{"57P03", "the server is starting up or shutting down: wait for it with --wait-db"},
};

const char *postgres_advice(const char *sqlstate)
{
	for (size_t i = 0; i < LG_COUNT_OF(advices); i++)
		if (strcmp(advices[i].sqlstate, sqlstate) == 0)
			return advices[i].advice;
	return NULL;
}

static const char *field(const PGresult *result, int code)
{
	const char *text = PQresultErrorField(result, code);

	return text ? text : "";
}

static size_t position_of(const PGresult *result)
{
	return strtoul(field(result, PG_DIAG_STATEMENT_POSITION), NULL, 10);
}

/* A server without an encoding of its own counts bytes. */
static bool counts_bytes(const struct postgres_session *session)
{
	const char *encoding = PQparameterStatus(session->conn, "server_encoding");

	return encoding && strcmp(encoding, "SQL_ASCII") == 0;
}

/* The query inside of a function that failed, cut to its line. */
static void add_internal_query(const PGresult *result, struct lg_buf *out)
{
	const char *query = field(result, PG_DIAG_INTERNAL_QUERY);
	size_t position = strtoul(field(result, PG_DIAG_INTERNAL_POSITION), NULL, 10);

	if (!*query)
		return;
	lg_buf_addf(out, "; in the query: %s", query);
	if (position)
		lg_buf_addf(out, " (at character %zu)", position);
}

static void add_sentence(const PGresult *result, struct lg_buf *out)
{
	const char *detail = field(result, PG_DIAG_MESSAGE_DETAIL);
	const char *context = field(result, PG_DIAG_CONTEXT);

	lg_buf_adds(out, field(result, PG_DIAG_MESSAGE_PRIMARY));
	if (*detail)
		lg_buf_addf(out, "; %s", detail);
	add_internal_query(result, out);
	if (*context)
		lg_buf_addf(out, "; %s", context);
}

static enum lg_status add_hint(const PGresult *result, struct lg_error *err)
{
	const char *own = postgres_advice(err->sqlstate);
	const char *theirs = field(result, PG_DIAG_MESSAGE_HINT);

	if (err->status == LG_CANCELLED)
		return err->status;
	if (own)
		return lg_hint(err, "%s", own);
	return *theirs ? lg_hint(err, "%s", theirs) : err->status;
}

bool postgres_is_loss(const char *sqlstate)
{
	return strncmp(sqlstate, "57P", 3) == 0 || strncmp(sqlstate, "08", 2) == 0;
}

enum lg_status postgres_fail_result(const struct postgres_session *session,
	const struct postgres_string *string, size_t done, const struct pg_result *result,
	struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf sentence;
	struct postgres_place place;
	size_t position = position_of(result);
	bool is_placed =
		position ? postgres_string_locate(string, position, counts_bytes(session), &place)
			 : postgres_string_locate_piece(string, done, &place);
	const char *sqlstate = field(result, PG_DIAG_SQLSTATE);
	bool is_of_script = is_placed && !postgres_is_loss(sqlstate);

	lg_buf_init(&sentence, LG_BUF_MAX_BYTES);
	add_sentence(result, &sentence);
	if (postgres_is_stopped(session) && strcmp(sqlstate, "57014") == 0)
		(void)lg_fail(err, LG_CANCELLED, "stopped by a signal: %s", sentence.text);
	else
		(void)lg_fail(err, is_of_script ? LG_FAILED : LG_DATABASE, "%s", sentence.text);
	(void)snprintf(err->sqlstate, sizeof(err->sqlstate), "%s", sqlstate);
	if (is_placed)
		(void)lg_place(err, place.script->file, place.line, place.column);
	return add_hint(result, err);
}

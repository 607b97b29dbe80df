/* SPDX-License-Identifier: MIT */
#include "tests/support/contract_subject.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* A database of its own on the server that tests/run has started. */
struct place {
	char *name;
	char *url;
};

static const char *const any_relation =
	"SELECT count(*) FROM (SELECT relname AS name, relnamespace AS space FROM pg_class"
	" UNION ALL SELECT tgname, relnamespace FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid)"
	" AS known JOIN pg_namespace n ON n.oid = space WHERE name = $1"
	" AND nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')";

static const char *const lock_holder =
	"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 1280001876"
	" AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = $1)";

/* No server is a failure of the test, never a reason to leave it out. */
static const char *server_url(void)
{
	const char *of_suite = getenv("LOCKGATE_TEST_POSTGRES");

	if (!of_suite) {
		(void)fputs(
			"LOCKGATE_TEST_POSTGRES names no server; tests/run starts one\n", stderr);
		abort();
	}
	return of_suite;
}

/* The result of a query with one parameter, which may be NULL; NULL where it cannot be had. */
static PGresult *ask(const char *where, const char *sql, const char *parameter)
{
	PGconn *conn = PQconnectdb(where);
	PGresult *result =
		PQexecParams(conn, sql, parameter ? 1 : 0, NULL, &parameter, NULL, NULL, 0);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
		(void)fprintf(stderr, "%s", PQerrorMessage(conn));
		PQclear(result);
		result = NULL;
	}
	PQfinish(conn);
	return result;
}

static void run(const char *where, const char *sql)
{
	PGresult *result = ask(where, sql, NULL);

	if (!result)
		abort();
	PQclear(result);
}

/* 0 where there is no row, or nothing that could be asked. */
static int64_t ask_number(const char *where, const char *sql, const char *parameter)
{
	PGresult *result = ask(where, sql, parameter);
	int64_t number = 0;

	if (result && PQntuples(result) > 0)
		number = strtoimax(PQgetvalue(result, 0, 0), NULL, 10);
	PQclear(result);
	return number;
}

static void *create(void)
{
	static unsigned count;
	struct place *place = lg_calloc(1, sizeof(*place));
	LG_FREE_BY_SCOPE char *sql = NULL;
	const char *rest = strchr(server_url(), '?');

	if (!rest)
		abort();
	place->name = lg_format("contract_%d_%u", (int)getpid(), ++count);
	place->url = lg_format("postgresql:///%s%s", place->name, rest);
	sql = lg_format("CREATE DATABASE %s", place->name);
	run(server_url(), sql);
	return place;
}

static void destroy(void *database)
{
	struct place *place = database;
	LG_FREE_BY_SCOPE char *sql = lg_format("DROP DATABASE %s WITH (FORCE)", place->name);

	run(server_url(), sql);
	free(place->name);
	free(place->url);
	free(place);
}

static const char *url(const void *database)
{
	return ((const struct place *)database)->url;
}

static bool exists(const void *database)
{
	(void)database;
	return true;
}

static bool has_table(const void *database, const char *name)
{
	return ask_number(url(database), any_relation, name) > 0;
}

static void make_foreign(void *database, const char *table, const char *const *names)
{
	LG_FREE_BY_SCOPE char *create =
		lg_format("CREATE TABLE \"%s\" (name varchar(255) PRIMARY KEY)", table);

	run(url(database), create);
	for (; *names; names++) {
		LG_FREE_BY_SCOPE char *insert =
			lg_format("INSERT INTO \"%s\" VALUES ('%s')", table, *names);

		run(url(database), insert);
	}
}

static size_t count_events(const void *database, const char *what)
{
	return (size_t)ask_number(
		url(database), "SELECT count(*) FROM lockgate.event WHERE what = $1", what);
}

/* The server knows its own processes, not ours. */
static int64_t holder_pid(const void *database)
{
	return ask_number(url(database), lock_holder, ((const struct place *)database)->name);
}

const struct contract_subject subject_postgres = {
	.name = "postgres",
	.driver = &target_postgres,
	.dialect = SQL_POSTGRES,
	.has_schemas = true,
	.tricky_script =
		"CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $body$\n"
		"BEGIN\n"
		"  new.id := 'a;b' || $x$;$x$; RETURN new;\n"
		"END;\n"
		"$body$;\n"
		"CREATE TRIGGER tricky BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION touch();",
	.create = create,
	.destroy = destroy,
	.url = url,
	.exists = exists,
	.has_table = has_table,
	.make_foreign = make_foreign,
	.count_events = count_events,
	.holder_pid = holder_pid,
};

/* SPDX-License-Identifier: MIT */
#include "tests/support/contract_subject.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

/* A folder with one database in it. */
struct place {
	char *folder;
	char *path;
	char *url;
};

static void *create(void)
{
	struct place *place = lg_calloc(1, sizeof(*place));

	place->folder = lg_strdup("/tmp/lockgate-contract-XXXXXX");
	if (!mkdtemp(place->folder))
		abort();
	place->path = lg_format("%s/test.db", place->folder);
	place->url = lg_format("sqlite:%s", place->path);
	return place;
}

/* A file left behind by a driver makes rmdir(2) fail, and so the test. */
static void destroy(void *database)
{
	static const char *const ends[] = {"", "-lockgate", "-journal", "-wal", "-shm"};
	struct place *place = database;

	for (size_t i = 0; i < LG_COUNT_OF(ends); i++) {
		LG_FREE_BY_SCOPE char *path = lg_format("%s%s", place->path, ends[i]);

		(void)unlink(path);
	}
	if (rmdir(place->folder) != 0)
		abort();
	free(place->folder);
	free(place->path);
	free(place->url);
	free(place);
}

static const char *url(const void *database)
{
	return ((const struct place *)database)->url;
}

static bool exists(const void *database)
{
	return access(((const struct place *)database)->path, F_OK) == 0;
}

/* The number that the query gives for the parameter, 0 where it cannot be asked. */
static size_t ask(const void *database, const char *sql, const char *parameter)
{
	const struct place *place = database;
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	size_t number = 0;

	if (sqlite3_open_v2(place->path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
		sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
		sqlite3_bind_text(statement, 1, parameter, -1, SQLITE_STATIC) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW)
		number = (size_t)sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
	return number;
}

static bool has_table(const void *database, const char *name)
{
	return ask(database, "SELECT count(*) FROM sqlite_schema WHERE name = ?1", name) > 0;
}

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		abort();
}

static void make_foreign(void *database, const char *table, const char *const *names)
{
	const struct place *place = database;
	LG_FREE_BY_SCOPE char *create =
		lg_format("CREATE TABLE \"%s\" (name VARCHAR(255) NOT NULL PRIMARY KEY)", table);
	sqlite3 *db = NULL;

	if (sqlite3_open(place->path, &db) != SQLITE_OK)
		abort();
	run(db, create);
	for (; *names; names++) {
		LG_FREE_BY_SCOPE char *insert =
			lg_format("INSERT INTO \"%s\" VALUES ('%s')", table, *names);

		run(db, insert);
	}
	(void)sqlite3_close(db);
}

static size_t count_events(const void *database, const char *what)
{
	return ask(database, "SELECT count(*) FROM lockgate_event WHERE what = ?1", what);
}

static int64_t holder_pid(const void *database)
{
	(void)database;
	return getpid();
}

const struct contract_subject subject_sqlite = {
	.name = "sqlite",
	.driver = &target_sqlite,
	.dialect = SQL_SQLITE,
	.tricky_script = "CREATE TRIGGER tricky AFTER INSERT ON users BEGIN\n"
			 "  UPDATE users SET id = 'a;b'; SELECT 1;\n"
			 "END;\n"
			 "INSERT INTO users VALUES ('c;d');",
	.create = create,
	.destroy = destroy,
	.url = url,
	.exists = exists,
	.has_table = has_table,
	.make_foreign = make_foreign,
	.count_events = count_events,
	.holder_pid = holder_pid,
};

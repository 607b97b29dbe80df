/* SPDX-License-Identifier: MIT */

/*
 * bare_apply DATABASE FILE…: what an apply costs when nothing but the SQLite library does it: the
 * same transactions with the same rows written (one of the history, one event), without verifying,
 * locking or splitting anything. The measure that `make bench` holds lockgate against.
 */

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"

static const char tables[] =
	"CREATE TABLE history (project TEXT, scope TEXT, kind TEXT, version TEXT, row TEXT,"
	" PRIMARY KEY (project, scope, kind, version));"
	"CREATE TABLE event (id INTEGER PRIMARY KEY, at TEXT, row TEXT);";

/* As many bytes as a row of lockgate's has: four hashes, names, times. */
static const char record[] =
	"INSERT INTO history VALUES ('app', 'main', 'versioned', ?1, printf('%.*c', 450, 'x'));"
	"INSERT INTO event (at, row) VALUES ('2026-01-05T09:30:00.000000Z', printf('%.*c', 90, 'y'));";

static void demand(sqlite3 *db, int status)
{
	if (status == SQLITE_OK)
		return;
	(void)fprintf(stderr, "bare_apply: %s\n", sqlite3_errmsg(db));
	exit(1);
}

static void run(sqlite3 *db, const char *sql)
{
	demand(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static void run_record(sqlite3 *db, const char *version)
{
	const char *rest = record;

	while (*rest) {
		sqlite3_stmt *statement = NULL;

		demand(db, sqlite3_prepare_v2(db, rest, -1, &statement, &rest));
		if (sqlite3_bind_parameter_count(statement) > 0)
			demand(db, sqlite3_bind_text(statement, 1, version, -1, SQLITE_STATIC));
		(void)sqlite3_step(statement);
		demand(db, sqlite3_finalize(statement));
	}
}

static void apply(sqlite3 *db, const char *path)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf script;
	struct lg_error err;

	lg_buf_init(&script, LG_BUF_MAX_BYTES);
	if (lg_file_read(path, &script, &err))
		exit(1);
	run(db, "BEGIN IMMEDIATE");
	run(db, script.text);
	run_record(db, path);
	run(db, "COMMIT");
}

int main(int argc, char **argv)
{
	sqlite3 *db = NULL;

	if (argc < 3)
		return 2;
	demand(db, sqlite3_open(argv[1], &db));
	run(db, tables);
	for (int i = 2; i < argc; i++)
		apply(db, argv[i]);
	return sqlite3_close(db) != SQLITE_OK;
}

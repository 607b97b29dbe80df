/* SPDX-License-Identifier: MIT */

/*
 * bare_read DATABASE: opens a database and reads one row of the history, with nothing but the
 * SQLite library: the floor under every command that looks at a target. Without an argument it does
 * nothing: the floor under every start of the program.
 */

#include <sqlite3.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	sqlite3 *db = NULL;

	if (argc < 2)
		return sqlite3_libversion_number() == 0;
	if (sqlite3_open(argv[1], &db) != SQLITE_OK ||
		sqlite3_exec(db, "SELECT version FROM lockgate_format", NULL, NULL, NULL) !=
			SQLITE_OK)
		(void)fprintf(stderr, "bare_read: %s\n", sqlite3_errmsg(db));
	return sqlite3_close(db) != SQLITE_OK;
}

/* SPDX-License-Identifier: MIT */

/*
 * Statement ends against the tails of sqlite3_prepare_v2().
 *
 * With file names as arguments it reads those scripts instead, all on one database in the order
 * given, and prints where both disagree. A script is followed up to the first statement that
 * cannot be prepared (its tables may be missing); such scripts are counted apart.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "base/file.h"
#include "bundles/limits.h"
#include "bundles/script.h"
#include "tests/oracle/generator.h"

enum outcome { SAME, DIFFERENT, SAME_IN_PART };

static void drop_database(sqlite3 **slot)
{
	(void)sqlite3_close(*slot);
}

static void drop_statement(sqlite3_stmt **slot)
{
	(void)sqlite3_finalize(*slot);
}

/*
 * Prepares and runs the next statement from *offset on, and moves it behind that. False at the
 * end of the text and, with *out_failed, where SQLite cannot prepare it.
 */
static bool run_next(
	sqlite3 *database, const char *text, size_t len, size_t *offset, bool *out_failed)
{
	LG_CLEANUP(drop_statement) sqlite3_stmt *statement = NULL;

	*out_failed = false;
	while (!statement && *offset < len) {
		const char *tail;

		if (sqlite3_prepare_v2(
			    database, text + *offset, (int)(len - *offset), &statement, &tail)) {
			*out_failed = true;
			return false;
		}
		*offset = (size_t)(tail - text);
	}
	while (statement && sqlite3_step(statement) == SQLITE_ROW)
		;
	return statement != NULL;
}

static enum outcome compare(sqlite3 *database, const char *text, size_t len)
{
	struct body_view view = body_view_of_text(text, len);
	struct script_statement statement;
	struct script_cursor cursor;
	size_t theirs = 0;
	bool has_failed;

	script_cursor_init(&cursor, &view, SQL_SQLITE);
	while (run_next(database, text, len, &theirs, &has_failed)) {
		size_t ours;

		if (!script_cursor_next(&cursor, &statement))
			return DIFFERENT;
		/* SQLite takes all that follows a last statement without semicolon. */
		ours = statement.offset + statement.len;
		if (text[ours - 1] != ';')
			ours = len;
		if (ours != theirs)
			return DIFFERENT;
	}
	if (has_failed)
		return SAME_IN_PART;
	return script_cursor_next(&cursor, &statement) ? DIFFERENT : SAME;
}

static sqlite3 *open_database(const char *setup)
{
	sqlite3 *database = NULL;

	assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database, setup, NULL, NULL, NULL), SQLITE_OK);
	return database;
}

static const char setup[] = "CREATE TABLE t (a, b, c); CREATE TABLE \"u;v\" (\"x;\");"
			    "CREATE VIEW w AS SELECT a FROM t";

#define TRIGGER "CREATE TRIGGER IF NOT EXISTS "

static const char *const scripts[] = {
	"",
	";",
	";;; -- nothing\n;/* nothing */",
	"SELECT 1",
	"SELECT 1 -- no end",
	"SELECT 1;;SELECT 2;",
	" ; ;SELECT 1; ; ;SELECT 2",
	"SELECT 1; /* not terminated ; SELECT 2;",
	"SELECT 1; /* a /* b */ SELECT 2;",
	"/**/SELECT 1;/***/SELECT 2;/*/*/SELECT 3;",
	"SELECT 1 /; /* a */ 2;",
	"SELECT 1 -- a;\n; SELECT 2;",
	"SELECT 1 -- a;\r; SELECT 2;\n; SELECT 3",
	"SELECT ';', ''';', \";\" FROM t; SELECT a FROM t;",
	"SELECT [x;] FROM [u;v]; SELECT `x;` FROM \"u;v\"; SELECT 3;",
	"SELECT X'3b', x'', '\\'; SELECT 2;",
	"SELECT ?, ?1, :a, @b, $c, $d::e(f;g), #h; SELECT 2;",
	"SELECT $d::e(f;g), @b(x;y); SELECT 2;",
	"SELECT a->'$;', a->>'$.b' FROM t; SELECT 1||2, 1<<2, 3>>1, 1<>2, 1!=2, 1==1;",
	"SELECT 1.5e3, .5, 5., 0x1F, 1e-3; SELECT 2;",
	"\xef\xbb\xbfSELECT 1; \xef\xbb\xbf SELECT 2;\xef\xbb\xbf",
	"SELECT '\xc3\xa4;' AS \xc3\xa4; SELECT 2;",
	TRIGGER "x AFTER INSERT ON t BEGIN SELECT 1; END; SELECT 2;",
	TRIGGER "x AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END ; SELECT 2;",
	TRIGGER "x AFTER INSERT ON t BEGIN SELECT 1; END -- a;\n /* ; */ ; SELECT 2;",
	TRIGGER "x AFTER INSERT ON t BEGIN SELECT 1; /* ; END; */ END; SELECT 2;",
	TRIGGER "x AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; END; SELECT 2;",
	TRIGGER "x AFTER INSERT ON t WHEN CASE new.a WHEN 1 THEN 2 END BEGIN SELECT CASE 1 WHEN "
		"CASE 1 WHEN 2 THEN 3 END THEN 4 END; DELETE FROM t; END; SELECT 2;",
	TRIGGER "x AFTER INSERT ON t BEGIN SELECT 1; END",
	"create temp trigger if not exists y instead of insert on w begin select 1; end; SELECT 1;",
	"CREATE TEMPORARY TRIGGER IF NOT EXISTS z AFTER DELETE ON t BEGIN SELECT ';END;'; END;"
	"SELECT 1",
	"EXPLAIN CREATE TRIGGER q AFTER INSERT ON t BEGIN SELECT 1; END; SELECT 2;",
	"EXPLAIN QUERY PLAN CREATE TEMP TRIGGER q AFTER INSERT ON t BEGIN SELECT 1; END; SELECT 2;",
	"EXPLAIN SELECT 1; EXPLAIN QUERY PLAN SELECT 2; SELECT 3;",
	"CREATE TABLE IF NOT EXISTS trigger_log (begin, \"end\"); SELECT 1;",
	"BEGIN; SELECT CASE WHEN 1 THEN 2 END; END; SELECT 1;",
	"BEGIN TRANSACTION; COMMIT; SAVEPOINT s; ROLLBACK TO s; RELEASE s;",
	"PRAGMA foreign_keys=off; PRAGMA user_version; SELECT 1;",
	"SELECT 1 FROM missing; SELECT 2;",
};

static void split_agrees_on_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(scripts); i++) {
		LG_CLEANUP(drop_database) sqlite3 *database = open_database(setup);

		if (compare(database, scripts[i], strlen(scripts[i])) == DIFFERENT)
			fail_msg("%s", scripts[i]);
	}
}

/* See generator.h for `~`. All can be prepared at any time. */
static const char *const statements[] = {
	"SELECT~1",
	"SELECT~';',~'a'';',~\"a\",~[b],~`c`~FROM~t",
	"SELECT~a->>'$;',~b->'x'~||~c,~1<<2,~3-~-4,~x'3b'~FROM~t",
	"SELECT~CASE~WHEN~a~THEN~'END'~ELSE~CASE~b~WHEN~1~THEN~2~END~END~FROM~t",
	("CREATE~TRIGGER~IF~NOT~EXISTS~x~AFTER~INSERT~ON~t~BEGIN~DELETE~FROM~t~WHERE~a~=~';'~;"
	 "~SELECT~CASE~1~WHEN~2~THEN~3~END~;~END"),
	("CREATE~TEMP~TRIGGER~IF~NOT~EXISTS~y~AFTER~UPDATE~OF~a~ON~t~WHEN~new.a~>~1~BEGIN~"
	 "UPDATE~t~SET~b~=~CASE~WHEN~1~THEN~2~END~;~INSERT~INTO~t~VALUES~(1,~';',~3)~;~END"),
	"EXPLAIN~QUERY~PLAN~CREATE~TEMPORARY~TRIGGER~z~DELETE~ON~t~BEGIN~SELECT~1~;~END",
	"INSERT~INTO~t~VALUES~(1,~'x'';',~0x1f),~(.5,~1e3,~-1.)",
	"CREATE~TABLE~IF~NOT~EXISTS~n~(a,~\"b;c\"~DEFAULT~';')",
	"PRAGMA~user_version",
	"UPDATE~\"u;v\"~SET~[x;]~=~?1~WHERE~`x;`~=~:end",
	"",
};

static const char *const gaps[] = {" ", "\n", "\r\n", "\t", "--;END;\n", "-- a 'b\n",
	"/* c; /* d; */", "/**/", "/*'*/", "/* END; */", "\f"};

static void split_agrees_on_generated_scripts(void **state)
{
	struct generator generator = {
		20260105, statements, LG_COUNT_OF(statements), gaps, LG_COUNT_OF(gaps)};
	LG_CLEANUP(drop_database) sqlite3 *database = open_database(setup);

	(void)state;
	for (int i = 0; i < 5000; i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf script;

		lg_buf_init(&script, LG_BUF_MAX_BYTES);
		generator_add_script(&generator, &script, 12);
		if (compare(database, script.text, script.len) != SAME)
			fail_msg("%s: %s", sqlite3_errmsg(database), script.text);
	}
}

static int compare_files(char **files)
{
	LG_CLEANUP(drop_database) sqlite3 *database = open_database("");
	int counts[3] = {0};

	for (; *files; files++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf script;
		struct lg_error err;
		enum outcome outcome;

		lg_buf_init(&script, BUNDLE_MAX_BODY_BYTES);
		if (lg_file_read(*files, &script, &err)) {
			print_error("%s: %s\n", *files, err.text);
			return 2;
		}
		outcome = compare(database, script.text, script.len);
		counts[outcome]++;
		if (outcome == DIFFERENT)
			print_message("differs: %s\n", *files);
	}
	print_message("%d files: %d agree, %d differ, %d agree up to what cannot be prepared\n",
		counts[SAME] + counts[DIFFERENT] + counts[SAME_IN_PART], counts[SAME],
		counts[DIFFERENT], counts[SAME_IN_PART]);
	return counts[DIFFERENT] > 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(split_agrees_on_table),
		cmocka_unit_test(split_agrees_on_generated_scripts),
	};

	if (argc > 1)
		return compare_files(argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */

/*
 * Statement ends against PostgreSQL's own grammar, through libpg_query.
 *
 * With file names as arguments it reads those scripts instead and prints where both disagree;
 * what the grammar of that version does not parse is counted apart.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pg_query.h>

#include "base/buf.h"
#include "base/file.h"
#include "bundles/limits.h"
#include "bundles/script.h"
#include "tests/oracle/generator.h"

enum outcome { SAME, DIFFERENT, UNPARSED };

static void drop_split(PgQuerySplitResult *split)
{
	pg_query_free_split_result(*split);
}

/* Where the statement is without comments and blanks around it, and without its semicolon. */
struct range {
	size_t start, end;
};

static struct range core_of(const char *text, size_t start, size_t len)
{
	struct range range = {.start = start, .end = start};
	struct sql_lexer lexer;
	struct sql_token token;
	bool is_first = true;

	sql_lexer_init(&lexer, SQL_POSTGRES, text + start, len);
	while (sql_lexer_next(&lexer, &token)) {
		if (token.kind == SQL_TOKEN_COMMENT || token.ends_statement)
			continue;
		if (is_first)
			range.start = start + token.offset;
		is_first = false;
		range.end = start + token.offset + token.len;
	}
	return range;
}

static enum outcome compare(const char *text, size_t len)
{
	LG_CLEANUP(drop_split) PgQuerySplitResult split = pg_query_split_with_parser(text);
	struct body_view view = body_view_of_text(text, len);
	struct script_statement statement;
	struct script_cursor cursor;
	int number = 0;

	if (split.error)
		return UNPARSED;
	script_cursor_init(&cursor, &view, SQL_POSTGRES);
	for (; script_cursor_next(&cursor, &statement); number++) {
		struct range ours = core_of(text, statement.offset, statement.len);
		struct range theirs;

		if (number == split.n_stmts)
			return DIFFERENT;
		theirs = core_of(text, (size_t)split.stmts[number]->stmt_location,
			(size_t)split.stmts[number]->stmt_len);
		if (ours.start != theirs.start || ours.end != theirs.end)
			return DIFFERENT;
	}
	return number == split.n_stmts ? SAME : DIFFERENT;
}

static const char *const scripts[] = {
	"",
	";",
	" ; ;; -- nothing\n",
	"SELECT 1",
	"SELECT 1; SELECT 2;",
	"SELECT ';'; SELECT ''';'; SELECT 'a''b;';",
	"SELECT E'\\';'; SELECT 2;",
	"SELECT e'a'\n'\\';'; SELECT 2;",
	"SELECT 'a\\'; SELECT 2;",
	"SELECT U&'\\0061;'; SELECT N'a;', B'01', X'1f';",
	"SELECT U&\"d;\" FROM \"a;\"\"b\"; SELECT 2;",
	"/* a; /* b; */ c; */ SELECT 1; /* d */ SELECT 2; -- e; \n SELECT 3",
	"SELECT $$a;b$$; SELECT $x$ $$ ; $y$ $x$; SELECT 3;",
	"SELECT a$b$ FROM t; SELECT 'x$b$';",
	"PREPARE p AS SELECT $1; EXECUTE p(1);",
	"SELECT 1+-2, 1-+2, 2*-3, @-5, 1 /*;*/ + 1 --;\n, 3; SELECT 4;",
	"SELECT a<-b, a<@b, a->>'x;', a#>>'{a}' FROM t; SELECT 2;",
	"SELECT a *-- ;\n b FROM t; SELECT 2;",
	"SELECT 1.5e10, .5, 1., 1e-5; SELECT x[1:2] FROM t; SELECT a::int;",
	"CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM u; SELECT 1); SELECT 2;",
	"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3;",
	("CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE a "
	 "WHEN 1 THEN 2 ELSE CASE WHEN true THEN 3 END END; SELECT (CASE WHEN true THEN 1 END); "
	 "END; SELECT 3;"),
	"CREATE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); END; CALL p();",
	"CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'select 1;'; SELECT 2;",
	"CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN CASE WHEN true THEN 1 END; SELECT 2;",
	"CREATE FUNCTION f() RETURNS int AS $$ BEGIN; END; $$ LANGUAGE plpgsql; SELECT 2;",
	"CREATE PROCEDURE p(begin int, atomic int) LANGUAGE sql AS $a$ ; $a$; SELECT 2;",
	"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC END; SELECT 1;",
	"BEGIN; SELECT CASE WHEN true THEN 1 END; END; SELECT 1;",
	"CREATE TABLE t (a int, b text DEFAULT ';'); CREATE INDEX i ON t (a);",
	"DO $do$ BEGIN PERFORM 1; END $do$; DO 'BEGIN NULL; END';",
	"SELECT '\xc3\xa4;' AS \xc3\xa4\xc3\xb6; SELECT $\xc3\xa4$;$\xc3\xa4$;",
	"SELECT 1 -- a\r; SELECT 2;",
	"SELECT 1 OPERATOR(pg_catalog.+) 2; SELECT 1 !=-1; SELECT 2>=-1;",
};

static void split_agrees_on_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(scripts); i++) {
		enum outcome outcome = compare(scripts[i], strlen(scripts[i]));

		if (outcome != SAME)
			fail_msg("%s: %s", outcome == UNPARSED ? "not parsed" : "differs",
				scripts[i]);
	}
}

/* See generator.h for `~`. */
static const char *const statements[] = {
	"SELECT~1",
	"SELECT~';', E'\\';', 'a''b', $$;$$, $t$;$u$;$t$",
	"SELECT~a+-b, c@-d, e<-f, g->>'h'~FROM~t WHERE i*-1 < 2 AND j !=-k",
	"SELECT~CASE WHEN a THEN 'END' ELSE CASE b WHEN 1 THEN 2~END~END~FROM~t",
	"CREATE~FUNCTION~f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$",
	("CREATE~FUNCTION~f(a int DEFAULT 1) RETURNS int BEGIN~ATOMIC~SELECT~1; SELECT~CASE a WHEN "
	 "1 THEN 2 END; END"),
	"CREATE~OR~REPLACE~PROCEDURE p() BEGIN~ATOMIC~DELETE~FROM~t; END",
	"CREATE~RULE r AS ON UPDATE TO t DO~INSTEAD~(DELETE~FROM~u; INSERT~INTO~v VALUES (';'))",
	"CREATE~TABLE t (a int, b text DEFAULT E'\\\\', \"c;d\" text)",
	"INSERT~INTO~t VALUES (1, 'x'), (2, N'y;'), (3, U&'z')",
	"DO $body$ BEGIN NULL; END $body$",
	"UPDATE t SET a = $tag_1$;$tag$;$tag_1$ WHERE b = 1.5e3",
	"COMMENT ON TABLE t IS 'a'\n 'b;'",
	"SELECT~e'a\\';'\n'\\';b'",
	"BEGIN",
	"END",
	"",
};

static const char *const gaps[] = {" ", "\n", "\r\n", "\t", "-- a; 'b\n", "/* c; /* d */ ; */",
	"--\n", "/**/", " -- $$\n", "/*'*/"};

static void split_agrees_on_generated_scripts(void **state)
{
	struct generator generator = {
		20260105, statements, LG_COUNT_OF(statements), gaps, LG_COUNT_OF(gaps)};

	(void)state;
	for (int i = 0; i < 5000; i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf script;

		lg_buf_init(&script, LG_BUF_MAX_BYTES);
		generator_add_script(&generator, &script, 12);
		if (compare(script.text, script.len) != SAME)
			fail_msg("%s", script.text);
	}
}

static int compare_files(char **files)
{
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
		outcome = compare(script.text, script.len);
		counts[outcome]++;
		if (outcome == DIFFERENT)
			print_message("differs: %s\n", *files);
	}
	print_message("%d files: %d agree, %d differ, %d not parsed by libpg_query\n",
		counts[SAME] + counts[DIFFERENT] + counts[UNPARSED], counts[SAME],
		counts[DIFFERENT], counts[UNPARSED]);
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

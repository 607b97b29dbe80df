/* SPDX-License-Identifier: MIT */

/* What script_scan() refuses, and where it says the mistake is. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/script.h"

static enum lg_status scan_bytes(enum sql_dialect dialect, enum script_role role, const char *text,
	size_t len, struct script_facts *out, struct lg_error *err)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct body_view view = body_view_of_text(text, len);
	enum lg_status status = script_scan(&view, dialect, role, &strings, out, err);

	/* It is kept in the arena that is about to go. */
	if (!status)
		out->directives.role = NULL;
	return status;
}

static struct script_facts scan(enum sql_dialect dialect, const char *text)
{
	struct script_facts facts = {0};
	struct lg_error err;

	if (scan_bytes(dialect, SCRIPT_UP, text, strlen(text), &facts, &err))
		fail_msg("%s: %u:%u: %s", text, err.line, err.column, err.text);
	return facts;
}

static void script_accepts_what_stays_in_the_transaction(void **state)
{
	static const char *const postgres[] = {
		"SAVEPOINT a; ROLLBACK TO a; ROLLBACK WORK TO SAVEPOINT a; RELEASE a;",
		"ROLLBACK TRANSACTION TO a",
		"DISCARD TEMP; PREPARE a AS SELECT 1; START_TRANSACTION;",
		"SET standard_conforming_strings = on; SET LOCAL standard_conforming_strings TO 'on';",
		"SET standard_conforming = off; SELECT set_config('a', 'off', true);",
		"SELECT 'pg_advisory_unlock', pg_advisory_lock(1); -- pg_advisory_unlock",
		"SELECT pg_advisory_unlocked, \"BEGIN\"; \"COMMIT\";",
		"DO $$ BEGIN COMMIT; END $$;",
		"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;",
		"COPY t TO stdout; COPY t FROM '/a'; COPY t FROM PROGRAM 'a'; COPY t TO '/b';",
		"COPY t FROM stdin;\n\\connect x\n\\.\n",
		"\\restrict abc1\nSELECT 1;\n\\unrestrict abc1\n\\restrict d \n\\unrestrict d\r\n",
	};
	static const char *const sqlite[] = {
		"SAVEPOINT a; ROLLBACK TO a; ROLLBACK TRANSACTION TO a; ROLLBACK TRANSACTION b TO a;",
		"CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END;",
		"SELECT 1 /* not terminated",
		"SELECT pg_advisory_unlock(1); START TRANSACTION; DISCARD ALL;",
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(postgres); i++)
		(void)scan(SQL_POSTGRES, postgres[i]);
	for (size_t i = 0; i < LG_COUNT_OF(sqlite); i++)
		(void)scan(SQL_SQLITE, sqlite[i]);
}

struct refusal {
	const char *text;
	uint32_t line, column;
	const char *sentence; /* how it begins */
};

static void check_refusals(
	enum sql_dialect dialect, enum script_role role, const struct refusal *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct refusal *expected = &cases[i];
		struct script_facts facts;
		struct lg_error err = {0};
		enum lg_status status = scan_bytes(
			dialect, role, expected->text, strlen(expected->text), &facts, &err);

		if (status != LG_FORMAT || err.status != LG_FORMAT || err.line != expected->line ||
			err.column != expected->column ||
			strncmp(err.text, expected->sentence, strlen(expected->sentence)) != 0)
			fail_msg("%s: got %d at %u:%u: %s", expected->text, status, err.line,
				err.column, err.text);
	}
}

#define CHECK_REFUSALS(dialect, role, cases)                                                       \
	check_refusals(dialect, role, cases, LG_COUNT_OF(cases))

static void script_refuses_transaction_control(void **state)
{
	static const struct refusal postgres[] = {
		{"BEGIN;", 1, 1, "'BEGIN' controls the transaction"},
		{"SELECT 1;\n  begin work;", 2, 3, "'BEGIN' controls"},
		{"START TRANSACTION;", 1, 1, "'START TRANSACTION' controls"},
		{"start /* a */ transaction", 1, 1, "'START TRANSACTION' controls"},
		{"SELECT '\xc3\xa4'; COMMIT", 1, 13, "'COMMIT' controls"},
		{"\xef\xbb\xbf"
		 "COMMIT;",
			1, 1, "'COMMIT' controls"},
		{"END;", 1, 1, "'END' controls"},
		{"ROLLBACK;", 1, 1, "'ROLLBACK' controls"},
		{"ROLLBACK WORK;", 1, 1, "'ROLLBACK' controls"},
		{"ROLLBACK AND CHAIN;", 1, 1, "'ROLLBACK' controls"},
		{"ABORT", 1, 1, "'ABORT' controls"},
		{"PREPARE TRANSACTION 'a';", 1, 1, "'PREPARE TRANSACTION' controls"},
		{"COMMIT PREPARED 'a';", 1, 1, "'COMMIT' controls"},
		{"ROLLBACK PREPARED 'a';", 1, 1, "'ROLLBACK' controls"},
		{"-- lockgate: transaction=off\nBEGIN;", 2, 1, "'BEGIN' controls"},
	};
	static const struct refusal sqlite[] = {
		{"BEGIN IMMEDIATE;", 1, 1, "'BEGIN' controls"},
		{"COMMIT;", 1, 1, "'COMMIT' controls"},
		{"END TRANSACTION;", 1, 1, "'END' controls"},
		{"ROLLBACK;", 1, 1, "'ROLLBACK' controls"},
		{";\n/* a\n */ rollback transaction a;", 3, 5, "'ROLLBACK' controls"},
	};

	(void)state;
	CHECK_REFUSALS(SQL_POSTGRES, SCRIPT_UP, postgres);
	CHECK_REFUSALS(SQL_SQLITE, SCRIPT_UP, sqlite);
}

static void script_refuses_giving_up_the_lock(void **state)
{
	static const struct refusal cases[] = {
		{"DISCARD ALL;", 1, 1, "'DISCARD ALL' would give up the lock"},
		{"SET standard_conforming_strings = off;", 1, 1,
			"'standard_conforming_strings' can only be on"},
		{"a;\nset session Standard_Conforming_Strings to DEFAULT", 2, 1,
			"'standard_conforming_strings' can only be on"},
		{"SELECT\n\tpg_advisory_unlock(1);", 2, 2, "'pg_advisory_unlock' could"},
		{"SELECT PG_ADVISORY_UNLOCK_ALL();", 1, 8, "'pg_advisory_unlock_all' could"},
		{"SELECT a, pg_catalog.pg_advisory_unlock_shared(1);", 1, 22,
			"'pg_advisory_unlock_shared' could"},
		{"SELECT \"pg_advisory_unlock\"(1);", 1, 8, "'pg_advisory_unlock' could"},
	};

	(void)state;
	CHECK_REFUSALS(SQL_POSTGRES, SCRIPT_UP, cases);
}

static void script_refuses_copies_of_the_database(void **state)
{
	static const struct refusal cases[] = {
		{"VACUUM INTO 'a';", 1, 1, "'VACUUM INTO' would write"},
		{"SELECT 1;\n vacuum /* a */ \"main\" into 'a'", 2, 2, "'VACUUM INTO' would write"},
		{"-- lockgate: transaction=off\nVACUUM main INTO a||'b';", 2, 1,
			"'VACUUM INTO' would"},
	};

	(void)state;
	CHECK_REFUSALS(SQL_SQLITE, SCRIPT_UP, cases);
	CHECK_REFUSALS(SQL_SQLITE, SCRIPT_DOWN, cases);
	(void)scan(SQL_SQLITE, "VACUUM; VACUUM main; SELECT a, b INTO_c FROM vacuum;");
}

static void script_refuses_commands_of_shells(void **state)
{
	static const struct refusal postgres[] = {
		{"SELECT 1;\n\\connect a\n", 2, 1, "'\\connect' is a command of psql"},
		{"SELECT 1 \\gset", 1, 10, "'\\gset' is a command of psql"},
		{"\\restrict", 1, 1, "'\\restrict' is a command of psql"},
		{"\\restrict a b", 1, 1, "'\\restrict' is a command of psql"},
		{"\\restricted a", 1, 1, "'\\restricted' is a command of psql"},
		{"SELECT 1\n\\restrict a", 2, 1, "'\\restrict' is a command of psql"},
		{"\\restrict a\nSELECT 1;", 1, 11, "'\\restrict' has no '\\unrestrict'"},
		{"\\restrict a\n\\unrestrict b", 2, 1, "'\\restrict' and '\\unrestrict' do not"},
		{"\\restrict a\n\\restrict a", 2, 1, "'\\restrict' and '\\unrestrict' do not"},
		{"\\unrestrict a", 1, 1, "'\\restrict' and '\\unrestrict' do not match"},
	};
	static const struct refusal sqlite[] = {
		{".read a.sql\nSELECT 1;", 1, 1, "'.read' is a command of the sqlite3 shell"},
		{"SELECT 1;\n.mode csv", 2, 1, "'.mode' is a command of the sqlite3 shell"},
	};

	(void)state;
	CHECK_REFUSALS(SQL_POSTGRES, SCRIPT_UP, postgres);
	CHECK_REFUSALS(SQL_SQLITE, SCRIPT_UP, sqlite);
}

static void script_refuses_what_is_not_terminated(void **state)
{
	static const struct refusal postgres[] = {
		{"SELECT 'a;\n", 1, 8, "string is not terminated"},
		{"SELECT E'a\\';\n", 1, 8, "string is not terminated"},
		{"SELECT \"a", 1, 8, "quoted name is not terminated"},
		{"SELECT 1; /* /* a */", 1, 11, "comment is not terminated"},
		{"DO\n$a$ $b$;", 2, 1, "dollar-quoted string is not terminated"},
		{"SELECT 1; COPY t FROM stdin;\na\n", 1, 11, "'COPY … FROM stdin' has no data"},
		{"COPY t FROM stdin", 1, 1, "'COPY … FROM stdin' has no data"},
		{"COPY t FROM stdin; SELECT 1;", 1, 1, "'COPY … FROM stdin' has no data"},
	};
	static const struct refusal sqlite[] = {
		{"SELECT 'a", 1, 8, "string is not terminated"},
		{"SELECT [a", 1, 8, "quoted name is not terminated"},
		{"SELECT `a", 1, 8, "quoted name is not terminated"},
		{"SELECT x'a", 1, 8, "string is not terminated"},
	};

	(void)state;
	CHECK_REFUSALS(SQL_POSTGRES, SCRIPT_UP, postgres);
	CHECK_REFUSALS(SQL_SQLITE, SCRIPT_UP, sqlite);
}

static void script_refuses_pragma_that_does_nothing(void **state)
{
	static const struct refusal cases[] = {
		{"SELECT 1;\nPRAGMA foreign_keys=on;\nSELECT 2;", 2, 1,
			"'PRAGMA foreign_keys' does nothing here"},
		{"PRAGMA foreign_keys=on; SELECT 1;\nPRAGMA foreign_keys=off;\nSELECT 2;", 2, 1,
			"'PRAGMA foreign_keys' does nothing here"},
		{"PRAGMA foreign_keys=off; PRAGMA foreign_keys=on; SELECT 2;", 1, 26,
			"'PRAGMA foreign_keys' does nothing here"},
		{"-- lockgate: foreign_keys=on\nPRAGMA foreign_keys=off;", 2, 1,
			"'PRAGMA foreign_keys' contradicts the directive"},
		{"PRAGMA foreign_keys=maybe;", 1, 1, "'PRAGMA foreign_keys' is set neither"},
		{"PRAGMA foreign_keys=-1;", 1, 1, "'PRAGMA foreign_keys' is set neither"},
	};
	static const struct refusal check_cases[] = {
		{"PRAGMA foreign_keys=off; SELECT 1;", 1, 1,
			"'PRAGMA foreign_keys' has no place in a check"},
	};

	(void)state;
	CHECK_REFUSALS(SQL_SQLITE, SCRIPT_UP, cases);
	CHECK_REFUSALS(SQL_SQLITE, SCRIPT_CHECK, check_cases);
}

static void script_refuses_bad_directives(void **state)
{
	static const struct refusal up[] = {
		{"-- \xc3\xa4\n-- lockgate: retries=7 retry=8\n", 2, 24, "'retry' is no directive"},
		{"-- lockgate: retries=7\n-- lockgate: retries=7\n", 2, 14, "'retries' is given"},
		{"-- lockgate:\nSELECT 1;", 1, 13, "nothing follows"},
	};
	static const struct refusal down[] = {
		{"-- lockgate: phase=expand\n", 1, 1, "'phase' has no place in a down script"},
	};
	static const struct refusal check_cases[] = {
		{"\n-- lockgate: retries=1\n", 2, 1, "directives have no place in a check"},
	};

	(void)state;
	CHECK_REFUSALS(SQL_POSTGRES, SCRIPT_UP, up);
	CHECK_REFUSALS(SQL_POSTGRES, SCRIPT_DOWN, down);
	CHECK_REFUSALS(SQL_POSTGRES, SCRIPT_CHECK, check_cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(script_accepts_what_stays_in_the_transaction),
		cmocka_unit_test(script_refuses_transaction_control),
		cmocka_unit_test(script_refuses_giving_up_the_lock),
		cmocka_unit_test(script_refuses_copies_of_the_database),
		cmocka_unit_test(script_refuses_commands_of_shells),
		cmocka_unit_test(script_refuses_what_is_not_terminated),
		cmocka_unit_test(script_refuses_pragma_that_does_nothing),
		cmocka_unit_test(script_refuses_bad_directives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

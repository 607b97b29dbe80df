/* SPDX-License-Identifier: MIT */
#include "bundles/statement_kind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

struct kind_case {
	enum sql_dialect dialect;
	enum statement_kind kind;
	const char *sql;
	const char *table; /* of reads of data */
};

static const struct kind_case cases[] = {
	/* What the query interface asks the catalogue. */
	{SQL_POSTGRES, STATEMENT_READS_NOTHING, "SELECT version()", NULL},
	{SQL_POSTGRES, STATEMENT_READS_NOTHING, "SHOW SERVER_VERSION", NULL},
	{SQL_POSTGRES, STATEMENT_READS_NOTHING,
		"SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
		NULL},
	{SQL_POSTGRES, STATEMENT_READS_NOTHING,
		"SELECT t.typname, array_agg(e.enumlabel ORDER BY enumsortorder) FROM pg_type t JOIN "
		"pg_enum e ON t.oid = e.enumtypid JOIN pg_catalog.pg_namespace n ON n.oid = "
		"t.typnamespace GROUP BY 1",
		NULL},
	{SQL_POSTGRES, STATEMENT_READS_NOTHING,
		"SELECT c.column_name, EXTRACT(epoch FROM now()) FROM "
		"\"information_schema\".\"columns\" c LEFT JOIN (SELECT tc.table_name FROM "
		"information_schema.TABLE_CONSTRAINTS tc, information_schema.key_column_usage cu) pk "
		"ON pk.table_name = c.table_name",
		NULL},
	{SQL_POSTGRES, STATEMENT_READS_NOTHING, "SELECT 1 IS DISTINCT FROM 2", NULL},
	{SQL_POSTGRES, STATEMENT_READS_NOTHING,
		"WITH x AS (SELECT oid FROM pg_class) SELECT count(*) FROM x", NULL},
	{SQL_SQLITE, STATEMENT_READS_NOTHING, "PRAGMA TABLE_INFO(`users`);", NULL},
	{SQL_SQLITE, STATEMENT_READS_NOTHING, "PRAGMA foreign_keys", NULL},
	{SQL_SQLITE, STATEMENT_READS_NOTHING,
		"SELECT name FROM `sqlite_master` WHERE type='table' AND name != 'sqlite_sequence';",
		NULL},
	{SQL_SQLITE, STATEMENT_READS_NOTHING, "SELECT sqlite_version() as `version`", NULL},
	{SQL_POSTGRES, STATEMENT_READS_NOTHING, "-- nothing\n;", NULL},

	/* Rows of the project's own. */
	{SQL_POSTGRES, STATEMENT_READS_DATA, "SELECT * FROM \"Users\" AS u", "Users"},
	{SQL_POSTGRES, STATEMENT_READS_DATA, "SELECT count(*) FROM public.users", "users"},
	{SQL_POSTGRES, STATEMENT_READS_DATA, "select exists(select 1 from users)", "users"},
	{SQL_POSTGRES, STATEMENT_READS_DATA, "SELECT 1 FROM pg_class c, users u WHERE u.id = c.oid",
		"users"},
	{SQL_POSTGRES, STATEMENT_READS_DATA,
		"SELECT * FROM pg_class WHERE oid IN (SELECT id FROM ONLY users)", "users"},
	{SQL_POSTGRES, STATEMENT_READS_DATA,
		"WITH x AS (SELECT id FROM teams) SELECT * FROM x JOIN pg_class ON true", "teams"},
	{SQL_POSTGRES, STATEMENT_READS_DATA, "SELECT id FROM users FOR UPDATE", "users"},
	{SQL_POSTGRES, STATEMENT_READS_DATA, "SELECT id FROM users FOR NO KEY UPDATE", "users"},
	{SQL_POSTGRES, STATEMENT_READS_DATA, "SELECT * FROM (users JOIN pg_class ON true)",
		"users"},
	{SQL_POSTGRES, STATEMENT_READS_DATA, "(SELECT 1) UNION SELECT id FROM users", "users"},
	{SQL_POSTGRES, STATEMENT_READS_DATA, "TABLE users", "users"},
	{SQL_SQLITE, STATEMENT_READS_DATA, "SELECT id FROM [a b], `c`", "a b"},

	/* Changes, and what may be one. */
	{SQL_POSTGRES, STATEMENT_CHANGES, "CREATE TABLE a (id int)", NULL},
	{SQL_POSTGRES, STATEMENT_CHANGES, "WITH x AS (SELECT 1) UPDATE users SET a = 1", NULL},
	{SQL_POSTGRES, STATEMENT_CHANGES,
		"WITH x AS (DELETE FROM users RETURNING *) SELECT * FROM x", NULL},
	{SQL_POSTGRES, STATEMENT_CHANGES, "SELECT * INTO copies FROM users", NULL},
	{SQL_POSTGRES, STATEMENT_CHANGES, "SELECT setval('s', (SELECT max(id) FROM users))", NULL},
	{SQL_POSTGRES, STATEMENT_CHANGES, "SELECT set_config('a.b', 'c', true)", NULL},
	{SQL_POSTGRES, STATEMENT_CHANGES, "SELECT \"addAudit\"('users')", NULL},
	{SQL_POSTGRES, STATEMENT_CHANGES,
		"SELECT \"addAudit\"(table_name) FROM information_schema.tables", NULL},
	{SQL_POSTGRES, STATEMENT_CHANGES, "SELECT * FROM create_hypertable('a', 'at')", NULL},
	{SQL_POSTGRES, STATEMENT_CHANGES, "DO $$ BEGIN PERFORM 1; END $$", NULL},
	{SQL_SQLITE, STATEMENT_CHANGES, "PRAGMA user_version = 3", NULL},
	{SQL_SQLITE, STATEMENT_CHANGES, "PRAGMA journal_mode(WAL)", NULL},

	/* Both. */
	{SQL_POSTGRES, STATEMENT_READS_AND_CALLS, "SELECT tidy(id) FROM users", "users"},
	{SQL_POSTGRES, STATEMENT_READS_AND_CALLS,
		"CREATE TEMP TABLE t (a int); SELECT * FROM users", "users"},
};

static void statements_are_of_their_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		const struct kind_case *one = &cases[i];
		struct sql_token table = {.len = 0};
		enum statement_kind kind =
			statement_kind_of(one->dialect, one->sql, strlen(one->sql), &table);

		if (kind != one->kind)
			fail_msg("%s: %d", one->sql, (int)kind);
		if (one->table &&
			(table.len != strlen(one->table) ||
				memcmp(one->sql + table.offset, one->table, table.len) != 0))
			fail_msg("%s: '%.*s'", one->sql, (int)table.len, one->sql + table.offset);
	}
}

static void deep_parentheses_are_data(void **state)
{
	char sql[400];
	struct sql_token table = {.len = 0};

	(void)state;
	memset(sql, '(', sizeof(sql));
	assert_int_equal(
		statement_kind_of(SQL_POSTGRES, sql, sizeof(sql), &table), STATEMENT_READS_DATA);
}

static void answers_depend_on_rows(void **state)
{
	static const char *const yes[] = {"SELECT 1", "UPDATE a SET b = 1",
		"INSERT INTO a VALUES (1)", "WITH x AS (SELECT 1) DELETE FROM a",
		"CREATE TABLE a (b int); SELECT 2"};
	static const char *const no[] = {"CREATE TABLE a (b int)", "ALTER TABLE a ADD c int", ""};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(yes); i++)
		assert_true(statement_answers(SQL_POSTGRES, yes[i], strlen(yes[i])));
	for (size_t i = 0; i < LG_COUNT_OF(no); i++)
		assert_false(statement_answers(SQL_POSTGRES, no[i], strlen(no[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_are_of_their_kind),
		cmocka_unit_test(deep_parentheses_are_data),
		cmocka_unit_test(answers_depend_on_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

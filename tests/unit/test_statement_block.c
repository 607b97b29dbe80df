/* SPDX-License-Identifier: MIT */
#include "bundles/statement_block.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static const struct {
	enum statement_block block;
	const char *sql;
} cases[] = {
	{BLOCK_REFUSED, "CREATE INDEX CONCURRENTLY i ON t (a)"},
	{BLOCK_REFUSED, "create unique index concurrently i on t (a)"},
	{BLOCK_REFUSED, "DROP INDEX CONCURRENTLY i"},
	{BLOCK_REFUSED, "REINDEX TABLE CONCURRENTLY t"},
	{BLOCK_REFUSED, "REINDEX (VERBOSE) SCHEMA s"},
	{BLOCK_REFUSED, "-- one\nVACUUM /* two */ FULL t"},
	{BLOCK_REFUSED, "SELECT 1; ALTER SYSTEM SET a = 1; SELECT 2"},
	{BLOCK_REFUSED, "ALTER TABLE t DETACH PARTITION p CONCURRENTLY"},
	{BLOCK_REFUSED, "CREATE DATABASE d"},
	{BLOCK_REFUSED, "DROP SUBSCRIPTION s"},
	{BLOCK_LATE, "SELECT 1; ALTER TYPE public.\"enum x\" ADD VALUE IF NOT EXISTS 'b'"},
	{BLOCK_LATE, "DO $$ BEGIN ALTER TYPE e ADD VALUE 'b'; END $$"},
	{BLOCK_LATE, "DO 'BEGIN ALTER TYPE e ADD VALUE 1; END'"},
	{BLOCK_ALLOWED, "CREATE INDEX concurrently_i ON t (a)"},
	{BLOCK_ALLOWED, "SELECT 'CONCURRENTLY'; CREATE INDEX i ON t (a)"},
	{BLOCK_ALLOWED, "ALTER TYPE e RENAME VALUE 'a' TO 'b'"},
	{BLOCK_ALLOWED, "ALTER TABLE t ADD value int"},
	{BLOCK_ALLOWED, "DO $$ BEGIN RAISE NOTICE 'ADD, VALUE'; END $$"},
	{BLOCK_ALLOWED, "DROP TABLE t; -- VACUUM"},
	{BLOCK_ALLOWED, "REFRESH MATERIALIZED VIEW CONCURRENTLY v"},
	{BLOCK_ALLOWED, ""},
};

static void statements_say_where_they_may_stand(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++)
		if (statement_block_of(SQL_POSTGRES, cases[i].sql, strlen(cases[i].sql)) !=
			cases[i].block)
			fail_msg("%s", cases[i].sql);
	assert_int_equal(statement_block_of(SQL_SQLITE, "VACUUM", 6), BLOCK_REFUSED);
	assert_int_equal(statement_block_of(SQL_SQLITE, "DROP TABLE a", 12), BLOCK_ALLOWED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_say_where_they_may_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

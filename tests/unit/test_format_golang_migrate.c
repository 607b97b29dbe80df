/* SPDX-License-Identifier: MIT */
#include "bundles/formats/golang_migrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/packed.h"

static const char format[] = "golang-migrate";

static void pairs_become_migrations(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	const struct migration *migration;

	(void)state;
	tree_write(&tree, "000010_add a.table.up.sql", "SELECT 10;\n");
	tree_write(&tree, "2_f\xc3\xbcr.down.sql", "SELECT -2;\n");
	tree_write(&tree, "002_users.up.sql", "SELECT 2;\n");
	tree_write(&tree, "3_.up.sql", "");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_SQLITE);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 3);
	migration = &p.bundle.migrations[0];
	assert_string_equal(migration->version, "002");
	assert_string_equal(migration->name, "users");
	packed_has(&p, &migration->up, "SELECT 2;\n");
	packed_has(&p, &migration->down, "SELECT -2;\n");
	assert_string_equal(migration->down.file, "2_f\xc3\xbcr.down.sql");
	assert_string_equal(p.bundle.migrations[1].name, "unnamed");
	assert_string_equal(p.bundle.migrations[2].version, "000010");
	assert_string_equal(p.bundle.migrations[2].name, "add_a_table");
	packed_has(&p, &p.bundle.migrations[2].down, NULL);
}

static void files_of_another_engine_are_left_out(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "1_a.mysql.up.sql", "SELECT `a`;\n");
	tree_write(&tree, "1_a.postgres.up.sql", "SELECT 'pg';\n");
	tree_write(&tree, "1_a.sqlite3.up.sql", "SELECT 'lite';\n");
	tree_write(&tree, "1_a.sqlite3.down.sql", "SELECT 'down';\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, format, SQL_SQLITE);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 1);
	assert_string_equal(p.bundle.migrations[0].name, "a");
	packed_has(&p, &p.bundle.migrations[0].up, "SELECT 'lite';\n");
	packed_has(&p, &p.bundle.migrations[0].down, "SELECT 'down';\n");
}

static void names_that_the_tool_passes_over_are_skipped(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "1_a.up.sql", "SELECT 1;\n");
	tree_write(&tree, "2_b.sql", "not SQL '");
	tree_write(&tree, "c.up.sql", "not SQL '");
	tree_write(&tree, "3-d.up.sql", "not SQL '");
	tree_write(&tree, "README.md", "");
	tree_write(&tree, "waivers.txt", "order 1 late\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, format, SQL_SQLITE);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 1);
	assert_int_equal(p.bundle.waivers.count, 1);
	assert_int_equal(p.result.skip_count, 4);
	packed_skips(&p, "2_b.sql");
	packed_skips(&p, "c.up.sql");
	packed_skips(&p, "3-d.up.sql");
	packed_skips(&p, "README.md");
}

static const struct wrapping {
	const char *text;
	const char *part; /* NULL: it is refused */
	uint32_t first_line;
} wrappings[] = {
	{"BEGIN;\nSELECT 1;\nCOMMIT;\n", "SELECT 1;\n", 2},
	{"-- why\n\nbegin transaction;\r\nSELECT 1;\n\nEnd Work ; -- done\n", "SELECT 1;\n\n", 4},
	{"START TRANSACTION; SELECT 1; COMMIT", " SELECT 1; ", 1},
	{"BEGIN;COMMIT;", "", 1},
	{"SELECT 'BEGIN;';\n", "SELECT 'BEGIN;';\n", 1},
	{"BEGIN;\nSELECT 1;\n", NULL, 0},
	{"BEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;\n", NULL, 0},
	{"BEGIN;\nSELECT 1;\nCOMMIT;\nBEGIN;\nSELECT 2;\nCOMMIT;\n", NULL, 0},
	{"SELECT 0;\nBEGIN;\nSELECT 1;\nCOMMIT;\n", NULL, 0},
	{"BEGIN ISOLATION LEVEL SERIALIZABLE;\nSELECT 1;\nCOMMIT;\n", NULL, 0},
	{"BEGIN;\nSELECT 1;\nROLLBACK;\n", NULL, 0},
	{"BEGIN;\nSELECT 1;\nCOMMIT AND CHAIN;\n", NULL, 0},
};

static void own_transactions_are_taken_off(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(wrappings); i++) {
		LG_CLEANUP(tree_drop) struct tree tree = tree_new();

		tree_write(&tree, "1_a.up.sql", wrappings[i].text);

		LG_CLEANUP(packed_drop)
		struct packed p = packed_new(&tree, format, SQL_POSTGRES);

		if (!wrappings[i].part) {
			assert_int_equal(p.err.status, LG_FORMAT);
			assert_string_equal(p.err.file, "1_a.up.sql");
			assert_int_not_equal(p.err.line, 0);
			continue;
		}
		packed_has(&p, &p.bundle.migrations[0].up, wrappings[i].part);
		assert_int_equal(p.bundle.migrations[0].up.first_line, wrappings[i].first_line);
	}
}

static void directives_above_the_transaction_count(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	const struct migration *migration;

	(void)state;
	tree_write(
		&tree, "1_a.up.sql", "-- lockgate: lock_timeout=7s\nBEGIN;\nSELECT 1;\nCOMMIT;\n");
	tree_write(&tree, "1_a.down.sql",
		"-- lockgate: lock_timeout=8s\n\nBEGIN\n;\nSELECT -1;\nCOMMIT;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, format, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	migration = &p.bundle.migrations[0];
	packed_has(&p, &migration->up, "SELECT 1;\n");
	assert_int_equal(migration->up.directives.lock_timeout_ms, 7000);
	/* The history keeps the text of a down script alone; its lines are those of the file. */
	packed_has(&p, &migration->down, "-- lockgate: lock_timeout=8s\n\n\n\nSELECT -1;\n");
	assert_int_equal(migration->down.first_line, 1);
	assert_int_equal(migration->down.directives.lock_timeout_ms, 8000);
}

static const struct lone {
	const char *text;
	bool is_transactional;
} lone[] = {
	{"CREATE INDEX CONCURRENTLY a ON b (c);\n", false},
	{"-- why\nCREATE /* x */ UNIQUE INDEX CONCURRENTLY a ON b (c)\n", false},
	{"DROP INDEX CONCURRENTLY IF EXISTS a;\n", false},
	{"REINDEX TABLE CONCURRENTLY a;\n", false},
	{"REINDEX SYSTEM a;\n", false},
	{"ALTER TABLE a DETACH PARTITION b CONCURRENTLY;\n", false},
	{"VACUUM a;\n", false},
	{"CREATE INDEX a ON b (c);\n", true},
	{"CREATE INDEX a ON b (\"CONCURRENTLY\");\n", true},
	{"REINDEX TABLE a;\n", true},
	{"CREATE INDEX CONCURRENTLY a ON b (c);\nSELECT 1;\n", true},
	{"ALTER TYPE a ADD VALUE 'b';\n", true},
	{"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ SELECT 'VACUUM' $$;\n", true},
};

static void lone_statements_run_as_the_tool_runs_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(lone); i++) {
		LG_CLEANUP(tree_drop) struct tree tree = tree_new();

		tree_write(&tree, "1_a.up.sql", "SELECT 1;\n");
		tree_write(&tree, "1_a.down.sql", lone[i].text);

		LG_CLEANUP(packed_drop)
		struct packed p = packed_new(&tree, format, SQL_POSTGRES);

		assert_string_equal(p.err.text, "");
		assert_true(p.bundle.migrations[0].up.directives.is_transactional);
		if (p.bundle.migrations[0].down.directives.is_transactional !=
			lone[i].is_transactional)
			fail_msg("'%s'", lone[i].text);
	}
}

static void sqlite_may_vacuum_in_no_transaction_only_by_directive(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "1_a.up.sql", "VACUUM;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, format, SQL_SQLITE);

	assert_string_equal(p.err.text, "");
	assert_true(p.bundle.migrations[0].up.directives.is_transactional);
}

static const struct refusal refusals[] = {
	{"1_a.up.sql", "", "01_b.up.sql", "", "version '1' is in '01_b.up.sql' and in '1_a.up.sql'",
		"1_a.up.sql", 0},
	{"1_a.up.sql", "", "1_b.up.sql", "", "is in '1_a.up.sql' and in '1_b.up.sql'", "1_b.up.sql",
		0},
	{"1_a.down.sql", "", NULL, NULL, "no up script beside it", "1_a.down.sql", 0},
	{"18446744073709551616_a.up.sql", "", NULL, NULL, "is not between 0 and",
		"18446744073709551616_a.up.sql", 0},
	{"1_\xff.up.sql", "", NULL, NULL, "not UTF-8", "1_%FF.up.sql", 0},
	{"1_\n.up.sql", "", NULL, NULL, "control characters", "1_%0A.up.sql", 0},
	{"1_a.up.sql", "SELECT 1;\n\\i x.sql\n", NULL, NULL, "\\i", "1_a.up.sql", 2},
	{"1_a.up.sql", "BEGIN;\nSELECT 1;\nDISCARD ALL;\nCOMMIT;\n", NULL, NULL, "DISCARD ALL",
		"1_a.up.sql", 3},
};

static void refusals_have_a_place(void **state)
{
	(void)state;
	refusals_are_as_said(refusals, LG_COUNT_OF(refusals), format, SQL_POSTGRES);
}

static void highest_version_is_packed(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "18446744073709551615_a.up.sql", "SELECT 1;\n");
	tree_write(&tree, "0_b.up.sql", "SELECT 1;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, format, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 2);
}

static void new_goes_on_as_the_folder_does(void **state)
{
	LG_CLEANUP(tree_drop) struct tree times = tree_new();
	LG_CLEANUP(tree_drop) struct tree numbers = tree_new();

	(void)state;
	format_creates(&times, format,
		"20260105093000_add_email.up.sql 20260105093000_add_email.down.sql");
	format_creates(&times, format,
		"20260105093001_add_email.up.sql 20260105093001_add_email.down.sql");
	tree_write(&numbers, "000099_a b.up.sql", "");
	format_creates(&numbers, NULL, "000100_add_email.up.sql 000100_add_email.down.sql");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_become_migrations),
		cmocka_unit_test(files_of_another_engine_are_left_out),
		cmocka_unit_test(names_that_the_tool_passes_over_are_skipped),
		cmocka_unit_test(own_transactions_are_taken_off),
		cmocka_unit_test(directives_above_the_transaction_count),
		cmocka_unit_test(lone_statements_run_as_the_tool_runs_them),
		cmocka_unit_test(sqlite_may_vacuum_in_no_transaction_only_by_directive),
		cmocka_unit_test(refusals_have_a_place),
		cmocka_unit_test(highest_version_is_packed),
		cmocka_unit_test(new_goes_on_as_the_folder_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

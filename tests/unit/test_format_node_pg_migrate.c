/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/packed.h"

#define FORMAT "node-pg-migrate"

static void test_sections_in_either_order(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "1391877300255_create-users.sql",
		"-- lockgate: phase=expand\n-- Up Migration\nSELECT 1;\n-- Down Migration\n"
		"SELECT -1;\n");
	tree_write(&tree, "1391877300256_b.sql",
		"  ---  DOWN\tmigration of b\nSELECT -2;\n--up migration\nSELECT '\n-- Down "
		"Migration\n';\n");
	tree_write(&tree, "20260105093000123_c.sql", "SELECT 3;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 3);
	assert_string_equal(p.bundle.migrations[0].version, "1391877300255");
	assert_string_equal(p.bundle.migrations[0].name, "create-users");
	assert_int_equal(p.bundle.migrations[0].up.directives.phase, PHASE_EXPAND);
	packed_has(&p, &p.bundle.migrations[0].up, "SELECT 1;\n");
	packed_has(&p, &p.bundle.migrations[0].down, "SELECT -1;\n");
	packed_has(&p, &p.bundle.migrations[1].up, "SELECT '\n-- Down Migration\n';\n");
	packed_has(&p, &p.bundle.migrations[1].down, "SELECT -2;\n");
	assert_int_equal(p.bundle.migrations[1].up.first_line, 4);
	packed_has(&p, &p.bundle.migrations[2].up, "SELECT 3;\n");
	packed_has(&p, &p.bundle.migrations[2].down, NULL);
}

static void test_refusals(void **state)
{
	(void)state;
	static const struct refusal refusals[] = {
		{"1_a.js", "", NULL, NULL, "is a migration in JavaScript", "1_a.js", 0},
		{"1_a.sql", "", "2_b.mts", "", "is a migration in JavaScript", "2_b.mts", 0},
		{"a_b.sql", "", NULL, NULL, "does not begin with a number", "a_b.sql", 0},
		{"1_a.sql", "SELECT 1;\n-- Down Migration\n", NULL, NULL,
			"'-- Down Migration' without '-- Up Migration'", "1_a.sql", 2},
		{"1_a.sql", "-- Up Migration\n-- Down Migration\n-- Up Migration\n", NULL, NULL,
			"a second '-- Up Migration'", "1_a.sql", 3},
		{"1_a.sql", "-- Down Migration\n-- Down Migration\n", NULL, NULL,
			"a second '-- Down Migration'", "1_a.sql", 2},
		{"1_a.sql", "\nSELECT 1;\n-- Up Migration\n", NULL, NULL,
			"a statement stands before '-- Up Migration'", "1_a.sql", 1},
		{"1800000000000_a.sql", "", "20260105093000123_b.sql", "",
			"node-pg-migrate runs '20260105093000123_b.sql' before "
			"'1800000000000_a.sql'",
			"20260105093000123_b.sql", 0},
		{"20260105093000_a.sql", "", "20260105093000123_b.sql", "",
			"node-pg-migrate runs '20260105093000123_b.sql' before "
			"'20260105093000_a.sql'",
			"20260105093000123_b.sql", 0},
	};

	refusals_are_as_said(refusals, LG_COUNT_OF(refusals), FORMAT, SQL_POSTGRES);
}

static void test_one_version_twice(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "1_a.sql", "");
	tree_write(&tree, "1_b.sql", "");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, FORMAT, SQL_POSTGRES);

	assert_int_equal(p.err.status, LG_FORMAT);
	assert_string_equal(p.err.file, "1_b.sql");
}

/* Comments that say up or down are common where files are pairs. */
static void test_pairs_are_not_taken(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "1_a.up.sql", "-- Up Migration\nSELECT 1;\n");
	tree_write(&tree, "1_a.down.sql", "-- Down Migration\nSELECT -1;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	packed_has(&p, &p.bundle.migrations[0].up, "-- Up Migration\nSELECT 1;\n");
}

static void test_new(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree milliseconds = tree_new();
	LG_CLEANUP(tree_drop) struct tree times = tree_new();
	LG_CLEANUP(tree_drop) struct tree numbers = tree_new();

	format_creates(&milliseconds, FORMAT, "1767605400000_add_email.sql");
	format_creates(&milliseconds, NULL, "1767605400001_add_email.sql");
	tree_write(&times, "20250105093000123_a.sql", "");
	format_creates(&times, FORMAT, "20260105093000000_add_email.sql");
	tree_write(&numbers, "0009_a.sql", "");
	format_creates(&numbers, FORMAT, "0010_add_email.sql");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&milliseconds, NULL, SQL_SQLITE);

	assert_int_equal(p.bundle.count, 2);
	packed_has(&p, &p.bundle.migrations[0].down, "\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections_in_either_order),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_one_version_twice),
		cmocka_unit_test(test_pairs_are_not_taken),
		cmocka_unit_test(test_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

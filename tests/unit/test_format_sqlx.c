/* SPDX-License-Identifier: MIT */
#include "bundles/formats/sqlx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/packed.h"

static const char format[] = "sqlx";

static void simple_and_reversible_files_become_migrations(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "1_a b.sql", "SELECT 1;\n");
	tree_write(&tree, "2_b.up.sql", "-- no-transaction\nSELECT 2;\n");
	tree_write(&tree, "2_b.down.sql", "SELECT -2;\n");
	tree_write(&tree, "10_c.up.sql", "SELECT 10;\n");
	tree_write(&tree, "10_c.down.sql", "-- no-transaction please\nSELECT -10;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 3);
	assert_string_equal(p.bundle.migrations[0].name, "a_b");
	assert_true(p.bundle.migrations[0].up.directives.is_transactional);
	packed_has(&p, &p.bundle.migrations[0].down, NULL);
	packed_has(&p, &p.bundle.migrations[1].up, "-- no-transaction\nSELECT 2;\n");
	assert_false(p.bundle.migrations[1].up.directives.is_transactional);
	assert_true(p.bundle.migrations[1].down.directives.is_transactional);
	assert_string_equal(p.bundle.migrations[2].version, "10");
	assert_false(p.bundle.migrations[2].down.directives.is_transactional);
	packed_has(&p, &p.bundle.migrations[2].down, "-- lockgate: transaction=off\nSELECT -10;\n");
	assert_int_equal(p.bundle.migrations[2].down.first_line, 1);
}

static void only_the_first_bytes_count(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "1_a.sql", "\n-- no-transaction\nSELECT 1;\n");
	tree_write(&tree, "2_a.sql", "\xEF\xBB\xBF-- no-transaction\nSELECT 1;\n");
	tree_write(&tree, "3_a.sql", "--no-transaction\nSELECT 1;\n");
	tree_write(&tree, "4_a.sql", "-- lockgate: transaction=off\nSELECT 1;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, format, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	for (size_t i = 0; i < 3; i++)
		assert_true(p.bundle.migrations[i].up.directives.is_transactional);
	assert_false(p.bundle.migrations[3].up.directives.is_transactional);
}

static void other_files_are_skipped(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "schema.sql", "not SQL '");
	tree_write(&tree, "1_a.postgres.sql", "not SQL '");
	tree_write(&tree, "1_a.sqlite.sql", "SELECT 1;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, format, SQL_SQLITE);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 1);
	packed_skips(&p, "schema.sql");
	packed_skips(&p, "1_a.postgres.sql");
}

static const struct refusal refusals[] = {
	{"v1_a.sql", "", NULL, NULL, "is no number", "v1_a.sql", 0},
	{"1_a.sql", "", "1_a.up.sql", "", "version '1' is in", "1_a.up.sql", 0},
	{"1_a.down.sql", "", NULL, NULL, "no up script beside it", "1_a.down.sql", 0},
	{"9223372036854775808_a.sql", "", NULL, NULL, "is not between", "9223372036854775808_a.sql",
		0},
	{"1_a.sql", "-- no-transaction\nBEGIN;\n", NULL, NULL, "BEGIN", "1_a.sql", 2},
};

static void refusals_have_a_place(void **state)
{
	(void)state;
	refusals_are_as_said(refusals, LG_COUNT_OF(refusals), format, SQL_POSTGRES);
}

static void new_goes_on_as_the_folder_does(void **state)
{
	LG_CLEANUP(tree_drop) struct tree simple = tree_new();
	LG_CLEANUP(tree_drop) struct tree pairs = tree_new();

	(void)state;
	format_creates(&simple, format, "20260105093000_add_email.sql");
	tree_write(&pairs, "0007_a.up.sql", "-- no-transaction\n");
	format_creates(&pairs, NULL, "0008_add_email.up.sql 0008_add_email.down.sql");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simple_and_reversible_files_become_migrations),
		cmocka_unit_test(only_the_first_bytes_count),
		cmocka_unit_test(other_files_are_skipped),
		cmocka_unit_test(refusals_have_a_place),
		cmocka_unit_test(new_goes_on_as_the_folder_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

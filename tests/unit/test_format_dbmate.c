/* SPDX-License-Identifier: MIT */
#include "bundles/formats/dbmate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/packed.h"

static const char format[] = "dbmate";

static void markers_part_a_file(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	const struct migration *migration;

	(void)state;
	tree_write(&tree, "20260101000000_a b.sql",
		"-- lockgate: lock_timeout=7s\n\n"
		"--\tmigrate:up   transaction:false \r\n"
		"SELECT '\n-- migrate:down\n';\n"
		" -- migrate:down\n"
		"-- migrate:downwards\n"
		"/*\n-- migrate:down\n*/\n"
		"-- migrate:down\n"
		"SELECT 2;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	migration = &p.bundle.migrations[0];
	assert_string_equal(migration->version, "20260101000000");
	assert_string_equal(migration->name, "a_b");
	packed_has(&p, &migration->up,
		"SELECT '\n-- migrate:down\n';\n -- migrate:down\n-- migrate:downwards\n"
		"/*\n-- migrate:down\n*/\n");
	assert_int_equal(migration->up.first_line, 4);
	assert_int_equal(migration->up.directives.lock_timeout_ms, 7000);
	assert_false(migration->up.directives.is_transactional);
	packed_has(&p, &migration->down, "SELECT 2;\n");
	assert_int_equal(migration->down.first_line, 13);
	assert_true(migration->down.directives.is_transactional);
}

static void options_are_of_their_own_direction(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "1_a.sql",
		"-- migrate:up transaction:true\nSELECT 1;\n"
		"-- migrate:down transaction:false\nSELECT 2;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_true(p.bundle.migrations[0].up.directives.is_transactional);
	assert_false(p.bundle.migrations[0].down.directives.is_transactional);
	packed_has(&p, &p.bundle.migrations[0].down, "-- lockgate: transaction=off\nSELECT 2;\n");
	assert_int_equal(p.bundle.migrations[0].down.first_line, 3);
}

static void versions_are_all_leading_digits(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "1.sql", "-- migrate:up\n-- migrate:down\n");
	tree_write(&tree, "2-b.sql", "-- migrate:up\n");
	tree_write(&tree, "3c.x.sql", "-- migrate:up\n-- migrate:down");
	tree_write(&tree, "d.sql", "not SQL '");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, format, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 3);
	assert_string_equal(p.bundle.migrations[0].name, "unnamed");
	packed_has(&p, &p.bundle.migrations[0].down, "");
	assert_string_equal(p.bundle.migrations[1].version, "2");
	assert_string_equal(p.bundle.migrations[1].name, "-b");
	packed_has(&p, &p.bundle.migrations[1].down, NULL);
	assert_string_equal(p.bundle.migrations[2].name, "c_x");
	packed_skips(&p, "d.sql");
}

static void files_of_another_engine_are_left_out(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "1_a.mysql.sql", "-- migrate:up\n-- migrate:down\n");
	tree_write(&tree, "1_a.sqlite.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, format, SQL_SQLITE);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 1);
	assert_string_equal(p.bundle.migrations[0].name, "a");
}

static const struct refusal refusals[] = {
	{"1_a.sql", "SELECT 1;\n", NULL, NULL, "no '-- migrate:up'", "1_a.sql", 1},
	{"1_a.sql", "\n-- migrate:down\n-- migrate:up\n", NULL, NULL, "without a '-- migrate:up'",
		"1_a.sql", 2},
	{"1_a.sql", "-- migrate:up\n-- migrate:down\n-- migrate:up\n", NULL, NULL,
		"a second '-- migrate:up'", "1_a.sql", 3},
	{"1_a.sql", "-- migrate:up\n-- migrate:up\n", NULL, NULL, "a second '-- migrate:up'",
		"1_a.sql", 2},
	{"1_a.sql", "-- migrate:up\n-- migrate:down\n\n-- migrate:down\n", NULL, NULL,
		"a second '-- migrate:down'", "1_a.sql", 4},
	{"1_a.sql", "\n-- migrate:up colour:red\n", NULL, NULL, "an option that is not known",
		"1_a.sql", 2},
	{"1_a.sql", "-- migrate:up transaction:falsely\n", NULL, NULL, "neither true nor false",
		"1_a.sql", 1},
	{"9_a.sql", "-- migrate:up\n", "10_b.sql", "-- migrate:up\n",
		"'10_b.sql' comes before '9_a.sql' by name", "9_a.sql", 0},
	{"1_a.sql", "-- migrate:up\n\nCOMMIT;\n-- migrate:down\n", NULL, NULL, "COMMIT", "1_a.sql",
		3},
};

static void refusals_have_a_place(void **state)
{
	(void)state;
	refusals_are_as_said(refusals, LG_COUNT_OF(refusals), format, SQL_POSTGRES);
}

static void new_writes_both_markers(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	format_creates(&tree, format, "20260105093000_add_email.sql");
	format_creates(&tree, format, "20260105093001_add_email.sql");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, format, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 2);
	assert_true(migration_has(&p.bundle.migrations[0].down));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markers_part_a_file),
		cmocka_unit_test(options_are_of_their_own_direction),
		cmocka_unit_test(versions_are_all_leading_digits),
		cmocka_unit_test(files_of_another_engine_are_left_out),
		cmocka_unit_test(refusals_have_a_place),
		cmocka_unit_test(new_writes_both_markers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

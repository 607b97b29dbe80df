/* SPDX-License-Identifier: MIT */
#include "bundles/formats/diesel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/packed.h"

static const char format[] = "diesel";

static void folders_become_migrations(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	const struct migration *migrations;

	(void)state;
	tree_write(&tree, "00000000000000_diesel_initial_setup/up.sql", "SELECT 0;\n");
	tree_write(&tree, "2026-01-05-093000_create posts/up.sql", "SELECT 1;\n");
	tree_write(&tree, "2026-01-05-093000_create posts/down.sql", "SELECT -1;\n");
	tree_write(&tree, "2026-01-06-093000-0000_index/up.sql", "SELECT 2;\n");
	tree_write(&tree, "2026-01-06-093000-0000_index/down.sql", "SELECT -2;\n");
	tree_write(&tree, "2026-01-06-093000-0000_index/metadata.toml",
		"# why\n\nrun_in_transaction = false # so\n");
	tree_write(&tree, "2026-01-06-093000-0000_index/notes.txt", "");
	tree_write(&tree, ".keep", "");
	tree_write(&tree, "README.md", "");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 3);
	migrations = p.bundle.migrations;
	assert_string_equal(migrations[0].version, "00000000000000");
	assert_string_equal(migrations[0].name, "diesel_initial_setup");
	packed_has(&p, &migrations[0].down, NULL);
	assert_string_equal(migrations[1].version, "20260105093000");
	assert_string_equal(migrations[1].name, "create_posts");
	assert_string_equal(migrations[1].up.file, "2026-01-05-093000_create posts/up.sql");
	packed_has(&p, &migrations[1].up, "SELECT 1;\n");
	packed_has(&p, &migrations[1].down, "SELECT -1;\n");
	assert_true(migrations[1].up.directives.is_transactional);
	assert_string_equal(migrations[2].version, "202601060930000000");
	assert_false(migrations[2].up.directives.is_transactional);
	assert_false(migrations[2].down.directives.is_transactional);
	packed_has(&p, &migrations[2].down, "-- lockgate: transaction=off\nSELECT -2;\n");
	packed_skips(&p, ".keep");
	packed_skips(&p, "README.md");
	packed_skips(&p, "2026-01-06-093000-0000_index/notes.txt");
}

static void scripts_may_be_for_an_engine(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "sqlite/1_a/up.sql", "SELECT 'lite';\n");
	tree_write(&tree, "postgres/1_a/up.sql", "SELECT 'pg';\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_SQLITE);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 1);
	packed_has(&p, &p.bundle.migrations[0].up, "SELECT 'lite';\n");
	assert_string_equal(p.bundle.migrations[0].up.file, "sqlite/1_a/up.sql");
}

static const struct refusal refusals[] = {
	{"a/up.sql", "", NULL, NULL, "begins with no version", "a", 0},
	{"1a/up.sql", "", NULL, NULL, "begins with no version", "1a", 0},
	{"-1_a/up.sql", "", NULL, NULL, "begins with no version", "-1_a", 0},
	{"1_a/down.sql", "", NULL, NULL, "'1_a' has no 'up.sql'", "1_a", 0},
	{"1_a/up.sql", "SELECT 1;\nCOMMIT;\n", NULL, NULL, "COMMIT", "1_a/up.sql", 2},
	{"9_a/up.sql", "", "10_b/up.sql", "", "'10_b' comes before '9_a' by name", "9_a", 0},
	{"2026-01-05-093000-0000_a/up.sql", "", "2026-01-06-093000_b/up.sql", "",
		"comes before '2026-01-06-093000_b' by name", "2026-01-06-093000_b", 0},
	{"2026-01-05-093000_a/up.sql", "", "20260105093000_b/up.sql", "",
		"version '20260105093000' is in", "20260105093000_b/up.sql", 0},
	{"1_a/up.sql", "", "1_a/metadata.toml", "\nrun_in_transaction = no\n",
		"neither true nor false", "1_a/metadata.toml", 2},
	{"1_a/up.sql", "", "1_a/metadata.toml", "\n\ncolour = 'red'\n", "the key is not known",
		"1_a/metadata.toml", 3},
	{"1_a/up.sql", "", "1_a/metadata.toml", "[table]\n", "this is not 'key = value'",
		"1_a/metadata.toml", 1},
	{"1_a/up.sql", "", "1_a/metadata.toml", "a = \"b\n", "this is not 'key = value'",
		"1_a/metadata.toml", 1},
	{"1_a/up.sql", "", "1_a/metadata.toml", "# nothing\n", "there is no 'run_in_transaction'",
		"1_a/metadata.toml", 0},
	{"1_\n/up.sql", "", NULL, NULL, "control characters", "1_%0A", 0},
};

static void refusals_have_a_place(void **state)
{
	(void)state;
	refusals_are_as_said(refusals, LG_COUNT_OF(refusals), format, SQL_POSTGRES);
}

static void new_goes_on_as_the_folder_does(void **state)
{
	LG_CLEANUP(tree_drop) struct tree times = tree_new();
	LG_CLEANUP(tree_drop) struct tree longer = tree_new();
	LG_CLEANUP(tree_drop) struct tree numbers = tree_new();

	(void)state;
	tree_write(&times, "00000000000000_diesel_initial_setup/up.sql", "");
	format_creates(&times, NULL,
		"2026-01-05-093000_add_email/up.sql 2026-01-05-093000_add_email/down.sql");
	format_creates(&times, NULL,
		"2026-01-05-093001_add_email/up.sql 2026-01-05-093001_add_email/down.sql");
	tree_write(&longer, "2026-01-05-102959-0000_a/up.sql", "");
	format_creates(&longer, NULL,
		"2026-01-05-103000-0000_add_email/up.sql 2026-01-05-103000-0000_add_email/down.sql");
	tree_write(&numbers, "0009_a/up.sql", "");
	format_creates(&numbers, NULL, "0010_add_email/up.sql 0010_add_email/down.sql");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&times, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folders_become_migrations),
		cmocka_unit_test(scripts_may_be_for_an_engine),
		cmocka_unit_test(refusals_have_a_place),
		cmocka_unit_test(new_goes_on_as_the_folder_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

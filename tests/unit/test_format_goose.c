/* SPDX-License-Identifier: MIT */
#include "bundles/formats/goose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/packed.h"

static const char format[] = "goose";

static void annotations_part_a_file(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	const struct migration *migration;

	(void)state;
	tree_write(&tree, "00001_a b.sql",
		"-- Copyright\n-- lockgate: lock_timeout=7s\n"
		"DROPPED BY goose;\n"
		"--+goose UP\n"
		"CREATE TABLE a (b int);\n"
		"-- +goose StatementBegin\n"
		"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n"
		"-- +goose Down\nEND $$;\n"
		"-- +goose statementend\n"
		"-- -- +goose down\r\n"
		"DROP TABLE a; -- it goes\n"
		"-- +goose ENVSUB OFF\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	migration = &p.bundle.migrations[0];
	assert_string_equal(migration->version, "00001");
	assert_string_equal(migration->name, "a_b");
	packed_has(&p, &migration->up,
		"CREATE TABLE a (b int);\n-- +goose StatementBegin\n"
		"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n"
		"-- +goose Down\nEND $$;\n-- +goose statementend\n");
	assert_int_equal(migration->up.first_line, 5);
	assert_int_equal(migration->up.statements, 2);
	assert_int_equal(migration->up.directives.lock_timeout_ms, 7000);
	packed_has(&p, &migration->down, "DROP TABLE a; -- it goes\n-- +goose ENVSUB OFF\n");
	assert_int_equal(migration->down.first_line, 13);
	assert_true(migration->down.directives.is_transactional);
}

static void no_transaction_is_for_both_directions(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "1_a.sql",
		"-- +goose Up\nSELECT 1;\n-- +goose Down\n-- +goose no transaction\nSELECT 2;\n");
	tree_write(&tree, "2_b.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_false(p.bundle.migrations[0].up.directives.is_transactional);
	assert_false(p.bundle.migrations[0].down.directives.is_transactional);
	/* The history keeps this text alone. */
	packed_has(&p, &p.bundle.migrations[0].down,
		"-- lockgate: transaction=off\n-- +goose no transaction\nSELECT 2;\n");
	assert_int_equal(p.bundle.migrations[0].down.first_line, 3);
	assert_false(p.bundle.migrations[1].up.directives.is_transactional);
	packed_has(&p, &p.bundle.migrations[1].down, NULL);
}

static void other_files_are_skipped(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "embed.go", "");
	tree_write(&tree, "1_a_test.go", "");
	tree_write(&tree, "notes.sql", "not SQL '");
	tree_write(&tree, "1_a.mysql.sql", "not SQL '");
	tree_write(&tree, "1_a.sqlite.sql", "-- +goose Up\nSELECT 1;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_SQLITE);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 1);
	assert_string_equal(p.bundle.migrations[0].name, "a");
	packed_skips(&p, "embed.go");
	packed_skips(&p, "1_a_test.go");
	packed_skips(&p, "notes.sql");
	packed_skips(&p, "1_a.mysql.sql");
}

#define UP "-- +goose Up\n"
#define DOWN "-- +goose Down\n"
#define BEGIN "-- +goose StatementBegin\n"
#define END "-- +goose StatementEnd\n"

static const struct refusal refusals[] = {
	{"1_a.sql", "SELECT 1;\n", NULL, NULL, "no '-- +goose Up'", "1_a.sql", 1},
	{"1_a.sql", DOWN "SELECT 1;\n" UP, NULL, NULL, "without '-- +goose Up'", "1_a.sql", 1},
	{"1_a.sql", UP "SELECT 1;\n" UP, NULL, NULL, "a second '-- +goose Up'", "1_a.sql", 3},
	{"1_a.sql", UP DOWN DOWN, NULL, NULL, "a second '-- +goose Down'", "1_a.sql", 3},
	{"1_a.sql", UP DOWN UP, NULL, NULL, "a second '-- +goose Up'", "1_a.sql", 3},
	{"1_a.sql", BEGIN UP, NULL, NULL, "before '-- +goose Up'", "1_a.sql", 1},
	{"1_a.sql", UP END, NULL, NULL, "without a StatementBegin", "1_a.sql", 2},
	{"1_a.sql", UP BEGIN "SELECT 1;\n" BEGIN, NULL, NULL, "inside a statement", "1_a.sql", 4},
	{"1_a.sql", UP BEGIN "SELECT 1;\n" DOWN, NULL, NULL, "without a StatementEnd", "1_a.sql",
		4},
	{"1_a.sql", UP BEGIN "SELECT 1;\n", NULL, NULL, "without a StatementEnd", "1_a.sql", 2},
	{"1_a.sql", UP " -- +goose Down\n", NULL, NULL, "blanks stand before", "1_a.sql", 2},
	{"1_a.sql", UP "-- +goose Sideways\n", NULL, NULL, "no word of goose", "1_a.sql", 2},
	{"1_a.sql", UP "-- +goose\n", NULL, NULL, "no word of goose", "1_a.sql", 2},
	{"1_a.sql", UP "-- +goose ENVSUB ON\nSELECT $X;\n", NULL, NULL, "from the environment",
		"1_a.sql", 2},
	{"1_a.sql", UP "SELECT 1;\n\nSELECT 2\n", NULL, NULL, "does not end in a semicolon",
		"1_a.sql", 4},
	{"1_a.sql", UP "SELECT 2\n" DOWN "SELECT 1;\n", NULL, NULL, "does not end in a semicolon",
		"1_a.sql", 2},
	{"1_a.sql", UP BEGIN "SELECT 1\n" END "SELECT 2 -- ;\n", NULL, NULL,
		"does not end in a semicolon", "1_a.sql", 5},
	{"1_a.go", "package x\n", NULL, NULL, "a migration in Go", "1_a.go", 0},
	{"0_a.sql", UP, NULL, NULL, "is not between 1 and", "0_a.sql", 0},
	{"9223372036854775808_a.sql", UP, NULL, NULL, "is not between 1 and",
		"9223372036854775808_a.sql", 0},
	{"1_a.sql", UP, "01_b.sql", UP, "'01_b.sql' and in '1_a.sql'", "1_a.sql", 0},
	{"1_a.sql", UP "SELECT 1;\n" DOWN "SELECT 1;\nCOMMIT;\n", NULL, NULL, "COMMIT", "1_a.sql",
		5},
};

static void refusals_have_a_place(void **state)
{
	(void)state;
	refusals_are_as_said(refusals, LG_COUNT_OF(refusals), format, SQL_POSTGRES);
}

static void statements_between_marks_need_no_semicolon(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "1_a.sql", UP BEGIN "SELECT 1\n" END "\n-- the end\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	packed_has(&p, &p.bundle.migrations[0].up, BEGIN "SELECT 1\n" END "\n-- the end\n");
}

static void new_goes_on_as_the_folder_does(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "00009_a.sql", UP);
	format_creates(&tree, NULL, "00010_add_email.sql");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 2);
	assert_true(migration_has(&p.bundle.migrations[1].down));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(annotations_part_a_file),
		cmocka_unit_test(no_transaction_is_for_both_directions),
		cmocka_unit_test(other_files_are_skipped),
		cmocka_unit_test(refusals_have_a_place),
		cmocka_unit_test(statements_between_marks_need_no_semicolon),
		cmocka_unit_test(new_goes_on_as_the_folder_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "bundles/formats/prisma.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/packed.h"

static const char format[] = "prisma";

#define LOCK "migration_lock.toml"
#define POSTGRES "# Please do not edit\nprovider = \"postgresql\"\n"

static void folders_become_migrations(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	const struct migration *migrations;

	(void)state;
	tree_write(&tree, LOCK, POSTGRES);
	tree_write(&tree, "0_init/migration.sql", "SELECT 0;\n");
	tree_write(&tree, "20260105093000_add email/migration.sql",
		"CREATE INDEX CONCURRENTLY a ON b (c);\n");
	tree_write(&tree, "20260105093000_add email/down.sql", "BEGIN;\nSELECT -1;\nCOMMIT;\n");
	tree_write(&tree, "20260105093000_add email/README.md", "");
	tree_write(&tree, "notes.txt", "");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 2);
	migrations = p.bundle.migrations;
	assert_string_equal(migrations[0].version, "0");
	packed_has(&p, &migrations[0].up, "SELECT 0;\n");
	packed_has(&p, &migrations[0].down, NULL);
	assert_string_equal(migrations[1].version, "20260105093000");
	assert_string_equal(migrations[1].name, "add_email");
	assert_string_equal(migrations[1].up.file, "20260105093000_add email/migration.sql");
	assert_false(migrations[1].up.directives.is_transactional);
	packed_has(&p, &migrations[1].down, "SELECT -1;\n");
	packed_skips(&p, "20260105093000_add%20email/README.md");
	packed_skips(&p, "notes.txt");
}

/* As the tool writes it where SQLite cannot alter a table. */
static void tables_that_are_made_anew_are_read(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, LOCK, "provider = \"sqlite\"");
	tree_write(&tree, "20260105093000_a/migration.sql",
		"-- RedefineTables\nPRAGMA defer_foreign_keys=ON;\nPRAGMA foreign_keys=OFF;\n"
		"CREATE TABLE \"new_a\" (\"b\" TEXT);\nDROP TABLE \"a\";\n"
		"ALTER TABLE \"new_a\" RENAME TO \"a\";\n"
		"PRAGMA foreign_keys=ON;\nPRAGMA defer_foreign_keys=OFF;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_SQLITE);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.migrations[0].up.directives.foreign_keys, FOREIGN_KEYS_OFF);
}

static void lock_is_not_demanded(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "1_a/migration.sql", "SELECT 1;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, format, SQL_POSTGRES);

	packed_has(&p, &p.bundle.migrations[0].up, "SELECT 1;\n");
}

static const struct refusal refusals[] = {
	{LOCK, "\nprovider = \"mysql\"\n", NULL, NULL, "are for 'mysql', and the bundle for", LOCK,
		2},
	{LOCK, "provider = \"sqlite\"\n", NULL, NULL, "are for 'sqlite', and the bundle for", LOCK,
		1},
	{LOCK, "# empty\n", NULL, NULL, "no 'provider'", LOCK, 0},
	{LOCK, "\n{}\n", NULL, NULL, "this is not 'key = value'", LOCK, 2},
	{"init/migration.sql", "", NULL, NULL, "begins with no version", "init", 0},
	{"1_a/migration.sq", "", NULL, NULL, "'1_a' has no 'migration.sql'", "1_a", 0},
	{"9_a/migration.sql", "", "10_b/migration.sql", "", "'10_b' comes before '9_a' by name",
		"9_a", 0},
	{"1_a/migration.sql", "", "1_b/migration.sql", "", "version '1' is in", "1_b/migration.sql",
		0},
	{"1_a/migration.sql", "SELECT 1;\n", "1_a/down.sql", "\nROLLBACK;\n", "ROLLBACK",
		"1_a/down.sql", 2},
};

static void refusals_have_a_place(void **state)
{
	(void)state;
	refusals_are_as_said(refusals, LG_COUNT_OF(refusals), format, SQL_POSTGRES);
}

static void new_makes_a_folder(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, LOCK, POSTGRES);
	format_creates(&tree, NULL, "20260105093000_add_email/migration.sql");
	format_creates(&tree, NULL, "20260105093001_add_email/migration.sql");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folders_become_migrations),
		cmocka_unit_test(tables_that_are_made_anew_are_read),
		cmocka_unit_test(lock_is_not_demanded),
		cmocka_unit_test(refusals_have_a_place),
		cmocka_unit_test(new_makes_a_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/packed.h"

static const struct migration *find(
	const struct packed *p, enum migration_kind kind, const char *version)
{
	const struct migration *migration = bundle_find(&p->bundle, kind, version);

	if (!migration)
		fail_msg("no '%s': %s", version, p->err.text);
	return migration;
}

static void test_names(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "V1_1__Create_users.sql", "CREATE TABLE a(x int);\n");
	tree_write(&tree, "V10__ten.sql", "SELECT 10;\n");
	tree_write(&tree, "V2__two words.SQL", "SELECT 2;\n");
	tree_write(&tree, "U1.1__whatever.sql", "DROP TABLE a;\n");
	tree_write(&tree, "B5__all_of_it.sql", "SELECT 5;\n");
	tree_write(&tree, "R__my_view.sql", "SELECT 1;\n");
	tree_write(&tree, "V11.sql", "SELECT 11;\n");
	tree_write(&tree, "sub/deep/V3__three.sql", "SELECT 3;\n");
	tree_write(&tree, "sub/U3__three.sql", "SELECT -3;\n");
	tree_write(&tree, "notes.sql", "SELECT broken\n");
	tree_write(&tree, "V__none.sql", "SELECT broken\n");
	tree_write(&tree, "beforeClean.sql", "SELECT broken\n");
	tree_write(&tree, "README.md", "# hello\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);
	const struct migration *first = find(&p, MIGRATION_VERSIONED, "1.1");

	assert_int_equal(p.bundle.count, 7);
	assert_string_equal(first->name, "Create_users");
	assert_string_equal(first->up.file, "V1_1__Create_users.sql");
	packed_has(&p, &first->up, "CREATE TABLE a(x int);\n");
	packed_has(&p, &first->down, "DROP TABLE a;\n");
	assert_string_equal(find(&p, MIGRATION_VERSIONED, "2")->name, "two_words");
	assert_string_equal(find(&p, MIGRATION_VERSIONED, "11")->name, "unnamed");
	assert_string_equal(find(&p, MIGRATION_VERSIONED, "3")->up.file, "sub/deep/V3__three.sql");
	packed_has(&p, &find(&p, MIGRATION_VERSIONED, "3")->down, "SELECT -3;\n");
	assert_string_equal(find(&p, MIGRATION_BASELINE, "5")->name, "all_of_it");
	packed_has(&p, &find(&p, MIGRATION_REPEATABLE, "my_view")->up, "SELECT 1;\n");
	packed_skips(&p, "notes.sql");
	packed_skips(&p, "V__none.sql");
	packed_skips(&p, "beforeClean.sql");
	packed_skips(&p, "README.md");
}

static void test_folders_of_engines(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "common/V1__a.sql", "SELECT 1;\n");
	tree_write(&tree, "postgresql/V2__b.sql", "SELECT 2;\n");
	tree_write(&tree, "h2/V2__b.sql", "SELECT 3;\n");
	tree_write(&tree, "sqlite/V2__b.sql", "SELECT 4;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);
	LG_CLEANUP(packed_drop) struct packed q = packed_new(&tree, NULL, SQL_SQLITE);

	assert_int_equal(p.bundle.count, 2);
	packed_has(&p, &find(&p, MIGRATION_VERSIONED, "2")->up, "SELECT 2;\n");
	packed_skips(&p, "h2");
	assert_int_equal(q.bundle.count, 2);
	packed_has(&q, &find(&q, MIGRATION_VERSIONED, "2")->up, "SELECT 4;\n");
}

static void test_transactions(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "V1__plain.sql", "ALTER TYPE mood ADD VALUE 'glad';\nSELECT 1;\n");
	tree_write(&tree, "V2__index.sql",
		"-- why\nCREATE UNIQUE INDEX CONCURRENTLY i ON a(x);\n"
		"DROP INDEX CONCURRENTLY IF EXISTS j;\n");
	tree_write(&tree, "V3__asked.sql", "SELECT 3;\n");
	tree_write(&tree, "U3__asked.sql", "SELECT -3;\n");
	tree_write(&tree, "U3__asked.sql.conf", "executeInTransaction=false\n");
	tree_write(&tree, "V3__asked.sql.conf", "# comment\nexecuteInTransaction = false\n");
	tree_write(&tree, "V4__mixed.sql", "-- lockgate: transaction=off\nSELECT 4;\nVACUUM;\n");
	tree_write(&tree, "V5__own.sql", "-- lockgate: phase=expand\nBEGIN;\nSELECT 5;\nCOMMIT;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_true(find(&p, MIGRATION_VERSIONED, "1")->up.directives.is_transactional);
	assert_false(find(&p, MIGRATION_VERSIONED, "2")->up.directives.is_transactional);
	assert_false(find(&p, MIGRATION_VERSIONED, "3")->up.directives.is_transactional);
	packed_has(&p, &find(&p, MIGRATION_VERSIONED, "3")->down,
		"-- lockgate: transaction=off\nSELECT -3;\n");
	assert_false(find(&p, MIGRATION_VERSIONED, "4")->up.directives.is_transactional);
	packed_has(&p, &find(&p, MIGRATION_VERSIONED, "5")->up, "SELECT 5;\n");
	assert_int_equal(find(&p, MIGRATION_VERSIONED, "5")->up.directives.phase, PHASE_EXPAND);
	assert_int_equal(find(&p, MIGRATION_VERSIONED, "5")->up.first_line, 3);
}

static void test_placeholders_may_be_switched_off(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "V1__a.sql", "SELECT '${a}';\n");
	tree_write(&tree, "V1__a.sql.conf", "placeholderReplacement=false\nencoding=utf-8\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_SQLITE);

	packed_has(&p, &find(&p, MIGRATION_VERSIONED, "1")->up, "SELECT '${a}';\n");
}

static void test_settings(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "flyway.toml",
		"[flyway]\nmixed = true\nplaceholderReplacement = false\n"
		"sqlMigrationSuffixes = [\".sql\"]\n[flyway.check]\nmixed = \"no\"\n"
		"[environments.dev]\nurl = \"jdbc:postgresql://x\"\n");
	tree_write(&tree, "m/flyway.conf",
		"# comment\n! comment\nflyway.url=jdbc:x\nflyway.sqlMigrationPrefix=M\n"
		"flyway.sqlMigrationSeparator=--\nflyway.encoding = UTF-8\n");
	tree_write(&tree, "m/M1--a.sql", "SELECT '${a}';\nVACUUM;\n");

	LG_CLEANUP(packed_drop) struct packed outer = packed_new(&tree, "flyway", SQL_POSTGRES);
	struct tree inner = tree;

	assert_string_equal(outer.err.text, "no migration is in the folder, but 'm' holds some");
	memcpy(inner.path + strlen(inner.path), "/m", sizeof("/m"));

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&inner, "flyway", SQL_POSTGRES);
	const struct migration *migration = find(&p, MIGRATION_VERSIONED, "1");

	assert_string_equal(migration->name, "a");
	assert_false(migration->up.directives.is_transactional);
}

static void test_refusals(void **state)
{
	(void)state;
	static const struct refusal refusals[] = {
		{"V1_a.sql", "", "V2__b.sql", "", "has no version of digits", "V1_a.sql", 0},
		{"V1__a.java", "", "V2__b.sql", "", "is a migration that is no SQL", "V1__a.java",
			0},
		{"sub/R__a.py", "", "V2__b.sql", "", "is a migration that is no SQL", "sub/R__a.py",
			0},
		{"V1__a.sql", "", "afterMigrate__grants.sql", "", "is a callback",
			"afterMigrate__grants.sql", 0},
		{"V1__a.sql", "", "sub/V1.0__b.sql", "", "version '1.0' is in", "sub/V1.0__b.sql",
			0},
		{"V1__a.sql", "", "U2__b.sql", "", "has no up script", "U2__b.sql", 0},
		{"V1__a.sql", "SELECT 1;\n\nSELECT '${who}';\n", NULL, NULL,
			"a placeholder: '${who'", "V1__a.sql", 3},
		{"V1__a.sql", "SELECT 1;\n\nVACUUM a;\n", NULL, NULL,
			"statements that run in a transaction stand beside", "V1__a.sql", 3},
		{"V1__a.sql", "", "V1__a.sql.conf", "\nshouldExecute=${now}\n",
			"'shouldExecute' is '${now}'", "V1__a.sql.conf", 2},
		{"V1__a.sql", "", "V1__a.sql.conf", "what=ever\n", "'what' cannot be carried over",
			"V1__a.sql.conf", 1},
		{"V1__a.sql", "", "V1__a.sql.conf", "executeInTransaction=no\n",
			"'executeInTransaction' is 'no'", "V1__a.sql.conf", 1},
		{"V1__a.sql", "", "flyway.conf", "flyway.initSql=SET ROLE x\n",
			"'initSql' is 'SET ROLE x'", "flyway.conf", 1},
		{"V1__a.sql", "", "flyway.toml",
			"[flyway]\nsqlMigrationSuffixes=['.pks', '.sql']\n",
			"'sqlMigrationSuffixes' is", "flyway.toml", 2},
		{"V1__a.sql", "", "flyway.conf", "flyway.encoding=ISO-8859-1\n",
			"'encoding' is 'ISO-8859-1'", "flyway.conf", 1},
		{"R__1_a.sql", "", "R__10_b.sql", "",
			"Flyway runs 'R__1_a.sql' before 'R__10_b.sql'", "R__10_b.sql", 0},
	};

	refusals_are_as_said(refusals, LG_COUNT_OF(refusals), NULL, SQL_POSTGRES);
}

static void test_links_in_circles_end(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "V1__a.sql", "");
	assert_int_equal(symlink(".", tree_path(&tree, "x")), 0);
	assert_int_equal(symlink(".", tree_path(&tree, "y")), 0);

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_int_equal(p.err.status, LG_LIMIT);
}

static void test_native_folders_stay_native(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "1_V2__a.sql", "SELECT '${a}';\n");
	tree_write(&tree, "R__a/1_b.sql", "SELECT 1;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_string_equal(find(&p, MIGRATION_VERSIONED, "1")->name, "V2__a");
}

static void test_new(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	format_creates(&tree, "flyway", "V20260105093000__add_email.sql");
	format_creates(&tree, NULL, "V20260105093001__add_email.sql");
	tree_write(&tree, "sub/V20270101000000_1__a.sql", "");
	format_creates(&tree, NULL, "V20270101000000_2__add_email.sql");
	tree_write(&tree, "U20270101000000.1__a.sql", "");
	format_creates(
		&tree, NULL, "V20270101000000_3__add_email.sql U20270101000000_3__add_email.sql");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_int_equal(p.bundle.count, 5);
	packed_has(&p, &find(&p, MIGRATION_VERSIONED, "20270101000000.3")->down, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_folders_of_engines),
		cmocka_unit_test(test_transactions),
		cmocka_unit_test(test_placeholders_may_be_switched_off),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_links_in_circles_end),
		cmocka_unit_test(test_native_folders_stay_native),
		cmocka_unit_test(test_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

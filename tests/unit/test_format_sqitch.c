/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/packed.h"

#define HEAD "%syntax-version=1.0.0\n%project=flipr\n\n"
#define BY "Z Ada <ada@example.com>"

static void test_plan(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "sqitch.plan",
		"%syntax-version = 1.0.0\n%project = flipr\n%uri=https://example.com/\n\n"
		"# a comment\n"
		"appschema 2012-07-16T17:24:07" BY " # The schema.\n"
		"+ users/create [appschema !nothing] 2012-07-16T17:25:07" BY " # Users [x].\n"
		"@v1.0.0 2012-07-17T00:00:00" BY " # Tag.\n"
		"  late [:users/create users/create@v1.0.0] 2012-07-16T17:00:00" BY "\n"
		"later 2012-07-16T17:25:07" BY "\n"
		"last 2012-07-16T17:25:08" BY "\n");
	tree_write(&tree, "deploy/appschema.sql",
		"-- Deploy appschema\n-- lockgate: phase=expand\nBEGIN;\nCREATE SCHEMA a;\n"
		"COMMIT;\n");
	tree_write(&tree, "deploy/users/create.sql", "CREATE TABLE a.u(x int);\n");
	tree_write(&tree, "deploy/late.sql",
		"ALTER TYPE a.t ADD VALUE 'x';\nCREATE INDEX CONCURRENTLY i ON a.u(x);\n");
	tree_write(&tree, "deploy/later.sql", "SELECT a[1:n], b::int, ':x', $$ :x $$;\n");
	tree_write(&tree, "deploy/last.sql", "");
	tree_write(&tree, "deploy/unplanned.sql", "SELECT broken\n");
	tree_write(&tree, "revert/users/create.sql", "begin;\nDROP TABLE a.u;\nend;\n");
	tree_write(&tree, "revert/late.sql", "DROP INDEX CONCURRENTLY i;\n");
	tree_write(&tree, "verify/users/create.sql", "SELECT 1/0;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);
	const struct migration *items = p.bundle.migrations;

	assert_string_equal(p.err.text, "");
	assert_string_equal(p.bundle.project, "flipr");
	assert_int_equal(p.bundle.count, 5);
	assert_string_equal(items[0].version, "20120716172407");
	assert_string_equal(items[0].up.file, "deploy/appschema.sql");
	assert_int_equal(items[0].up.directives.phase, PHASE_EXPAND);
	assert_int_equal(items[0].up.first_line, 4);
	packed_has(&p, &items[0].up, "CREATE SCHEMA a;\n");
	packed_has(&p, &items[0].down, NULL);
	assert_string_equal(items[1].version, "20120716172507");
	assert_string_equal(items[1].name, "users_create");
	assert_true(items[1].up.directives.is_transactional);
	packed_has(&p, &items[1].down, "DROP TABLE a.u;\n");
	packed_has(
		&p, &items[2].down, "-- lockgate: transaction=off\nDROP INDEX CONCURRENTLY i;\n");
	assert_string_equal(items[2].version, "20120716172507.1");
	assert_false(items[2].up.directives.is_transactional);
	assert_string_equal(items[3].version, "20120716172507.2");
	assert_string_equal(items[4].version, "20120716172508");
	packed_skips(&p, "deploy/unplanned.sql");
	packed_skips(&p, "verify");
}

static void test_reworked_changes(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "sqitch.plan",
		HEAD "f 2020-01-01T00:00:01" BY "\n@t1 2020-01-01T00:00:01" BY "\n"
		     "@t2 2020-01-01T00:00:01" BY "\ng 2020-01-01T00:00:02" BY "\n"
		     "@t3 2020-01-01T00:00:02" BY "\nf [f@t3] 2020-01-01T00:00:03" BY "\n"
		     "@t4 2020-01-01T00:00:03" BY "\nf [f@t4] 2020-01-01T00:00:04" BY "\n");
	tree_write(&tree, "deploy/f@t2.sql", "SELECT 1;\n");
	tree_write(&tree, "deploy/f@t4.sql", "SELECT 3;\n");
	tree_write(&tree, "deploy/f.sql", "SELECT 4;\n");
	tree_write(&tree, "deploy/g.sql", "SELECT 2;\n");
	tree_write(&tree, "revert/f@t3.sql", "SELECT -1;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);
	const struct migration *items = p.bundle.migrations;

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 4);
	packed_has(&p, &items[0].up, "SELECT 1;\n");
	packed_has(&p, &items[0].down, "SELECT -1;\n");
	packed_has(&p, &items[1].up, "SELECT 2;\n");
	packed_has(&p, &items[2].up, "SELECT 3;\n");
	packed_has(&p, &items[2].down, NULL);
	packed_has(&p, &items[3].up, "SELECT 4;\n");
}

static void test_conf(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "sqitch.conf",
		"[core]\n\tengine = pg\n\ttop_dir = ./db/ ; where\n\t# deploy_dir = no\n"
		"\textension = ddl\n\treworked_dir = \"db/old\"\n"
		"[engine \"pg\"]\n\tDeploy_Dir = do\n[engine \"sqlite\"]\n\tdeploy_dir = lite\n"
		"[target \"x\"]\n\ttop_dir = nowhere\n");
	tree_write(&tree, "db/sqitch.plan",
		HEAD "f 2020-01-01T00:00:01" BY "\n@t 2020-01-01T00:00:01" BY "\n"
		     "f 2020-01-01T00:00:02" BY "\n");
	tree_write(&tree, "db/old/deploy/f@t.ddl", "SELECT 1;\n");
	tree_write(&tree, "do/f.ddl", "SELECT 2;\n");
	tree_write(&tree, "lite/f.ddl", "SELECT 3;\n");
	tree_write(&tree, "db/revert/f.ddl", "SELECT -2;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);
	LG_CLEANUP(packed_drop) struct packed q = packed_new(&tree, NULL, SQL_SQLITE);

	assert_string_equal(p.err.text, "");
	assert_string_equal(p.bundle.migrations[0].up.file, "db/old/deploy/f@t.ddl");
	packed_has(&p, &p.bundle.migrations[1].up, "SELECT 2;\n");
	packed_has(&p, &p.bundle.migrations[1].down, "SELECT -2;\n");
	packed_has(&q, &q.bundle.migrations[1].up, "SELECT 3;\n");
}

static void test_refusals(void **state)
{
	(void)state;
	static const char plan[] = HEAD "a 2020-01-01T00:00:01" BY "\n";
	static const struct refusal refusals[] = {
		{"sqitch.plan", HEAD "\na b c\n", NULL, NULL, "this is no change", "sqitch.plan",
			5},
		{"sqitch.plan", HEAD "a 2020-01-01 00:00:00" BY "\n", NULL, NULL,
			"this is no change", "sqitch.plan", 4},
		{"sqitch.plan", HEAD "@v1 2020-01-01T00:00:00" BY "\n", NULL, NULL,
			"a tag stands before the first change", "sqitch.plan", 4},
		{"sqitch.plan", HEAD "- a 2020-01-01T00:00:00" BY "\n", NULL, NULL,
			"a plan that reverts a change", "sqitch.plan", 4},
		{"sqitch.plan", HEAD "a [b] 2020-01-01T00:00:00" BY "\nb 2020-01-01T00:00:01" BY,
			NULL, NULL,
			"'a' [b]: a change depends on one that does not stand before it",
			"sqitch.plan", 4},
		{"sqitch.plan", HEAD "a [other:b] 2020-01-01T00:00:00" BY "\n", NULL, NULL,
			"depends on another project", "sqitch.plan", 4},
		{"sqitch.plan", HEAD "a 2020-01-01T00:00:00" BY "\nb [!a] 2020-01-01T00:00:01" BY,
			NULL, NULL, "conflicts with one before it", "sqitch.plan", 5},
		{"sqitch.plan",
			HEAD "a 2020-01-01T00:00:00" BY "\n@t 2020-01-01T00:00:01" BY
			     "\na 2020-01-01T00:00:00" BY "\na 2020-01-01T00:00:01" BY,
			NULL, NULL, "a change stands there twice, and no tag between",
			"sqitch.plan", 7},
		{"sqitch.plan", plan, NULL, NULL, "'deploy/a.sql' is planned, but not there",
			"sqitch.plan", 4},
		{"sqitch.plan", HEAD "../a 2020-01-01T00:00:01" BY "\n", NULL, NULL,
			"is no name that a bundle can hold", "sqitch.plan", 4},
		{"sqitch.plan", plan, "deploy/a.sql", "BEGIN;\n\\i other.sql\nCOMMIT;\n",
			"is a command of psql", "deploy/a.sql", 2},
		{"sqitch.plan", plan, "deploy/a.sql", "BEGIN;\nSELECT :'who';\nCOMMIT;\n",
			"a variable of psql", "deploy/a.sql", 2},
		{"sqitch.plan", plan, "deploy/a.sql", "GRANT x TO :who;\n", "a variable of psql",
			"deploy/a.sql", 1},
		{"sqitch.plan", plan, "deploy/a.sql", "BEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;\n",
			"controls the transaction", "deploy/a.sql", 1},
		{"sqitch.plan", plan, "sqitch.conf", "[core]\nplan_file = ../sqitch.plan\n",
			"'../sqitch.plan' leads out of the folder", "sqitch.conf", 0},
	};

	refusals_are_as_said(refusals, LG_COUNT_OF(refusals), NULL, SQL_POSTGRES);
}

static void test_project_that_was_asked_for(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(bundle_release) struct bundle bundle;
	LG_CLEANUP(folder_result_release) struct folder_result result = {0};
	const struct folder_options options = {.project = "shop", .engine = SQL_SQLITE};
	struct lg_error err = {0};

	tree_write(&tree, "sqitch.plan", HEAD);
	bundle_init(&bundle);
	assert_int_equal(folder_pack(tree.path, &options, &bundle, &result, &err), LG_OK);
	assert_string_equal(bundle.project, "shop");
}

static void test_new(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(lg_buf_release) struct lg_buf paths;
	struct lg_error err = {0};

	lg_buf_init(&paths, LG_BUF_MAX_BYTES);
	assert_int_equal(folder_new(tree.path, "sqitch", "add_email", 0, &paths, &err), LG_USAGE);
	assert_non_null(strstr(err.hint, "sqitch init"));
	tree_write(&tree, "sqitch.plan", HEAD "a 2027-01-01T00:00:01" BY);
	tree_write(&tree, "deploy/a.sql", "");
	format_creates(&tree, NULL,
		"deploy/add_email.sql revert/add_email.sql verify/add_email.sql sqitch.plan");
	assert_int_equal(folder_new(tree.path, NULL, "add_email", 0, &paths, &err), LG_USAGE);

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 2);
	assert_string_equal(p.bundle.migrations[1].version, "20270101000001.1");
	packed_has(&p, &p.bundle.migrations[1].up, "\n\n");
	packed_has(&p, &p.bundle.migrations[1].down, "-- Revert add_email\n\n\n\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_reworked_changes),
		cmocka_unit_test(test_conf),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_project_that_was_asked_for),
		cmocka_unit_test(test_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

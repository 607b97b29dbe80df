/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/packed.h"

#define HEAD "--liquibase formatted sql\n"

static const struct migration *find(
	const struct packed *p, enum migration_kind kind, const char *version)
{
	const struct migration *migration = bundle_find(&p->bundle, kind, version);

	if (!migration)
		fail_msg("no '%s': %s", version, p->err.text);
	return migration;
}

static bool has_note(const struct packed *p, const char *file, uint32_t line, const char *text)
{
	for (size_t i = 0; i < p->result.note_count; i++)
		if (strcmp(p->result.notes[i].file, file) == 0 && p->result.notes[i].line == line &&
			strstr(p->result.notes[i].text, text))
			return true;
	return false;
}

static void test_changesets(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "db.changelog.sql",
		"\n -- Liquibase  formatted SQL\n-- a comment\n\n"
		"--changeset bob@work:create-users runInTransaction:true labels: context:\n"
		"--comment: hello\n"
		"CREATE TABLE a(x int);\n--rollback DROP TABLE\n\n--  ROLLBACK  a;\n"
		"-- Changeset \"a b\":\"2 3\" runInTransaction:false stripComments:false\n"
		"-- lockgate: phase=contract\n"
		"SELECT '\n--changeset no:one\n', $$\n--changeset no:two\n$$;\n"
		"--rollback empty\n"
		"--changeset c:3 splitStatements:false endDelimiter:;\nSELECT 3;\n"
		"/* liquibase rollback\nSELECT\n-3;\n*/\n"
		"--changeset c:4\nSELECT 4;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);
	const struct migration *first = find(&p, MIGRATION_VERSIONED, "1.1");
	const struct migration *second = find(&p, MIGRATION_VERSIONED, "1.2");
	const struct migration *third = find(&p, MIGRATION_VERSIONED, "1.3");

	assert_int_equal(p.bundle.count, 4);
	assert_string_equal(first->name, "bob_work_create-users");
	assert_string_equal(first->up.file, "db.changelog.sql");
	packed_has(&p, &first->up,
		"--comment: hello\nCREATE TABLE a(x int);\n--rollback DROP TABLE\n\n"
		"--  ROLLBACK  a;\n");
	assert_int_equal(first->up.first_line, 6);
	packed_has(&p, &first->down, "DROP TABLE\n\na;");
	assert_int_equal(first->down.first_line, 8);
	assert_string_equal(second->name, "a_b_2_3");
	assert_false(second->up.directives.is_transactional);
	assert_false(second->down.directives.is_transactional);
	assert_int_equal(second->up.directives.phase, PHASE_CONTRACT);
	packed_has(&p, &second->down, "-- lockgate: transaction=off\n");
	packed_has(&p, &third->down, "SELECT\n-3;\n");
	assert_int_equal(third->down.first_line, 22);
	packed_has(&p, &find(&p, MIGRATION_VERSIONED, "1.4")->down, NULL);
}

static void test_what_runs_again(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "a.sql",
		HEAD "--changeset z:view runOnChange:true\nSELECT 1;\n--rollback SELECT 2;\n"
		     "--changeset b:always runAlways:true\nSELECT 3;\n"
		     "--changeset b:once runAlways:false\nSELECT 4;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_int_equal(p.bundle.count, 3);
	packed_has(&p, &find(&p, MIGRATION_REPEATABLE, "z_view")->down, NULL);
	packed_has(&p, &find(&p, MIGRATION_REPEATABLE, "b_always")->up, "SELECT 3;\n");
	packed_has(&p, &find(&p, MIGRATION_VERSIONED, "1.3")->up, "SELECT 4;\n");
	assert_true(has_note(&p, "a.sql", 2, "rollback is left out"));
	assert_true(has_note(&p, "a.sql", 5, "not with every run"));
	assert_true(has_note(&p, "a.sql", 5, "'b_always' runs before 'z_view'"));
}

static void test_engines(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "a.sql",
		HEAD "--changeset a:1 dbms:postgresql,h2\nSELECT 1;\n"
		     "--changeset a:2 dbms:!postgresql\nSELECT 2;\n"
		     "--changeset a:3 dbms:oracle\nSELECT 3;\n"
		     "--changeset a:4 dbms:all ignore:true\nSELECT 4;\n"
		     "--changeset a:5 dbms:!oracle,!h2\nSELECT 5;\n");
	tree_write(&tree, "h2/b.sql", HEAD "--changeset a:1\nSELECT 1;\n");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);
	LG_CLEANUP(packed_drop) struct packed q = packed_new(&tree, NULL, SQL_SQLITE);

	assert_int_equal(p.bundle.count, 2);
	(void)find(&p, MIGRATION_VERSIONED, "1.1");
	(void)find(&p, MIGRATION_VERSIONED, "1.5");
	packed_skips(&p, "a.sql");
	packed_skips(&p, "h2");
	assert_int_equal(q.bundle.count, 2);
	(void)find(&q, MIGRATION_VERSIONED, "1.2");
}

static void test_files(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree numbered = tree_new();
	LG_CLEANUP(tree_drop) struct tree named = tree_new();

	tree_write(&numbered, "v1.0/002-b.sql", HEAD "--changeset a:1\nSELECT 2;\n");
	tree_write(&numbered, "v1.0/001-a.sql", HEAD "--changeset a:1\nSELECT 1;\n");
	tree_write(&numbered, "v1.1/001-c.sql",
		HEAD "--changeset a:1\nSELECT 3;\n--changeset a:2\nSELECT 4;\n");
	tree_write(&numbered, "v1.1/raw.sql", "SELECT 5;\n");
	tree_write(&named, "b.sql", HEAD "--changeset a:1\nSELECT 2;\n");
	tree_write(&named, "1a.sql", HEAD "--changeset a:1\nSELECT 1;\n");
	tree_write(&named, "settings.json", "{}");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&numbered, NULL, SQL_POSTGRES);
	LG_CLEANUP(packed_drop) struct packed q = packed_new(&named, NULL, SQL_POSTGRES);

	packed_has(&p, &find(&p, MIGRATION_VERSIONED, "1.0.001.1")->up, "SELECT 1;\n");
	packed_has(&p, &find(&p, MIGRATION_VERSIONED, "1.0.002.1")->up, "SELECT 2;\n");
	packed_has(&p, &find(&p, MIGRATION_VERSIONED, "1.1.001.2")->up, "SELECT 4;\n");
	assert_true(has_note(&p, "v1.1/raw.sql", 1, "left out"));
	packed_has(&q, &find(&q, MIGRATION_VERSIONED, "1.1")->up, "SELECT 1;\n");
	packed_has(&q, &find(&q, MIGRATION_VERSIONED, "2.1")->up, "SELECT 2;\n");
}

static void test_refusals(void **state)
{
	(void)state;
	static const struct refusal refusals[] = {
		{"a.sql", HEAD "--changeset nobody\n", NULL, NULL,
			"a changeset without author and id", "a.sql", 2},
		{"a.sql", HEAD "--changeset a:1 context:test\n", NULL, NULL,
			"for some contexts or labels only", "a.sql", 2},
		{"a.sql", HEAD "--changeset a:1 contextFilter:\"a or b\"\n", NULL, NULL,
			"for some contexts or labels only", "a.sql", 2},
		{"a.sql", HEAD "--changeset a:1 endDelimiter:/\n", NULL, NULL,
			"end in something else than ';'", "a.sql", 2},
		{"a.sql", HEAD "--changeset a:1 failOnError:false\n", NULL, NULL,
			"a changeset that may fail", "a.sql", 2},
		{"a.sql", HEAD "--changeset a:1 runWith:psql\n", NULL, NULL,
			"that another program runs", "a.sql", 2},
		{"a.sql",
			HEAD "--changeset a:1\n--preconditions onFail:HALT\n"
			     "--precondition-sql-check expectedResult:0 SELECT 1\n",
			NULL, NULL, "a precondition", "a.sql", 4},
		{"a.sql", HEAD "--property name:x value:y\n", NULL, NULL, "a property of Liquibase",
			"a.sql", 2},
		{"a.sql", HEAD "--changeset a:1\nSELECT '${x}';\n", NULL, NULL,
			"a placeholder: '${x'", "a.sql", 3},
		{"a.sql", HEAD "--changeset a:1\n--ignoreLines:1\n", NULL, NULL,
			"lines for Liquibase to ignore", "a.sql", 3},
		{"a.sql", HEAD "--include file:b.sql\n", NULL, NULL,
			"the inclusion of another changelog", "a.sql", 2},
		{"a.sql", HEAD "SELECT 1;\n--changeset a:1\n", NULL, NULL,
			"a statement stands before the first changeset", "a.sql", 1},
		{"a.sql", HEAD "-- lockgate: phase=expand\n--changeset a:1\n", NULL, NULL,
			"a directive that belongs to no changeset", "a.sql", 2},
		{"a.sql", HEAD "--changeset a:1\n--rollback changesetId:1 changesetAuthor:a\n",
			NULL, NULL, "a rollback that names another changeset", "a.sql", 3},
		{"a.sql",
			HEAD "--changeset a:1\n--rollback SELECT 1;\n"
			     "/* liquibase rollback\nSELECT 2; */\n",
			NULL, NULL, "a second rollback", "a.sql", 4},
		{"a.sql",
			HEAD "--changeset a:1\n--changeset a:2\n--changeset a:1 dbms:sqlite\n"
			     "--changeset a:2 dbms:postgresql\n",
			NULL, NULL, "the changeset 'a:2' stands here twice, first in line 3",
			"a.sql", 5},
		{"a.sql", HEAD "--changeset a:1\nSELECT 1;\n--rollback COMMIT;\n", NULL, NULL, "",
			"a.sql", 4},
		{"a.sql", HEAD, "b/c.xml", "<?xml?><databaseChangeLog/>",
			"'b/c.xml' is a changelog that is no SQL", "b/c.xml", 0},
		{"main.yaml", "databaseChangeLog:\n", "b/c.sql", HEAD,
			"'main.yaml' is a changelog that is no SQL", "main.yaml", 0},
	};

	refusals_are_as_said(refusals, LG_COUNT_OF(refusals), NULL, SQL_POSTGRES);
}

/* A NUL ends no word, so there was no end of looking for one. */
static void test_nul_in_a_changeset(void **state)
{
	static const char text[] = HEAD "--changeset a:1 endDelimiter\0\0x\nSELECT 1;\n";

	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write_bytes(&tree, "a.sql", text, sizeof(text) - 1);
	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, "liquibase", SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 1);
	packed_has(&p, &p.bundle.migrations[0].up, "SELECT 1;\n");
}

static void test_order(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "10-a.sql", HEAD);
	tree_write(&tree, "2-b.sql", HEAD);

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text,
		"'10-a.sql' comes before '2-b.sql' by name, but after it by its number");
	assert_string_equal(p.err.file, "2-b.sql");
}

static void test_native_folders_stay_native(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, "1_a.sql", "SELECT 1;\n--liquibase formatted sql\n");
	tree_write(&tree, "changelog.xml", "<databaseChangeLog/>");
	tree_write(&tree, "old/a.sql", HEAD);

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	(void)find(&p, MIGRATION_VERSIONED, "1");
}

static void test_new(void **state)
{
	(void)state;
	LG_CLEANUP(tree_drop) struct tree empty = tree_new();
	LG_CLEANUP(tree_drop) struct tree numbered = tree_new();
	LG_CLEANUP(tree_drop) struct tree named = tree_new();
	LG_CLEANUP(lg_buf_release) struct lg_buf paths;
	struct lg_error err = {0};

	format_creates(&empty, "liquibase", "20260105093000_add_email.sql");
	format_creates(&empty, NULL, "20260105093001_add_email.sql");
	tree_write(&numbered, "v1/009-a.sql", HEAD);
	format_creates(&numbered, NULL, "v1/010-add_email.sql");
	tree_write(&named, "main.sql", HEAD);
	lg_buf_init(&paths, LG_BUF_MAX_BYTES);
	assert_int_equal(folder_new(named.path, NULL, "add_email", 0, &paths, &err), LG_USAGE);
	assert_non_null(strstr(err.hint, "--changeset AUTHOR:add_email"));

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&empty, NULL, SQL_POSTGRES);

	packed_has(&p, &find(&p, MIGRATION_VERSIONED, "20260105093000.1")->down, NULL);
	packed_has(&p, &find(&p, MIGRATION_VERSIONED, "20260105093001.1")->up, "\n\n--rollback \n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changesets),
		cmocka_unit_test(test_what_runs_again),
		cmocka_unit_test(test_engines),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_nul_in_a_changeset),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_native_folders_stay_native),
		cmocka_unit_test(test_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

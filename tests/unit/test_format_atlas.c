/* SPDX-License-Identifier: MIT */
#include "bundles/formats/atlas.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "bundles/formats/atlas_sum.h"
#include "tests/support/packed.h"

static const char format[] = "atlas";

/* Written by another program after the description of the layout. */
static const char golden[] = "h1:T3FrjMO+qHUHiHl0WnUHeBfwV7jUwSASOe8YEva+KAo=\n"
			     "1_a.sql h1:s6ya77vU4XVCpgeGyy1p/qdNofzPwSFZEhBk+YFjUPs=\n"
			     "2_b c.sql h1:Gw7KKr0FuGzTAa8BnmoT30nBPDbpnTrB9irsuD/kewo=\n";
static const char golden_ignoring[] = "h1:J3IskCpOikwz9JFwbWSFUR5CYxftIy3cnK5hO+cM+9c=\n"
				      "1_a.sql h1:oHx7vmeRbxB72kdSGUkFhE08red3y82zeqcbzCxkGjo=\n"
				      "3_c.sql h1:9tAH5dHWrLyY7rp0oboSIWTvKTne4PrrKpTXHaHHcoc=\n";

/* Two files, and their sum. */
static struct tree golden_tree(void)
{
	struct tree tree = tree_new();

	tree_write(&tree, "1_a.sql", "CREATE TABLE a (b int);\n");
	tree_write(&tree, "2_b c.sql", "CREATE TABLE c (d int);\n");
	tree_write(&tree, ATLAS_SUM, golden);
	return tree;
}

/* Writes the sum that fits what the folder has. */
static void seal(const struct tree *tree)
{
	LG_CLEANUP(folder_list_release) struct folder_list list = {.fd = -1};
	LG_CLEANUP(folder_reader_release) struct folder_reader reader = {.fd = -1};
	LG_CLEANUP(bundle_release) struct bundle bundle;
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct lg_error err = {0};

	bundle_init(&bundle);
	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	reader.bundle = &bundle;
	assert_int_equal(folder_reader_open(&reader, tree->path, &err), LG_OK);
	assert_int_equal(folder_list_open(&list, &reader, NULL, &err), LG_OK);
	assert_int_equal(atlas_sum_write(&reader, &list, &text, &err), LG_OK);
	tree_write(tree, ATLAS_SUM, text.text);
}

static void folder_is_packed(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = golden_tree();

	(void)state;
	tree_write(&tree, "README.md", "");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_SQLITE);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 2);
	assert_string_equal(p.bundle.migrations[1].version, "2");
	assert_string_equal(p.bundle.migrations[1].name, "b_c");
	packed_has(&p, &p.bundle.migrations[1].up, "CREATE TABLE c (d int);\n");
	assert_int_equal(p.result.skip_count, 1);
}

static void sum_is_written_as_it_is_read(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = golden_tree();
	LG_FREE_BY_SCOPE char *text = NULL;
	size_t len = 0;

	(void)state;
	seal(&tree);
	text = tree_read(tree_path(&tree, ATLAS_SUM), &len);
	assert_string_equal(text, golden);
}

static void file_may_be_left_out_of_the_sum(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "1_a.sql", "SELECT 1;\n");
	tree_write(&tree, "2_b.sql", "-- atlas:sum ignore\n\nSELECT 2;\n");
	tree_write(&tree, "3_c.sql", "SELECT 3;\n");
	tree_write(&tree, ATLAS_SUM, golden_ignoring);
	{
		LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_SQLITE);

		assert_string_equal(p.err.text, "");
		assert_int_equal(p.bundle.count, 3);
	}
	tree_write(&tree, "2_b.sql", "-- atlas:sum ignore\n\nSELECT 2, 2;\n");
	LG_CLEANUP(packed_drop) struct packed edited = packed_new(&tree, NULL, SQL_SQLITE);

	assert_string_equal(edited.err.text, "");
}

static void assert_refused(
	const struct tree *tree, const char *text, const char *file, uint32_t line)
{
	LG_CLEANUP(packed_drop) struct packed p = packed_new(tree, format, SQL_SQLITE);

	if (!strstr(p.err.text, text))
		fail_msg("'%s', not '%s'", p.err.text, text);
	assert_int_equal(p.err.status, LG_FORMAT);
	assert_string_equal(p.err.file, file);
	assert_int_equal(p.err.line, line);
	assert_int_not_equal(p.err.hint[0], '\0');
}

static void changed_folders_are_refused_by_file(void **state)
{
	LG_CLEANUP(tree_drop) struct tree edited = golden_tree();
	LG_CLEANUP(tree_drop) struct tree added = golden_tree();
	LG_CLEANUP(tree_drop) struct tree appended = golden_tree();
	LG_CLEANUP(tree_drop) struct tree removed = tree_new();
	LG_CLEANUP(tree_drop) struct tree missing = tree_new();

	(void)state;
	tree_write(&edited, "1_a.sql", "CREATE TABLE a (b int);\r\n");
	assert_refused(&edited, "'1_a.sql' was edited", "1_a.sql", 0);
	tree_write(&added, "10_x.sql", "SELECT 1;\n");
	assert_refused(&added, "'10_x.sql' was added", "10_x.sql", 0);
	tree_write(&appended, "3_x.sql", "SELECT 1;\n");
	assert_refused(&appended, "'3_x.sql' was added", "3_x.sql", 0);
	tree_write(&removed, "2_b c.sql", "CREATE TABLE c (d int);\n");
	tree_write(&removed, ATLAS_SUM, golden);
	assert_refused(&removed, "'1_a.sql' was removed", ATLAS_SUM, 2);
	tree_write(&missing, "1_a.sql", "SELECT 1;\n");
	assert_refused(&missing, "there is no 'atlas.sum'", ATLAS_SUM, 0);
}

static void broken_sums_are_refused_by_line(void **state)
{
	static const struct broken {
		const char *sum, *text;
		uint32_t line;
	} broken[] = {
		{"", "does not fit the lines below", 1},
		{"h1:AAAA\n", "does not fit the lines below", 1},
		{"1_a.sql h1:AAAA\n", "does not begin with 'h1:'", 1},
		{"h1:AAAA\n<<<<<<< HEAD\n", "is not 'NAME h1:DIGEST'", 2},
		{"h1:AAAA\n h1:AAAA\n", "is not 'NAME h1:DIGEST'", 2},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(broken); i++) {
		LG_CLEANUP(tree_drop) struct tree tree = golden_tree();

		tree_write(&tree, ATLAS_SUM, broken[i].sum);
		assert_refused(&tree, broken[i].text, ATLAS_SUM, broken[i].line);
	}
}

static void directives_are_carried_over(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	const struct migration *migrations;

	(void)state;
	tree_write(&tree, "1.sql",
		"-- atlas:txmode none\n-- atlas:nolint\n-- atlas: says who\n\nSELECT 1;\n");
	tree_write(&tree, "2_b.sql", "-- atlas:checkpoint tag\n\nSELECT 2;\n");
	tree_write(&tree, "3_c.sql", "-- atlas:nolint\nSELECT 3;\n\n-- atlas:txmode none\n");
	tree_write(&tree, "4_d.sql", "-- atlas:txmode file\n-- atlas:delimiter ;\n\nSELECT 4;\n");
	seal(&tree);

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 4);
	migrations = p.bundle.migrations;
	assert_string_equal(migrations[0].name, "unnamed");
	assert_false(migrations[0].up.directives.is_transactional);
	assert_int_equal(migrations[1].kind, MIGRATION_BASELINE);
	assert_true(migrations[1].up.directives.is_transactional);
	assert_true(migrations[2].up.directives.is_transactional);
	assert_int_equal(migrations[2].kind, MIGRATION_VERSIONED);
	assert_true(migrations[3].up.directives.is_transactional);
}

static const struct refusal refusals[] = {
	{"1_a.sql", "-- why\n-- atlas:txmode all\n\nSELECT 1;\n", NULL, NULL,
		"neither 'none' nor 'file'", "1_a.sql", 2},
	{"1_a.sql", "-- atlas:txmode none\nSELECT 1;\n", NULL, NULL, "no empty line follows",
		"1_a.sql", 1},
	{"1_a.sql", "-- atlas:checkpoint\r\n\r\nSELECT 1;\n", NULL, NULL, "no empty line follows",
		"1_a.sql", 1},
	{"1_a.sql", "-- atlas:delimiter \\n\\n\\n\n\nSELECT 1\n", NULL, NULL, "'atlas:delimiter'",
		"1_a.sql", 1},
	{"1_a.sql", "\n", "2_b.sql", "-- atlas:txtar\n\n", "is not carried over", "2_b.sql", 1},
	{"a.sql", "", NULL, NULL, "is no number", "a.sql", 0},
	{"v1_a.sql", "", NULL, NULL, "is no number", "v1_a.sql", 0},
	{"9_a.sql", "", "10_b.sql", "", "'10_b.sql' comes before '9_a.sql'", "9_a.sql", 0},
	{"1_a.sql", "\nCOMMIT;\n", NULL, NULL, "COMMIT", "1_a.sql", 2},
};

static void refusals_have_a_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(refusals); i++) {
		LG_CLEANUP(tree_drop) struct tree tree = tree_new();

		tree_write(&tree, refusals[i].first, refusals[i].first_text);
		if (refusals[i].second)
			tree_write(&tree, refusals[i].second, refusals[i].second_text);
		seal(&tree);
		assert_refused(&tree, refusals[i].text, refusals[i].file, refusals[i].line);
	}
}

static void files_may_be_of_another_tool(void **state)
{
	LG_CLEANUP(tree_drop) struct tree pairs = tree_new();
	LG_CLEANUP(tree_drop) struct tree goose = tree_new();
	LG_CLEANUP(tree_drop) struct tree dbmate = tree_new();

	(void)state;
	tree_write(&pairs, "1_a.up.sql", "-- atlas:txmode none\n\nSELECT 1;\n");
	tree_write(&pairs, "1_a.down.sql", "SELECT -1;\n");
	tree_write(&pairs, "2_b.up.sql", "BEGIN;\nSELECT 2;\nCOMMIT;\n");
	seal(&pairs);
	/* Down scripts are not in the sum. */
	tree_write(&pairs, "1_a.down.sql", "SELECT -2;\n");
	tree_write(&goose, "1_a.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT -1;\n");
	seal(&goose);
	tree_write(&dbmate, "1_a.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT -1;\n");
	seal(&dbmate);

	LG_CLEANUP(packed_drop) struct packed a = packed_new(&pairs, NULL, SQL_POSTGRES);
	LG_CLEANUP(packed_drop) struct packed b = packed_new(&goose, NULL, SQL_POSTGRES);
	LG_CLEANUP(packed_drop) struct packed c = packed_new(&dbmate, NULL, SQL_POSTGRES);

	packed_has(&a, &a.bundle.migrations[0].down, "SELECT -2;\n");
	assert_false(a.bundle.migrations[0].up.directives.is_transactional);
	packed_has(&a, &a.bundle.migrations[1].up, "SELECT 2;\n");
	packed_has(&b, &b.bundle.migrations[0].down, "SELECT -1;\n");
	packed_has(&c, &c.bundle.migrations[0].down, "SELECT -1;\n");
}

static void new_goes_on_with_files_and_sum(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(tree_drop) struct tree pairs = tree_new();

	(void)state;
	format_creates(&tree, format, "20260105093000_add_email.sql");
	format_creates(&tree, NULL, "20260105093001_add_email.sql");
	tree_write(&pairs, "0001_a.up.sql", "SELECT 1;\n");
	seal(&pairs);
	format_creates(&pairs, NULL, "0002_add_email.up.sql 0002_add_email.down.sql");

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, NULL, SQL_POSTGRES);
	LG_CLEANUP(packed_drop) struct packed q = packed_new(&pairs, NULL, SQL_POSTGRES);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 2);
	assert_string_equal(q.err.text, "");
	assert_int_equal(q.bundle.count, 2);
}

static void new_blesses_no_edited_file(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = golden_tree();
	LG_CLEANUP(lg_buf_release) struct lg_buf paths;
	struct lg_error err = {0};

	(void)state;
	lg_buf_init(&paths, LG_BUF_MAX_BYTES);
	tree_write(&tree, "1_a.sql", "DROP TABLE a;\n");
	assert_int_equal(folder_new(tree.path, NULL, "x", 0, &paths, &err), LG_FORMAT);
	assert_string_equal(err.file, "1_a.sql");
	assert_string_equal(paths.text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folder_is_packed),
		cmocka_unit_test(sum_is_written_as_it_is_read),
		cmocka_unit_test(file_may_be_left_out_of_the_sum),
		cmocka_unit_test(changed_folders_are_refused_by_file),
		cmocka_unit_test(broken_sums_are_refused_by_line),
		cmocka_unit_test(directives_are_carried_over),
		cmocka_unit_test(refusals_have_a_place),
		cmocka_unit_test(files_may_be_of_another_tool),
		cmocka_unit_test(new_goes_on_with_files_and_sum),
		cmocka_unit_test(new_blesses_no_edited_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "bundles/bundle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "bundles/archive.h"
#include "bundles/folder.h"
#include "bundles/limits.h"
#include "tests/support/tree.h"

static void bundle_reads_engine_names(void **state)
{
	enum sql_dialect engine = SQL_POSTGRES;

	(void)state;
	assert_string_equal(bundle_engine_name(SQL_POSTGRES), "postgres");
	assert_true(bundle_engine_parse("sqlite", &engine));
	assert_int_equal(engine, SQL_SQLITE);
	assert_false(bundle_engine_parse("SQLite", &engine));
	assert_false(bundle_engine_parse("", &engine));
}

static void bundle_knows_names(void **state)
{
	char name[BUNDLE_MAX_NAME_CHARS + 2] = {0};

	(void)state;
	for (size_t i = 0; i < BUNDLE_MAX_NAME_CHARS; i++)
		name[i] = 'x';
	assert_true(bundle_name_is_valid(name));
	name[BUNDLE_MAX_NAME_CHARS] = 'x';
	assert_false(bundle_name_is_valid(name));
	assert_true(bundle_name_is_valid("aZ0_-"));
	assert_false(bundle_name_is_valid(""));
	assert_false(bundle_name_is_valid("a.b"));
	assert_false(bundle_name_is_valid("a b"));
	assert_false(bundle_name_is_valid("\xc3\xbc"));
}

static void bundle_knows_file_names(void **state)
{
	static const struct {
		const char *file;
		bool is_valid;
	} cases[] = {
		{"1_x.sql", true},
		{"1 x\xc3\xbc.sql", true},
		{"seeds/1_x.sql", true},
		{"", false},
		{".", false},
		{"..", false},
		{"seeds/", false},
		{"seeds/..", false},
		{"seeds/a/b", true},
		{"other/1_x.sql", true},
		{"other/../1_x.sql", false},
		{"/1_x.sql", false},
		{"1\n.sql", false},
		{"1\x7f.sql", false},
		{"1\xc2\x85.sql", false},
		{"1\xff.sql", false},
		{"1\xc2", false},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++)
		assert_int_equal(bundle_file_is_valid(cases[i].file), cases[i].is_valid);
}

static void bundle_finds_migrations(void **state)
{
	struct migration migrations[] = {
		{.kind = MIGRATION_BASELINE, .version = "2"},
		{.kind = MIGRATION_VERSIONED, .version = "02"},
		{.kind = MIGRATION_VERSIONED, .version = "10"},
		{.kind = MIGRATION_REPEATABLE, .version = "views"},
		{.kind = MIGRATION_SEED, .version = "10"},
	};
	const struct bundle bundle = {.migrations = migrations, .count = LG_COUNT_OF(migrations)};
	struct lg_error err = {0};
	size_t culprit;

	(void)state;
	assert_int_equal(migration_check_order(migrations, bundle.count, &culprit, &err), LG_OK);
	assert_ptr_equal(bundle_find(&bundle, MIGRATION_BASELINE, "2"), &migrations[0]);
	assert_ptr_equal(bundle_find(&bundle, MIGRATION_VERSIONED, "2.0"), &migrations[1]);
	assert_ptr_equal(bundle_find(&bundle, MIGRATION_VERSIONED, "10"), &migrations[2]);
	assert_ptr_equal(bundle_find(&bundle, MIGRATION_REPEATABLE, "views"), &migrations[3]);
	assert_ptr_equal(bundle_find(&bundle, MIGRATION_SEED, "010"), &migrations[4]);
	assert_null(bundle_find(&bundle, MIGRATION_SEED, "11"));
	assert_null(bundle_find(&bundle, MIGRATION_REPEATABLE, "Views"));
	assert_null(bundle_find(&bundle, MIGRATION_VERSIONED, "not a version"));
}

static void migration_kinds_have_words(void **state)
{
	enum migration_kind kind = MIGRATION_VERSIONED;

	(void)state;
	for (int i = MIGRATION_VERSIONED; i <= MIGRATION_SEED; i++) {
		assert_true(
			migration_kind_parse(migration_kind_name((enum migration_kind)i), &kind));
		assert_int_equal(kind, i);
	}
	assert_false(migration_kind_parse("undo", &kind));
}

static void migration_order_names_the_culprit(void **state)
{
	const struct migration twice[] = {
		{.kind = MIGRATION_VERSIONED, .version = "1", .up.file = "1_a.up.sql"},
		{.kind = MIGRATION_VERSIONED, .version = "01", .up.file = "01_b.up.sql"},
	};
	const struct migration letters[] = {
		{.kind = MIGRATION_REPEATABLE, .version = "View", .up.file = "View.repeat.sql"},
		{.kind = MIGRATION_REPEATABLE, .version = "tables", .up.file = "tables.repeat.sql"},
		{.kind = MIGRATION_REPEATABLE, .version = "view", .up.file = "view.repeat.sql"},
	};
	struct lg_error err = {0};
	size_t culprit = 0;

	(void)state;
	assert_int_equal(migration_check_order(twice, 2, &culprit, &err), LG_FORMAT);
	assert_int_equal(culprit, 1);
	assert_non_null(strstr(err.text, "'1_a.up.sql' and in '01_b.up.sql'"));
	assert_int_equal(migration_check_order(letters, 3, &culprit, &err), LG_FORMAT);
	assert_non_null(strstr(err.text, "differ only in letter case"));
}

/* FORMAT.md, section "Example" */

static void write_example(const struct tree *tree, const char *text, const char *file)
{
	LG_FREE_BY_SCOPE char *heading = lg_format("`%s`\n\n```sql\n", file);
	const char *body = strstr(text, heading);
	const char *end;
	char name[64];

	assert_non_null(body);
	body += strlen(heading);
	end = strstr(body, "```");
	assert_non_null(end);
	(void)snprintf(name, sizeof(name), "m/%s", file);
	tree_write_bytes(tree, name, body, (size_t)(end - body));
}

static void format_example_is_true(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(bundle_release) struct bundle bundle;
	LG_FREE_BY_SCOPE char *text = tree_read("FORMAT.md", NULL);
	const char *manifest = strstr(text, "```manifest\n");
	const struct folder_options options = {.project = "shop", .engine = SQL_SQLITE};
	struct folder_result result = {0};
	struct lg_error err = {0};
	char id[LG_DIGEST_CHARS + 1];

	(void)state;
	write_example(&tree, text, "1_create_users.up.sql");
	write_example(&tree, text, "1_create_users.down.sql");
	write_example(&tree, text, "2_add_email.up.sql");
	bundle_init(&bundle);
	assert_int_equal(
		folder_pack(tree_path(&tree, "m"), &options, &bundle, &result, &err), LG_OK);

	assert_non_null(manifest);
	manifest += strlen("```manifest\n");
	assert_memory_equal(manifest, bundle.manifest.text, bundle.manifest.len);
	assert_memory_equal(manifest + bundle.manifest.len, "```", 3);
	lg_digest_format(&bundle.id, id);
	assert_non_null(strstr(text, id));
	folder_result_release(&result);
}

/* FORMAT.md, section "Limits": the numbers of limits.h, written with commas. */
static void format_states_the_limits(void **state)
{
	static const struct {
		uint64_t limit;
		const char *text;
	} cases[] = {
		{BUNDLE_MAX_ENTRIES, "| scripts | 50,000 |"},
		{BUNDLE_MAX_BODY_BYTES, "268,435,456 bytes"},
		{BUNDLE_MAX_TOTAL_BYTES, "1,073,741,824 bytes"},
		{BUNDLE_MAX_MANIFEST_BYTES, "33,554,432 bytes"},
		{BUNDLE_MAX_SIGNATURE_BYTES, "65,536 bytes"},
		{UINT64_C(1) << BUNDLE_MAX_WINDOW_LOG, "8,388,608 bytes"},
		{BUNDLE_MAX_STATEMENTS, "| 10,000,000 |"},
		{BUNDLE_MAX_NAME_CHARS, "| 200 characters |"},
		{BUNDLE_MAX_WAIVERS, "| waivers | 10,000 |"},
		{BUNDLE_MAX_REASON_CHARS, "| 1,000 characters |"},
		{BUNDLE_MAX_RETRIES, "| retries | 100 |"},
		{BUNDLE_MAX_SIGNATURES, "| signatures | 16, "},
	};
	LG_FREE_BY_SCOPE char *text = tree_read("FORMAT.md", NULL);

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		uint64_t number = 0;

		assert_non_null(strstr(text, cases[i].text));
		for (const char *at = cases[i].text + strcspn(cases[i].text, "0123456789");
			*at == ',' || (*at >= '0' && *at <= '9'); at++)
			if (*at != ',')
				number = number * 10 + (uint64_t)(*at - '0');
			else if (at[1] == ' ')
				break;
		assert_int_equal(number, cases[i].limit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bundle_reads_engine_names),
		cmocka_unit_test(bundle_knows_names),
		cmocka_unit_test(bundle_knows_file_names),
		cmocka_unit_test(bundle_finds_migrations),
		cmocka_unit_test(migration_kinds_have_words),
		cmocka_unit_test(migration_order_names_the_culprit),
		cmocka_unit_test(format_example_is_true),
		cmocka_unit_test(format_states_the_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

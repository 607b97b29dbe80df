/* SPDX-License-Identifier: MIT */
#include "bundles/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "bundles/archive.h"
#include "bundles/limits.h"
#include "tests/support/tree.h"

/* Half past nine on 5 January 2026, UTC. */
static const int64_t moment_us = INT64_C(1767605400) * 1000000;

struct packed {
	struct bundle bundle;
	struct folder_result result;
	struct lg_error err;
};

static void drop_packed(struct packed *packed)
{
	bundle_release(&packed->bundle);
	folder_result_release(&packed->result);
}

static struct packed pack_with(const struct tree *tree, const struct folder_options *options)
{
	struct packed packed = {0};

	bundle_init(&packed.bundle);
	if (folder_pack(tree->path, options, &packed.bundle, &packed.result, &packed.err))
		assert_int_not_equal(packed.err.text[0], '\0');
	return packed;
}

static struct packed pack(const struct tree *tree)
{
	const struct folder_options options = {.engine = SQL_SQLITE};

	return pack_with(tree, &options);
}

static void assert_text(
	const struct bundle *bundle, const struct migration_part *part, const char *expected)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct lg_error err = {0};

	assert_int_equal(bundle_view(bundle, part, &view, &err), LG_OK);
	assert_int_equal(view.len, strlen(expected));
	assert_memory_equal(view.text, expected, view.len);
}

static void folder_packs_every_kind(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "10_b.sql", "SELECT 10;\n");
	tree_write(&tree, "2_a.up.sql", "SELECT 2;\n");
	tree_write(&tree, "2_a.down.sql", "SELECT -2;\n");
	tree_write(&tree, "2_a.check.sql", "SELECT 1 WHERE 0;\n");
	tree_write(&tree, "2_squash.baseline.sql", "SELECT 0;\n");
	tree_write(&tree, "views.repeat.sql", "SELECT 3;\n");
	tree_write(&tree, "seeds/7_demo.sql", "SELECT 7;\n");
	tree_write(&tree, "waivers.txt", "order 2 merged late\n");

	LG_CLEANUP(drop_packed) struct packed p = pack(&tree);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 5);
	assert_int_equal(p.bundle.migrations[0].kind, MIGRATION_BASELINE);
	assert_string_equal(p.bundle.migrations[1].name, "a");
	assert_text(&p.bundle, &p.bundle.migrations[1].up, "SELECT 2;\n");
	assert_text(&p.bundle, &p.bundle.migrations[1].down, "SELECT -2;\n");
	assert_text(&p.bundle, &p.bundle.migrations[1].check, "SELECT 1 WHERE 0;\n");
	assert_string_equal(p.bundle.migrations[2].version, "10");
	assert_string_equal(p.bundle.migrations[3].version, "views");
	assert_string_equal(p.bundle.migrations[4].up.file, "seeds/7_demo.sql");
	assert_int_equal(p.bundle.waivers.count, 1);
	assert_true(p.bundle.has_bodies);
	assert_non_null(strstr(p.bundle.manifest.text, "\nwaiver order 2 merged%20late\nend 5\n"));
}

static void folder_may_be_empty(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(drop_packed) struct packed p = pack(&tree);

	(void)state;
	assert_int_equal(p.err.status, LG_OK);
	assert_int_equal(p.bundle.count, 0);
	assert_string_equal(p.bundle.manifest.text,
		"lockgate-bundle 1\nproject app\nengine sqlite\nalgorithm lg1\nend 0\n");
}

static void folder_that_only_seems_empty_is_refused(void **state)
{
	static const struct {
		const char *file, *format, *message;
	} cases[] = {
		{"migrations/1_a.sql", NULL, "'migrations' holds some"},
		{"sub/1_a.sql", NULL, "'sub' holds some"},
		{"sub/20240101-a.js", NULL, "'sub' holds some"},
		{"00001_a.sql", "flyway", "'00001_a.sql' is there"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(tree_drop) struct tree tree = tree_new();
		const struct folder_options options = {
			.engine = SQL_SQLITE, .format = cases[i].format};

		tree_write(&tree, cases[i].file, "SELECT 1;\n");
		tree_write(&tree, "docs/readme.md", "hello\n");

		LG_CLEANUP(drop_packed) struct packed p = pack_with(&tree, &options);

		assert_int_equal(p.err.status, LG_FORMAT);
		assert_non_null(strstr(p.err.text, cases[i].message));
	}
}

static void files_of_other_engines_are_left_out(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "1_a.up.sql", "SELECT 1;\n");
	tree_write(&tree, "1_a.sqlite3.up.sql", "SELECT 'lite';\n");
	tree_write(&tree, "1_a.postgres.up.sql", "SELECT 'pg';\n");
	tree_write(&tree, "2_b.mysql.up.sql", "SELECT `b`;\n");
	tree_write(&tree, "3_c.up.sql", "SELECT 3;\n");

	LG_CLEANUP(drop_packed) struct packed p = pack(&tree);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 2);
	assert_text(&p.bundle, &p.bundle.migrations[0].up, "SELECT 'lite';\n");
	assert_string_equal(p.bundle.migrations[0].up.file, "1_a.sqlite3.up.sql");
	assert_string_equal(p.bundle.migrations[0].name, "a");
	assert_string_equal(p.bundle.migrations[1].name, "c");
	assert_int_equal(p.result.skip_count, 3);
}

static void variant_decides_among_files(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	const struct folder_options options = {.engine = SQL_POSTGRES, .variant = "cockroach"};

	(void)state;
	tree_write(&tree, "1_a.postgres.up.sql", "SELECT 'pg';\n");
	tree_write(&tree, "1_a.cockroach.up.sql", "SELECT 'crdb';\n");
	tree_write(&tree, "2_b.up.sql", "SELECT 2;\n");

	LG_CLEANUP(drop_packed) struct packed p = pack_with(&tree, &options);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 2);
	assert_text(&p.bundle, &p.bundle.migrations[0].up, "SELECT 'crdb';\n");
}

static void folder_of_the_engine_is_packed(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "postgresql/1_a.sql", "SELECT 'pg';\n");
	tree_write(&tree, "sqlite/1_a.sql", "SELECT 'lite';\n");
	tree_write(&tree, "sqlite/seeds/2_demo.sql", "SELECT 2;\n");
	tree_write(&tree, "waivers.txt", "order 1 late\n");

	LG_CLEANUP(drop_packed) struct packed p = pack(&tree);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 2);
	assert_text(&p.bundle, &p.bundle.migrations[0].up, "SELECT 'lite';\n");
	assert_string_equal(p.bundle.migrations[0].up.file, "sqlite/1_a.sql");
	assert_int_equal(p.bundle.migrations[1].kind, MIGRATION_SEED);
	assert_string_equal(p.bundle.migrations[1].up.file, "sqlite/seeds/2_demo.sql");
	assert_int_equal(p.bundle.waivers.count, 1);
}

static void folder_that_is_missing_is_no_folder(void **state)
{
	const struct tree nowhere = {"/nowhere/at/all"};
	LG_CLEANUP(drop_packed) struct packed p = pack(&nowhere);

	(void)state;
	assert_int_equal(p.err.status, LG_IO);
	assert_non_null(strstr(p.err.text, "/nowhere/at/all"));
}

static void folder_lists_what_it_skips(void **state)
{
	static const char *const expected[][2] = {
		{"#1_a.up.sql#", "a backup of an editor"},
		{".1_a.up.sql.swp", "hidden"},
		{".hidden", "hidden"},
		{"1_a.up.sql.bak", "a backup of an editor"},
		{"1_a.up.sql.orig", "a backup of an editor"},
		{"1_a.up.sql~", "a backup of an editor"},
		{"README.md", "not a .sql file"},
		{"n%FF", "not a .sql file"},
		{"sub", "a folder"},
		{"seeds/notes.txt", "not a .sql file"},
		{"seeds/waivers.txt", "not a .sql file"},
	};
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	for (size_t i = 0; i < 7; i++)
		tree_write(&tree, expected[i][0], "not SQL '");
	tree_write(&tree, "n\xff", "");
	tree_write(&tree, "2_b.up.sql", "SELECT 2;\n");
	tree_write(&tree, "sub/1_x.up.sql", "not SQL '");
	tree_write(&tree, "seeds/notes.txt", "");
	tree_write(&tree, "seeds/waivers.txt", "");

	LG_CLEANUP(drop_packed) struct packed p = pack(&tree);

	assert_string_equal(p.err.text, "");
	assert_int_equal(p.result.skip_count, LG_COUNT_OF(expected));
	for (size_t i = 0; i < LG_COUNT_OF(expected); i++) {
		assert_string_equal(p.result.skips[i].file, expected[i][0]);
		assert_string_equal(p.result.skips[i].reason, expected[i][1]);
	}
}

static void folder_cuts_sections(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	const struct migration *migration;

	(void)state;
	tree_write(&tree, "1_x.sql",
		"\xEF\xBB\xBF-- lockgate: phase=expand\r\n"
		"-- migrate:up\r\n"
		"-- lockgate: lock_timeout=1s\n"
		"SELECT '\n-- migrate:down\n';\n"
		"/*\n-- migrate:down\n*/\n"
		" -- migrate:down\n"
		"--  migrate:down \n"
		"-- lockgate: retries=7\n"
		"SELECT 2;");

	LG_CLEANUP(drop_packed) struct packed p = pack(&tree);

	assert_string_equal(p.err.text, "");
	migration = &p.bundle.migrations[0];
	assert_text(&p.bundle, &migration->up,
		"-- lockgate: lock_timeout=1s\nSELECT '\n-- migrate:down\n';\n"
		"/*\n-- migrate:down\n*/\n -- migrate:down\n");
	assert_int_equal(migration->up.first_line, 3);
	assert_int_equal(migration->up.directives.phase, PHASE_EXPAND);
	assert_int_equal(migration->up.directives.lock_timeout_ms, 1000);
	assert_text(&p.bundle, &migration->down, "-- lockgate: retries=7\nSELECT 2;");
	assert_int_equal(migration->down.first_line, 12);
	assert_int_equal(migration->down.directives.retries, 7);
}

static void folder_sections_may_be_empty(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	tree_write(&tree, "1_x.sql", "-- migrate:up\n-- migrate:down");

	LG_CLEANUP(drop_packed) struct packed p = pack(&tree);

	assert_string_equal(p.err.text, "");
	assert_true(migration_has(&p.bundle.migrations[0].down));
	assert_int_equal(p.bundle.migrations[0].down.size, 0);
}

/* One or two files, and what is said of them. */
static const struct refusal {
	const char *first, *first_text;
	const char *second, *second_text;
	const char *text;
	const char *file;
	uint32_t line;
} refusals[] = {
	{"create_users.sql", "", NULL, NULL, "does not fit", "create_users.sql", 0},
	{"1.up.sql", "", NULL, NULL, "does not fit", "1.up.sql", 0},
	{"1_.up.sql", "", NULL, NULL, "does not fit", "1_.up.sql", 0},
	{"1_a b.up.sql", "", NULL, NULL, "does not fit", "1_a b.up.sql", 0},
	{"1_a.undo.sql", "", NULL, NULL, "does not fit", "1_a.undo.sql", 0},
	{"V1__a.sql", "", NULL, NULL, "does not fit", "V1__a.sql", 0},
	{".5_a.sql/x", "", "1._a.sql", "", "does not fit", "1._a.sql", 0},
	{"1_a.SQL", "", NULL, NULL, "lower case", "1_a.SQL", 0},
	{"1_\xff.up.sql", "", NULL, NULL, "not UTF-8", "1_%FF.up.sql", 0},
	{"1_\n.up.sql", "", NULL, NULL, "control characters", "1_%0A.up.sql", 0},
	{"seeds/1_a.up.sql", "", NULL, NULL, "VERSION_NAME.sql", "seeds/1_a.up.sql", 0},
	{"1_a.up.sql", "", "01_b.up.sql", "", "'01_b.up.sql' and in '1_a.up.sql'", "1_a.up.sql", 0},
	{"1_a.up.sql", "", "1.0_a.sql", "", "both are the up script", "1_a.up.sql", 0},
	{"1_a.up.sql", "", "1_a.sql", "", "both are the up script", "1_a.up.sql", 0},
	{"1_a.up.sql", "", "1_b.down.sql", "", "one version but two names", "1_b.down.sql", 0},
	{"1_a.up.sql", "", "1_A.check.sql", "", "one version but two names", "1_A.check.sql", 0},
	{"1_a.down.sql", "", NULL, NULL, "no up script beside it", "1_a.down.sql", 0},
	{"1_a.check.sql", "", NULL, NULL, "no up script beside it", "1_a.check.sql", 0},
	{"seeds/1_a.sql", "", "seeds/01_b.sql", "", "is in 'seeds/01_b.sql'", "seeds/1_a.sql", 0},
	{"a.repeat.sql", "", "A.repeat.sql", "", "only in letter case", NULL, 0},
	{"1_a.sql", "-- migrate:up\n-- migrate:down\n", "1_a.down.sql", "", "has a down section",
		"1_a.down.sql", 0},
	{"1_a.sql", "\n-- migrate:down\n", NULL, NULL, "without a '-- migrate:up'", "1_a.sql", 2},
	{"1_a.sql", "-- migrate:up\n\n-- migrate:up\n", NULL, NULL, "second '-- migrate:up'",
		"1_a.sql", 3},
	{"1_a.sql", "-- migrate:up\n-- migrate:down\n-- migrate:down\n", NULL, NULL,
		"behind '-- migrate:down'", "1_a.sql", 3},
	{"1_a.sql", "-- migrate:up transaction:false\n", NULL, NULL, "text behind", "1_a.sql", 1},
	{"1_a.up.sql", "-- no-transaction\nSELECT 1;\n", NULL, NULL, "order to another tool",
		"1_a.up.sql", 1},
	{"1_a.sql", "\n-- +goose Up\nSELECT 1;\n", NULL, NULL, "order to another tool", "1_a.sql",
		2},
	{"1_a.sql", "SELECT 1;\n-- migrate:up\n", NULL, NULL, "stands before", "1_a.sql", 1},
	{"1_a.sql", "-- lockgate: lock_timeout=1s\n-- migrate:up\n-- lockgate: lock_timeout=2s\n",
		NULL, NULL, "'lock_timeout' stands before and behind", "1_a.sql", 3},
	{"1_a.sql", "-- migrate:up\n\n-- migrate:down\n\nCOMMIT;\n", NULL, NULL, "COMMIT",
		"1_a.sql", 5},
	{"1_a.up.sql", "SELECT 1;\nSELECT 'x;\n", NULL, NULL, "not terminated", "1_a.up.sql", 2},
	{"1_a.up.sql/x", "", NULL, NULL, "not a regular file", "1_a.up.sql", 0},
	{"waivers.txt", "\ncolour 1 x\n", NULL, NULL, "colour", "waivers.txt", 2},
};

static void folder_refuses_with_a_place(void **state)
{
	const struct folder_options options = {.format = "native", .engine = SQL_SQLITE};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(refusals); i++) {
		const struct refusal *refusal = &refusals[i];
		LG_CLEANUP(tree_drop) struct tree tree = tree_new();

		tree_write(&tree, refusal->first, refusal->first_text);
		if (refusal->second)
			tree_write(&tree, refusal->second, refusal->second_text);

		LG_CLEANUP(drop_packed) struct packed p = pack_with(&tree, &options);

		if (!strstr(p.err.text, refusal->text))
			fail_msg("case %zu: '%s', not '%s'", i, p.err.text, refusal->text);
		assert_int_equal(p.err.status, LG_FORMAT);
		if (refusal->file)
			assert_string_equal(p.err.file, refusal->file);
		assert_int_equal(p.err.line, refusal->line);
	}
}

static void folder_follows_links_inside_it(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(tree_drop) struct tree other = tree_new();
	const char *link = tree_path(&tree, "1_a.up.sql");

	(void)state;
	tree_write(&tree, "..data/x.sql", "SELECT 1;\n");
	tree_write(&other, "x.sql", "SELECT 2;\n");

	assert_int_equal(symlink("..data/x.sql", link), 0);
	LG_CLEANUP(drop_packed) struct packed inside = pack(&tree);
	assert_string_equal(inside.err.text, "");
	assert_text(&inside.bundle, &inside.bundle.migrations[0].up, "SELECT 1;\n");

	assert_int_equal(unlink(link), 0);
	assert_int_equal(symlink(tree_path(&other, "x.sql"), link), 0);
	LG_CLEANUP(drop_packed) struct packed outside = pack(&tree);
	assert_int_equal(outside.err.status, LG_FORMAT);
	assert_non_null(strstr(outside.err.text, "a link that leaves the folder"));

	assert_int_equal(unlink(link), 0);
	assert_int_equal(symlink("missing.sql", link), 0);
	LG_CLEANUP(drop_packed) struct packed dangling = pack(&tree);
	assert_int_equal(dangling.err.status, LG_IO);
	assert_string_equal(dangling.err.file, "1_a.up.sql");

	assert_int_equal(unlink(link), 0);
	assert_int_equal(symlink(other.path, tree_path(&tree, "seeds")), 0);
	LG_CLEANUP(drop_packed) struct packed seeds = pack(&tree);
	assert_int_equal(seeds.err.status, LG_FORMAT);
	assert_string_equal(seeds.err.file, "seeds");
}

static void folder_does_not_wait_for_pipes(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	(void)state;
	assert_int_equal(mkfifo(tree_path(&tree, "1_a.up.sql"), 0600), 0);
	LG_CLEANUP(drop_packed) struct packed p = pack(&tree);

	assert_int_equal(p.err.status, LG_FORMAT);
	assert_non_null(strstr(p.err.text, "not a regular file"));
}

static void folder_holds_its_limits(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	struct folder_options options = {.engine = SQL_SQLITE, .max_total_bytes = 20};

	(void)state;
	tree_write(&tree, "1_a.up.sql", "SELECT 1;\n");
	tree_write(&tree, "1_a.down.sql", "SELECT 2;\n");
	LG_CLEANUP(drop_packed) struct packed at = pack_with(&tree, &options);
	assert_int_equal(at.err.status, LG_OK);

	options.max_total_bytes = 19;
	LG_CLEANUP(drop_packed) struct packed above = pack_with(&tree, &options);
	assert_int_equal(above.err.status, LG_LIMIT);
	assert_string_equal(above.err.file, "1_a.down.sql");

	options.max_total_bytes = 0;
	assert_int_equal(
		truncate(tree_path(&tree, "1_a.up.sql"), (off_t)BUNDLE_MAX_BODY_BYTES + 1), 0);
	LG_CLEANUP(drop_packed) struct packed large = pack_with(&tree, &options);
	assert_int_equal(large.err.status, LG_LIMIT);
	assert_non_null(strstr(large.err.text, "268435457 bytes"));
}

static void folder_refuses_what_makes_no_sense(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	const struct folder_options format = {.format = "dbmat", .engine = SQL_SQLITE};
	const struct folder_options project = {.project = "a b", .engine = SQL_SQLITE};

	(void)state;
	LG_CLEANUP(drop_packed) struct packed a = pack_with(&tree, &format);
	assert_int_equal(a.err.status, LG_USAGE);
	assert_non_null(strstr(a.err.text, ", goose, "));
	LG_CLEANUP(drop_packed) struct packed b = pack_with(&tree, &project);
	assert_int_equal(b.err.status, LG_USAGE);
}

/* Writes the same files in one or the other order and packs them into `file`. */
static void pack_in_order(const struct tree *out, const char *file, bool is_backward)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	struct lg_digest digest;
	struct lg_error err = {0};

	for (int i = 0; i < 50; i++) {
		int number = is_backward ? 49 - i : i;
		LG_FREE_BY_SCOPE char *up = lg_format("%d_n.up.sql", number);
		LG_FREE_BY_SCOPE char *seed = lg_format("seeds/%d_n.sql", number);

		tree_write(&tree, up, "SELECT 1;\n");
		tree_write(&tree, seed, "SELECT 2;\n");
	}
	tree_write(&tree, is_backward ? "b.repeat.sql" : "A.repeat.sql", "SELECT 1;\n");
	tree_write(&tree, is_backward ? "A.repeat.sql" : "b.repeat.sql", "SELECT 1;\n");
	LG_CLEANUP(drop_packed) struct packed p = pack(&tree);

	assert_string_equal(p.err.text, "");
	assert_int_equal(archive_write(&p.bundle, tree_path(out, file), &digest, &err), LG_OK);
}

static void folder_packs_to_equal_bytes(void **state)
{
	LG_CLEANUP(tree_drop) struct tree out = tree_new();
	LG_FREE_BY_SCOPE char *first = NULL;
	LG_FREE_BY_SCOPE char *second = NULL;
	size_t first_len = 0;
	size_t second_len = 0;
	mode_t mask;

	(void)state;
	pack_in_order(&out, "first", false);
	mask = umask(0077);
	assert_int_equal(setenv("TZ", "Asia/Kathmandu", 1), 0);
	assert_int_equal(setenv("LC_ALL", "C.UTF-8", 1), 0);
	pack_in_order(&out, "second", true);
	(void)umask(mask);

	first = tree_read(tree_path(&out, "first"), &first_len);
	second = tree_read(tree_path(&out, "second"), &second_len);
	assert_int_equal(first_len, second_len);
	assert_memory_equal(first, second, first_len);
}

static void assert_new(const struct tree *tree, const char *name, const char *stem)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf paths;
	LG_FREE_BY_SCOPE char *expected =
		lg_format("%s/m/%s.up.sql\n%s/m/%s.down.sql\n", tree->path, stem, tree->path, stem);
	struct lg_error err = {0};

	lg_buf_init(&paths, LG_BUF_MAX_BYTES);
	assert_int_equal(
		folder_new(tree_path(tree, "m"), NULL, name, moment_us, &paths, &err), LG_OK);
	assert_string_equal(paths.text, expected);
}

static void folder_new_makes_versions_that_rise(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	struct tree folder = {""};

	(void)state;
	assert_new(&tree, "first", "20260105093000_first");
	assert_new(&tree, "second", "20260105093001_second");
	tree_write(&tree, "m/99999999999999_x.sql", "");
	assert_new(&tree, "third", "100000000000000_third");
	tree_write(&tree, "m/200000000000000.9_x.sql", "");
	assert_new(&tree, "fourth", "200000000000000.10_fourth");

	(void)snprintf(folder.path, sizeof(folder.path), "%s", tree_path(&tree, "m"));
	LG_CLEANUP(drop_packed) struct packed p = pack(&folder);
	assert_string_equal(p.err.text, "");
	assert_int_equal(p.bundle.count, 6);
}

static void folder_new_refuses_bad_names(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(lg_buf_release) struct lg_buf paths;
	LG_FREE_BY_SCOPE char *file = lg_format("%s/file", tree.path);
	char name[BUNDLE_MAX_NAME_CHARS + 1] = {0};
	struct lg_error err = {0};

	(void)state;
	lg_buf_init(&paths, LG_BUF_MAX_BYTES);
	for (size_t i = 0; i < BUNDLE_MAX_NAME_CHARS; i++)
		name[i] = 'x';
	assert_int_equal(folder_new(tree.path, NULL, "a b", moment_us, &paths, &err), LG_USAGE);
	assert_int_equal(folder_new(tree.path, NULL, "a/../b", moment_us, &paths, &err), LG_USAGE);
	assert_int_equal(folder_new(tree.path, NULL, name, moment_us, &paths, &err), LG_USAGE);
	assert_int_equal(folder_new(tree.path, "x", "a", moment_us, &paths, &err), LG_USAGE);
	tree_write(&tree, "file", "");
	assert_int_equal(folder_new(file, NULL, "a", moment_us, &paths, &err), LG_IO);
	assert_string_equal(paths.text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folder_packs_every_kind),
		cmocka_unit_test(folder_may_be_empty),
		cmocka_unit_test(folder_that_only_seems_empty_is_refused),
		cmocka_unit_test(files_of_other_engines_are_left_out),
		cmocka_unit_test(variant_decides_among_files),
		cmocka_unit_test(folder_of_the_engine_is_packed),
		cmocka_unit_test(folder_that_is_missing_is_no_folder),
		cmocka_unit_test(folder_lists_what_it_skips),
		cmocka_unit_test(folder_cuts_sections),
		cmocka_unit_test(folder_sections_may_be_empty),
		cmocka_unit_test(folder_refuses_with_a_place),
		cmocka_unit_test(folder_follows_links_inside_it),
		cmocka_unit_test(folder_does_not_wait_for_pipes),
		cmocka_unit_test(folder_holds_its_limits),
		cmocka_unit_test(folder_refuses_what_makes_no_sense),
		cmocka_unit_test(folder_packs_to_equal_bytes),
		cmocka_unit_test(folder_new_makes_versions_that_rise),
		cmocka_unit_test(folder_new_refuses_bad_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

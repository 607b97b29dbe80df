/* SPDX-License-Identifier: MIT */
#include "bundles/archive.h"

#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "bundles/folder.h"
#include "bundles/limits.h"
#include "bundles/manifest.h"
#include "tests/support/tree.h"

static void drop_reader(struct archive_reader **slot)
{
	archive_reader_free(*slot);
}

static void pack(const struct tree *tree, struct bundle *bundle)
{
	const struct folder_options options = {.engine = SQL_SQLITE};
	struct folder_result result = {0};
	struct lg_error err = {0};

	tree_write(tree, "m/1_a.up.sql", "SELECT 1;\n");
	tree_write(tree, "m/1_a.down.sql", "");
	tree_write(tree, "m/2_b.up.sql", "SELECT 22;\n");
	bundle_init(bundle);
	assert_int_equal(folder_pack(tree_path(tree, "m"), &options, bundle, &result, &err), LG_OK);
	folder_result_release(&result);
}

static void write_to(const struct bundle *bundle, const struct tree *tree, const char *name)
{
	struct lg_error err = {0};
	struct lg_digest said;
	struct lg_digest is;
	size_t len = 0;

	assert_int_equal(archive_write(bundle, tree_path(tree, name), &said, &err), LG_OK);
	LG_FREE_BY_SCOPE char *bytes = tree_read(tree_path(tree, name), &len);
	is = lg_digest_of(bytes, len);
	assert_true(lg_digest_equal(&said, &is));
}

/* Opens and reads all of a bundle; `bundle` is to be released in any case. */
static enum lg_status read_all(
	const char *path, uint64_t max_bytes, struct bundle *bundle, struct lg_error *err)
{
	LG_CLEANUP(drop_reader) struct archive_reader *reader = NULL;
	const struct archive_options options = {.max_total_bytes = max_bytes};

	bundle_init(bundle);
	if (archive_open(path, &options, bundle, &reader, err))
		return err->status;
	assert_false(bundle->has_bodies);
	return archive_read_bodies(reader, err);
}

static void archive_reads_what_it_writes(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(bundle_release) struct bundle packed;
	LG_CLEANUP(bundle_release) struct bundle read;
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct lg_error err = {0};

	(void)state;
	pack(&tree, &packed);
	packed.signatures[0] = (struct bundle_signature){"signature.a", "one\0two", 7};
	packed.signatures[1] = (struct bundle_signature){"signature.b-2", "", 0};
	packed.signature_count = 2;
	write_to(&packed, &tree, "x.lockgate");
	assert_int_equal(read_all(tree_path(&tree, "x.lockgate"), 0, &read, &err), LG_OK);

	assert_true(lg_digest_equal(&packed.id, &read.id));
	assert_true(read.has_bodies);
	assert_int_equal(read.signature_count, 2);
	assert_string_equal(read.signatures[0].name, "signature.a");
	assert_int_equal(read.signatures[0].len, 7);
	assert_memory_equal(read.signatures[0].bytes, "one\0two", 7);
	assert_int_equal(bundle_view(&read, &read.migrations[1].up, &view, &err), LG_OK);
	assert_memory_equal(view.text, "SELECT 22;\n", 11);
}

static void archive_writes_equal_bytes(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(bundle_release) struct bundle packed;
	LG_CLEANUP(bundle_release) struct bundle read;
	struct lg_error err = {0};
	size_t len_a = 0;
	size_t len_b = 0;

	(void)state;
	pack(&tree, &packed);
	write_to(&packed, &tree, "a");
	assert_int_equal(read_all(tree_path(&tree, "a"), 0, &read, &err), LG_OK);
	write_to(&read, &tree, "b");

	LG_FREE_BY_SCOPE char *a = tree_read(tree_path(&tree, "a"), &len_a);
	LG_FREE_BY_SCOPE char *b = tree_read(tree_path(&tree, "b"), &len_b);
	assert_int_equal(len_a, len_b);
	assert_memory_equal(a, b, len_a);
}

static void archive_holds_the_limit_of_the_total(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(bundle_release) struct bundle packed;
	LG_CLEANUP(bundle_release) struct bundle at;
	LG_CLEANUP(bundle_release) struct bundle above;
	struct lg_error err = {0};

	(void)state;
	pack(&tree, &packed);
	write_to(&packed, &tree, "x");
	assert_int_equal(read_all(tree_path(&tree, "x"), 21, &at, &err), LG_OK);
	assert_int_equal(read_all(tree_path(&tree, "x"), 20, &above, &err), LG_LIMIT);
	assert_non_null(strstr(err.hint, "--max-size"));
}

/* A gate that has nothing to do reads the manifest alone: bodies that are bad do not matter. */
static void archive_open_reads_no_body(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(bundle_release) struct bundle packed;
	LG_CLEANUP(bundle_release) struct bundle read;
	LG_CLEANUP(drop_reader) struct archive_reader *reader = NULL;
	const struct archive_options options = {0};
	struct lg_error err = {0};

	(void)state;
	pack(&tree, &packed);
	packed.migrations[1].up.offset = 0; /* eleven bytes from elsewhere */
	write_to(&packed, &tree, "x");
	bundle_init(&read);

	assert_int_equal(
		archive_open(tree_path(&tree, "x"), &options, &read, &reader, &err), LG_OK);
	assert_int_equal(read.count, 2);
	assert_int_equal(body_store_size(read.bodies), 0);
	assert_int_equal(archive_read_bodies(reader, &err), LG_FORMAT);
	assert_non_null(strstr(err.text, "'000002.up.sql' (2_b.up.sql)"));
	assert_string_equal(err.version, "2");
	assert_false(read.has_bodies);
}

static void archive_reports_files_it_cannot_use(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(bundle_release) struct bundle packed;
	LG_CLEANUP(bundle_release) struct bundle missing;
	LG_CLEANUP(bundle_release) struct bundle folder;
	struct lg_digest digest;
	struct lg_error err = {0};

	(void)state;
	pack(&tree, &packed);
	assert_int_equal(read_all(tree_path(&tree, "none"), 0, &missing, &err), LG_IO);
	assert_int_equal(read_all(tree.path, 0, &folder, &err), LG_IO);
	assert_int_equal(archive_write(&packed, tree_path(&tree, "none/x"), &digest, &err), LG_IO);
	assert_int_equal(archive_write(&packed, "/dev/null/x", &digest, &err), LG_IO);
}

static void archive_write_replaces_as_a_whole(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(bundle_release) struct bundle packed;
	struct lg_digest digest;
	struct lg_error err = {0};

	(void)state;
	pack(&tree, &packed);
	tree_write(&tree, "folder/x", "kept");
	assert_int_equal(archive_write(&packed, tree_path(&tree, "folder"), &digest, &err), LG_IO);
	LG_FREE_BY_SCOPE char *kept = tree_read(tree_path(&tree, "folder/x"), NULL);
	assert_string_equal(kept, "kept");
	write_to(&packed, &tree, "folder/x");
}

/* Bodies above BUNDLE_MEMORY_BYTES take the way through the temporary file. */
static void archive_carries_large_bodies(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(bundle_release) struct bundle packed;
	LG_CLEANUP(bundle_release) struct bundle read;
	LG_FREE_BY_SCOPE char *text = lg_malloc(BUNDLE_MEMORY_BYTES + 1);
	struct lg_error err = {0};

	(void)state;
	for (size_t i = 0; i < BUNDLE_MEMORY_BYTES + 1; i++)
		text[i] = i % 100 == 99 ? '\n' : ' ';
	tree_write_bytes(&tree, "m/3_c.sql", text, BUNDLE_MEMORY_BYTES + 1);
	pack(&tree, &packed);
	write_to(&packed, &tree, "x");

	assert_int_equal(read_all(tree_path(&tree, "x"), 0, &read, &err), LG_OK);
	assert_int_equal(body_store_size(read.bodies), BUNDLE_MEMORY_BYTES + 1 + 21);
}

/* tests/hostile */

static void make_hostile(const char *folder)
{
	char program[] = "tests/hostile/make-hostile";
	LG_FREE_BY_SCOPE char *argument = lg_strdup(folder);
	char *const arguments[] = {program, argument, NULL};
	pid_t pid = -1;
	int result = -1;

	assert_int_equal(posix_spawn(&pid, program, NULL, NULL, arguments, environ), 0);
	assert_int_equal(waitpid(pid, &result, 0), pid);
	assert_int_equal(result, 0);
}

static bool is_as_expected(const char *path, const char *sentence)
{
	LG_CLEANUP(bundle_release) struct bundle bundle;
	struct lg_error err = {0};
	enum lg_status status = read_all(path, 0, &bundle, &err);

	if (strcmp(sentence, "-") == 0)
		return status == LG_OK;
	if ((status == LG_FORMAT || status == LG_LIMIT) && strstr(err.text, sentence))
		return !bundle.has_bodies;
	print_error("%s: '%s' is not in '%s'\n", path, sentence, err.text);
	return false;
}

static void archive_refuses_hostile_bundles(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	size_t count = 0;
	size_t failed = 0;
	char *rest;

	(void)state;
	make_hostile(tree.path);
	LG_FREE_BY_SCOPE char *expected = tree_read(tree_path(&tree, "expected"), NULL);
	rest = expected;
	for (char *line = strsep(&rest, "\n"); line && *line; line = strsep(&rest, "\n")) {
		const char *name = strsep(&line, "\t");

		count++;
		failed += !is_as_expected(tree_path(&tree, name), line);
	}

	assert_int_equal(failed, 0);
	assert_true(count > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(archive_reads_what_it_writes),
		cmocka_unit_test(archive_writes_equal_bytes),
		cmocka_unit_test(archive_holds_the_limit_of_the_total),
		cmocka_unit_test(archive_open_reads_no_body),
		cmocka_unit_test(archive_reports_files_it_cannot_use),
		cmocka_unit_test(archive_write_replaces_as_a_whole),
		cmocka_unit_test(archive_carries_large_bodies),
		cmocka_unit_test(archive_refuses_hostile_bundles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

/* Each test has a folder of its own as its state, which is gone afterwards. */
static int enter_folder(void **state)
{
	char *folder = lg_strdup("/tmp/lockgate-file-XXXXXX");

	*state = folder;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
	static const char *const names[] = {"a", "b", "pipe", "link"};
	LG_FREE_BY_SCOPE char *folder = *state;

	for (size_t i = 0; i < LG_COUNT_OF(names); i++)
		(void)unlink(names[i]);
	return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static enum lg_status read_all(const char *path, size_t max_bytes, char **out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf buf;
	struct lg_error err = {0};

	lg_buf_init(&buf, max_bytes);
	if (lg_file_read(path, &buf, &err))
		return err.status;
	if (out)
		*out = lg_buf_take(&buf);
	return LG_OK;
}

static void file_is_created_once(void **state)
{
	LG_FREE_BY_SCOPE char *text = NULL;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(lg_file_create("a", "hello", &err), LG_OK);
	assert_int_equal(lg_file_create("a", "again", &err), LG_IO);
	assert_int_equal(err.system_error, EEXIST);
	assert_int_equal(read_all("a", 5, &text), LG_OK);
	assert_string_equal(text, "hello");
}

static void file_is_read_with_a_bound(void **state)
{
	LG_FREE_BY_SCOPE char *large = lg_calloc(1, 200001);
	LG_FREE_BY_SCOPE char *text = NULL;
	struct lg_error err = {0};

	(void)state;
	for (size_t i = 0; i < 200000; i++)
		large[i] = 'x';
	assert_int_equal(lg_file_create("a", large, &err), LG_OK);
	assert_int_equal(read_all("a", 199999, NULL), LG_LIMIT);
	assert_int_equal(read_all("a", 200000, &text), LG_OK);
	assert_string_equal(text, large);
}

static void file_must_be_a_regular_one(void **state)
{
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(symlink("a", "link"), 0);
	assert_int_equal(lg_file_create("a", "x", &err), LG_OK);

	assert_int_equal(read_all("pipe", 5, NULL), LG_IO);
	assert_int_equal(read_all(".", 5, NULL), LG_IO);
	assert_int_equal(read_all("b", 5, NULL), LG_IO);
	assert_int_equal(read_all("link", 5, NULL), LG_OK);
}

static void file_names_what_it_cannot_open(void **state)
{
	struct lg_error err = {0};
	int fd = -1;

	(void)state;
	assert_int_equal(lg_file_open("b", &fd, &err), LG_IO);
	assert_int_equal(err.system_error, ENOENT);
	assert_string_equal(err.text, "cannot open 'b': No such file or directory");
	assert_int_equal(fd, -1);
}

static void replacement_replaces_as_a_whole(void **state)
{
	LG_CLEANUP(lg_replacement_release) struct lg_replacement file = {.fd = -1};
	LG_FREE_BY_SCOPE char *before = NULL;
	LG_FREE_BY_SCOPE char *after = NULL;
	struct lg_error err = {0};
	struct stat facts;
	mode_t mask = umask(027);

	(void)state;
	assert_int_equal(lg_file_create("a", "old", &err), LG_OK);
	assert_int_equal(lg_replacement_begin(&file, "a", &err), LG_OK);
	assert_int_equal(lg_fd_write(file.fd, "new", 3, &err), LG_OK);
	assert_int_equal(read_all("a", 5, &before), LG_OK);
	assert_string_equal(before, "old");

	assert_int_equal(lg_replacement_commit(&file, &err), LG_OK);
	(void)umask(mask);
	assert_int_equal(read_all("a", 5, &after), LG_OK);
	assert_string_equal(after, "new");
	assert_int_equal(stat("a", &facts), 0);
	assert_int_equal(facts.st_mode & 0777, 0640);
}

static void replacement_that_is_given_up_leaves_no_trace(void **state)
{
	struct lg_replacement file;
	LG_FREE_BY_SCOPE char *text = NULL;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(lg_file_create("a", "old", &err), LG_OK);
	assert_int_equal(lg_replacement_begin(&file, "a", &err), LG_OK);
	assert_int_equal(lg_fd_write(file.fd, "new", 3, &err), LG_OK);
	lg_replacement_release(&file);

	/* leave_folder() fails if a temporary file is left. */
	assert_int_equal(read_all("a", 5, &text), LG_OK);
	assert_string_equal(text, "old");
}

static void replacement_needs_a_folder(void **state)
{
	struct lg_replacement file;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(lg_replacement_begin(&file, "no/folder", &err), LG_IO);
	lg_replacement_release(&file);
}

static void nameless_file_can_be_written_and_read(void **state)
{
	LG_CLEANUP(lg_fd_drop) int fd = -1;
	struct lg_error err = {0};
	char chunk[8] = "";
	size_t got = 0;

	(void)state;
	assert_int_equal(lg_file_nameless(&fd, &err), LG_OK);
	assert_int_equal(lg_fd_write(fd, "abc", 3, &err), LG_OK);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(lg_fd_read(fd, chunk, sizeof(chunk), &got, &err), LG_OK);
	assert_int_equal(got, 3);
	assert_string_equal(chunk, "abc");
}

static void nameless_file_needs_no_tmpdir(void **state)
{
	LG_CLEANUP(lg_fd_drop) int fd = -1;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
	assert_int_equal(lg_file_nameless(&fd, &err), LG_OK);
	assert_int_equal(unsetenv("TMPDIR"), 0);
}

static void descriptors_that_fail_say_so(void **state)
{
	LG_CLEANUP(lg_fd_drop) int fd = open("/dev/full", O_RDWR | O_CLOEXEC);
	struct lg_error err = {0};
	char chunk[8];
	size_t got = 0;

	(void)state;
	assert_int_equal(lg_fd_write(fd, "abc", 3, &err), LG_IO);
	assert_int_equal(err.system_error, ENOSPC);
	assert_int_equal(lg_fd_read(-1, chunk, sizeof(chunk), &got, &err), LG_IO);
}

static void path_has_a_base(void **state)
{
	(void)state;
	assert_string_equal(lg_path_base("a/b/c"), "c");
	assert_string_equal(lg_path_base("c"), "c");
	assert_string_equal(lg_path_base("a/"), "");
	assert_true(lg_is_directory("/"));
	assert_false(lg_is_directory("/nowhere"));
	assert_false(lg_is_directory("/dev/null"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(file_is_created_once, enter_folder, leave_folder),
		cmocka_unit_test_setup_teardown(
			file_is_read_with_a_bound, enter_folder, leave_folder),
		cmocka_unit_test_setup_teardown(
			file_must_be_a_regular_one, enter_folder, leave_folder),
		cmocka_unit_test_setup_teardown(
			file_names_what_it_cannot_open, enter_folder, leave_folder),
		cmocka_unit_test_setup_teardown(
			replacement_replaces_as_a_whole, enter_folder, leave_folder),
		cmocka_unit_test_setup_teardown(
			replacement_that_is_given_up_leaves_no_trace, enter_folder, leave_folder),
		cmocka_unit_test_setup_teardown(
			replacement_needs_a_folder, enter_folder, leave_folder),
		cmocka_unit_test(nameless_file_can_be_written_and_read),
		cmocka_unit_test(nameless_file_needs_no_tmpdir),
		cmocka_unit_test(descriptors_that_fail_say_so),
		cmocka_unit_test(path_has_a_base),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

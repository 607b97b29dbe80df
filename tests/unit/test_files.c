/* SPDX-License-Identifier: MIT */
#include "ci/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attrs.h"
#include "base/file.h"
#include "ci/render/markdown.h"
#include "tests/support/hostile_report.h"

enum {
	DROPPED_BYTES = 1024 * 1024, /* GitHub drops a summary above this */
	STEP_BYTES = 3,              /* what stands between two summaries */
};

static char path[] = "/tmp/lockgate-files-XXXXXX";

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static off_t size_now(void)
{
	struct stat found;

	assert_int_equal(stat(path, &found), 0);
	return found.st_size;
}

/* Whatever other steps have left of the room, it is not passed, and the verdict is there or none.
 */
static void a_summary_stays_below_the_limit(void **state)
{
	static const off_t before[] = {0, 1, 500000, 998996, 998997, 998998, 999000, 999999,
		1000000, 1048575, 1048576, 2000000};
	LG_CLEANUP(lg_arena_release) struct lg_arena arena = {0};
	const struct ci_report report = hostile_report(&arena, 1000);

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(before); i++) {
		struct lg_error err = {0};
		bool has_room = before[i] + STEP_BYTES + CI_MARKDOWN_LEAST_BYTES <=
				CI_MARKDOWN_SUMMARY_BYTES;

		assert_int_equal(truncate(path, 0), 0);
		assert_int_equal(truncate(path, before[i]), 0);
		assert_int_equal(ci_summary_append(path, &report, &err), has_room ? LG_OK : LG_IO);
		if (has_room)
			assert_in_range(size_now(), before[i] + 100, CI_MARKDOWN_SUMMARY_BYTES);
		else
			assert_int_equal(size_now(), before[i]);
	}
	assert_in_range(CI_MARKDOWN_SUMMARY_BYTES, 1, DROPPED_BYTES - 1);
}

static void a_summary_needs_the_file_of_the_runner(void **state)
{
	const struct ci_report report = bare_report();
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(ci_summary_append("/nowhere/summary", &report, &err), LG_IO);
	assert_int_equal(ci_outputs_append("/nowhere/outputs", &report, 0, &err), LG_IO);
}

static void every_form_is_found_by_its_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < ci_file_form_count; i++)
		assert_ptr_equal(
			ci_file_form_find(ci_file_forms[i].name, strlen(ci_file_forms[i].name)),
			&ci_file_forms[i]);
	assert_null(ci_file_form_find("jso", 3));
	assert_null(ci_file_form_find("jsonx", 5));
}

static void a_file_is_replaced_as_a_whole(void **state)
{
	const struct ci_report report = bare_report();
	struct lg_error err = {0};
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	(void)state;
	assert_int_equal(truncate(path, 100000), 0);
	for (size_t i = 0; i < ci_file_form_count; i++) {
		lg_buf_init(&text, LG_BUF_MAX_BYTES);
		assert_int_equal(ci_file_write(&ci_file_forms[i], path, &report, &err), LG_OK);
		ci_file_forms[i].render(&report, &text);
		assert_int_equal(size_now(), (off_t)text.len);
		if (i + 1 < ci_file_form_count)
			lg_buf_release(&text);
	}
	assert_int_equal(
		ci_file_write(&ci_file_forms[0], "/nowhere/report.json", &report, &err), LG_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_summary_stays_below_the_limit),
		cmocka_unit_test(a_summary_needs_the_file_of_the_runner),
		cmocka_unit_test(every_form_is_found_by_its_name),
		cmocka_unit_test(a_file_is_replaced_as_a_whole),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}

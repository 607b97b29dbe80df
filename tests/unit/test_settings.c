/* SPDX-License-Identifier: MIT */
#include "plugin/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/buf.h"

static char folder[] = "/tmp/lockgate-settings-XXXXXX";

static int enter_folder(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	return chdir(folder);
}

static int leave_folder(void **state)
{
	(void)state;
	(void)unlink("lockgate.ini");
	assert_int_equal(chdir("/"), 0);
	return rmdir(folder);
}

static void write_settings(const char *text)
{
	FILE *file = fopen("lockgate.ini", "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static enum lg_status collect(
	void *context, const char *key, const char *value, struct lg_error *err)
{
	if (strcmp(value, "refuse me") == 0)
		return lg_fail(err, LG_USAGE, "refused");
	lg_buf_addf(context, "%s=%s;", key, value);
	return LG_OK;
}

static void settings_are_handed_over_in_order(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf seen;
	struct lg_error err = {0};

	(void)state;
	lg_buf_init(&seen, LG_BUF_MAX_BYTES);
	write_settings("; a comment\n# another\nsource = db\nproject=shop ; behind it\r\n\n"
		       "[lockgate]\nscope =  north  \n[policy]\norder = warn\nfirst = allow\n");

	assert_int_equal(settings_read(NULL, collect, &seen, &err), LG_OK);
	assert_string_equal(seen.text,
		"source=db;project=shop;scope=north;policy=order=warn;policy=first=allow;");
}

static void without_a_file_there_is_nothing(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf seen;
	struct lg_error err = {0};

	(void)state;
	lg_buf_init(&seen, LG_BUF_MAX_BYTES);
	(void)unlink("lockgate.ini");

	assert_int_equal(settings_read(NULL, collect, &seen, &err), LG_OK);
	assert_int_equal(seen.len, 0);
	assert_int_equal(settings_read("nowhere.ini", collect, &seen, &err), LG_USAGE);
}

static void errors_have_their_line(void **state)
{
	static const struct {
		const char *text;
		uint32_t line;
		const char *message;
	} cases[] = {
		{"\nprojcet = x\n", 2, "there is no setting 'projcet'"},
		{"json = true\n", 1, "there is no setting 'json'"},
		{"[lockgat]\nproject = x\n", 2, "there is no section '[lockgat]'"},
		{"project = x\n\nproject = y\n", 3, "'project' stands here twice"},
		{"project = x\n[lockgate]\nproject = y\n", 3, "'project' stands here twice"},
		{"project = refuse me\n", 1, "refused"},
		{"db = postgres://u:hunter2@h/d\n", 1, "'db' holds a password"},
		{"db = host=h password=hunter2\n", 1, "'db' holds a password"},
		{"\nwords\n", 2, "this is neither 'key = value' nor '[section]'"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf seen;
		struct lg_error err = {0};

		lg_buf_init(&seen, LG_BUF_MAX_BYTES);
		write_settings(cases[i].text);
		assert_int_equal(settings_read(NULL, collect, &seen, &err), LG_USAGE);
		assert_string_equal(err.text, cases[i].message);
		assert_string_equal(err.file, "lockgate.ini");
		assert_int_equal(err.line, cases[i].line);
		assert_null(strstr(err.hint, "hunter2"));
	}
}

static void a_target_without_password_passes(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf seen;
	struct lg_error err = {0};

	(void)state;
	lg_buf_init(&seen, LG_BUF_MAX_BYTES);
	write_settings("db = postgres://u@host:5432/d\n");

	assert_int_equal(settings_read(NULL, collect, &seen, &err), LG_OK);
	assert_string_equal(seen.text, "db=postgres://u@host:5432/d;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_are_handed_over_in_order),
		cmocka_unit_test(without_a_file_there_is_nothing),
		cmocka_unit_test(errors_have_their_line),
		cmocka_unit_test(a_target_without_password_passes),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}

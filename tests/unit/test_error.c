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

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"

static void error_is_one_sentence_with_fields(void **state)
{
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(lg_fail(&err, LG_FORMAT, "entry %d: too short", 3), LG_FORMAT);
	assert_int_equal(lg_wrap(&err, "bundle '%s'", "x"), LG_FORMAT);
	assert_int_equal(lg_hint(&err, "pack it again"), LG_FORMAT);
	assert_int_equal(lg_place(&err, "manifest", 7, 2), LG_FORMAT);
	assert_int_equal(lg_about(&err, "42"), LG_FORMAT);

	assert_int_equal(err.status, LG_FORMAT);
	assert_string_equal(err.text, "bundle 'x': entry 3: too short");
	assert_string_equal(err.hint, "pack it again");
	assert_string_equal(err.file, "manifest");
	assert_int_equal(err.line, 7);
	assert_int_equal(err.column, 2);
	assert_string_equal(err.version, "42");
}

static void error_keeps_the_place_nearest_to_the_cause(void **state)
{
	struct lg_error err = {0};

	(void)state;
	(void)lg_fail(&err, LG_FORMAT, "bad");
	(void)lg_place(&err, "inner.sql", 3, 1);
	(void)lg_place(&err, "outer.sql", 1, 1);
	(void)lg_about(&err, "1");
	(void)lg_about(&err, "2");

	assert_string_equal(err.file, "inner.sql");
	assert_int_equal(err.line, 3);
	assert_string_equal(err.version, "1");
}

static void error_forgets_the_one_before(void **state)
{
	struct lg_error err = {0};

	(void)state;
	(void)lg_fail(&err, LG_FORMAT, "bad");
	(void)lg_hint(&err, "hint");
	(void)lg_place(&err, "file", 3, 1);
	(void)lg_fail(&err, LG_LIMIT, "long");

	assert_string_equal(err.hint, "");
	assert_string_equal(err.file, "");
	assert_int_equal(err.line, 0);
}

static void error_carries_errno_as_field_and_words(void **state)
{
	struct lg_error err = {0};

	(void)state;
	errno = ENOENT;
	assert_int_equal(lg_fail_errno(&err, "cannot open '%s'", "x"), LG_IO);

	assert_int_equal(err.system_error, ENOENT);
	assert_string_equal(err.text, "cannot open 'x': No such file or directory");
}

/* Every length of a text of three-byte characters around the room there is. */
static void error_cuts_long_texts_at_a_character(void **state)
{
	LG_FREE_BY_SCOPE char *euros = lg_calloc(LG_ERROR_TEXT_CHARS + 8, 3);

	(void)state;
	for (size_t i = 0; i < LG_ERROR_TEXT_CHARS * (size_t)3; i++)
		euros[i] = "\xe2\x82\xac"[i % 3];
	for (int lead = 0; lead < 4; lead++) {
		struct lg_error err = {0};

		(void)lg_fail(&err, LG_FORMAT, "%.*s%s", lead, "abc", euros);
		assert_true(strlen(err.text) > LG_ERROR_TEXT_CHARS - 6);
		assert_int_equal(
			lg_utf8_valid_prefix(err.text, strlen(err.text)), strlen(err.text));

		(void)lg_wrap(&err, "%.*s", lead, "abc");
		assert_true(strlen(err.text) < LG_ERROR_TEXT_CHARS);
		assert_int_equal(
			lg_utf8_valid_prefix(err.text, strlen(err.text)), strlen(err.text));

		(void)lg_place(&err, euros, 1, 1);
		assert_int_equal(
			lg_utf8_valid_prefix(err.file, strlen(err.file)), strlen(err.file));
	}
}

static void error_keeps_a_text_that_just_fits(void **state)
{
	LG_FREE_BY_SCOPE char *text = lg_calloc(LG_ERROR_TEXT_CHARS + 1, 1);
	struct lg_error err = {0};

	(void)state;
	for (size_t i = 0; i + 1 < LG_ERROR_TEXT_CHARS; i++)
		text[i] = 'x';
	(void)lg_fail(&err, LG_FORMAT, "%s", text);
	assert_string_equal(err.text, text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(error_is_one_sentence_with_fields),
		cmocka_unit_test(error_keeps_the_place_nearest_to_the_cause),
		cmocka_unit_test(error_forgets_the_one_before),
		cmocka_unit_test(error_carries_errno_as_field_and_words),
		cmocka_unit_test(error_cuts_long_texts_at_a_character),
		cmocka_unit_test(error_keeps_a_text_that_just_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

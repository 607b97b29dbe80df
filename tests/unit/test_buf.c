/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void buf_is_text_from_the_start(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf buf;

	(void)state;
	lg_buf_init(&buf, 100);
	assert_string_equal(buf.text, "");
	lg_buf_adds(&buf, "a");
	lg_buf_addc(&buf, 'b');
	lg_buf_add(&buf, "c\0d", 3);
	lg_buf_addf(&buf, "%d", 42);
	assert_int_equal(buf.len, 7);
	assert_memory_equal(buf.text, "abc\0d42", 8);
	lg_buf_cut(&buf, 2);
	assert_string_equal(buf.text, "ab");
	lg_buf_clear(&buf);
	assert_string_equal(buf.text, "");
}

static void buf_grows(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf buf;

	(void)state;
	lg_buf_init(&buf, 100000);
	for (int i = 0; i < 10000; i++)
		lg_buf_addf(&buf, "%04d", i);
	assert_int_equal(buf.len, 40000);
	assert_int_equal(strlen(buf.text), 40000);
	assert_memory_equal(buf.text + 39996, "9999", 5);
}

static void buf_holds_to_its_ceiling(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf buf;
	struct lg_error err = {0};

	(void)state;
	lg_buf_init(&buf, 4);
	lg_buf_adds(&buf, "abcd");
	assert_int_equal(lg_buf_status(&buf, "it", &err), LG_OK);
	lg_buf_addc(&buf, 'e');
	assert_int_equal(lg_buf_status(&buf, "it", &err), LG_LIMIT);
	assert_string_equal(err.text, "it is longer than 4 bytes");
	assert_string_equal(buf.text, "abcd");
	lg_buf_clear(&buf);
	assert_int_equal(lg_buf_status(&buf, "it", &err), LG_OK);
	lg_buf_addf(&buf, "%s", "abcde");
	assert_int_equal(lg_buf_status(&buf, "it", &err), LG_LIMIT);
	assert_string_equal(buf.text, "");
}

static void buf_gives_its_text_away(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf buf;
	LG_FREE_BY_SCOPE char *text = NULL;

	(void)state;
	lg_buf_init(&buf, 100);
	lg_buf_adds(&buf, "mine");
	text = lg_buf_take(&buf);
	lg_buf_adds(&buf, "yours");
	assert_string_equal(text, "mine");
	assert_string_equal(buf.text, "yours");
	assert_int_equal(buf.max_bytes, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buf_is_text_from_the_start),
		cmocka_unit_test(buf_grows),
		cmocka_unit_test(buf_holds_to_its_ceiling),
		cmocka_unit_test(buf_gives_its_text_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "base/columns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"

static void text_takes_as_many_columns_as_a_terminal_gives_it_or_more(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
	} cases[] = {
		{"", 0},
		{"plain", 5},
		{"Größe", 5},
		{"…→≠", 3},
		{"ναι да", 6},
		{"漢字", 4},
		{"한글", 4},
		{"ｗｉｄｅ", 8},
		{"🚀", 2},
		{"⌚", 2},
		{"a\xcc\x88", 2}, /* a combining mark counts */
		{"\xff\xfe", 2},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++)
		assert_int_equal(
			lg_columns(cases[i].text, strlen(cases[i].text)), cases[i].columns);
}

static void a_beginning_ends_at_a_character_that_fits(void **state)
{
	static const struct {
		const char *text;
		size_t max, bytes;
	} cases[] = {
		{"plain", 0, 0},
		{"plain", 3, 3},
		{"plain", 9, 5},
		{"Größe", 3, 4},
		{"漢字", 1, 0},
		{"漢字", 3, 3},
		{"漢字", 4, 6},
		{"a🚀b", 2, 1},
		{"\xff\xfe", 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++)
		assert_int_equal(
			lg_columns_prefix(cases[i].text, strlen(cases[i].text), cases[i].max),
			cases[i].bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_takes_as_many_columns_as_a_terminal_gives_it_or_more),
		cmocka_unit_test(a_beginning_ends_at_a_character_that_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

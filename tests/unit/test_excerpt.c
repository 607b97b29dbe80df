/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/utf8.h"
#include "plugin/report_detail.h"

static void lines_around_the_place_are_found(void **state)
{
	static const char text[] = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine";
	static const struct {
		uint32_t first, line;
		const char *excerpt;
		uint32_t excerpt_line;
	} cases[] = {
		{1, 1, "one\ntwo\nthree\nfour\n", 1},
		{1, 4, "one\ntwo\nthree\nfour\nfive\nsix\nseven\n", 1},
		{1, 5, "two\nthree\nfour\nfive\nsix\nseven\neight\n", 2},
		{1, 9, "six\nseven\neight\nnine", 6},
		{11, 15, "two\nthree\nfour\nfive\nsix\nseven\neight\n", 12},
		{1, 10, "", 0},
		{1, 4000000000U, "", 0},
		{11, 10, "", 0},
	};
	const struct body_view view = body_view_of_text(text, strlen(text));

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		const char *begin = "";
		uint32_t line = 0;
		size_t len = excerpt_find(&view, cases[i].first, cases[i].line, &begin, &line);

		assert_int_equal(len, strlen(cases[i].excerpt));
		assert_memory_equal(begin, cases[i].excerpt, len);
		assert_int_equal(line, cases[i].excerpt_line);
	}
}

/* Three lines of 3,000 bytes: what is cut is not the line that it is about. */
static void an_excerpt_is_bounded_and_keeps_its_line(void **state)
{
	char text[9001] = "";
	const struct body_view view = body_view_of_text(text, sizeof(text) - 1);

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(text); i++)
		text[i] = i % 3000 == 2999 ? '\n' : "漢"[i % 3000 % 3];
	for (uint32_t line = 1; line <= 3; line++) {
		const char *begin = NULL;
		uint32_t from = 0;
		size_t len = excerpt_find(&view, 1, line, &begin, &from);

		assert_int_equal(from, line);
		assert_true(len > EXCERPT_MAX_BYTES - 4 && len <= EXCERPT_MAX_BYTES);
		assert_int_equal(lg_utf8_valid_prefix(begin, len), len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_around_the_place_are_found),
		cmocka_unit_test(an_excerpt_is_bounded_and_keeps_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "plugin/live.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/columns.h"
#include "base/utf8.h"

enum { SECOND_US = 1000000 };

static void the_text_gives_way_to_detail_and_time(void **state)
{
	static const struct {
		unsigned int width;
		int64_t elapsed_us;
		const char *line;
	} cases[] = {
		{60, 1234567, "[2/9] 20260105 create_users: statement 3 of 7 1.2 s"},
		{52, 59 * SECOND_US + 999999,
			"[2/9] 20260105 create_use…: statement 3 of 7 59.9 s"},
		{40, 0, "[2/9] 20260105…: statement 3 of 7 0.0 s"},
		{28, 0, "[2/9] 20260105 creat… 0.0 s"},
		{20, 61 * SECOND_US, "[2/9] 2… 1 min 01 s"},
		{20, 7260LL * SECOND_US, "[2/9] 2… 2 h 01 min"},
		{12, -1, "[2/9… 0.0 s"},
		{11, 0, ""},
		{0, 0, ""},
		{12, 999 * 3600LL * SECOND_US, ""},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		char line[LIVE_LINE_BYTES] = "";
		size_t len = live_compose("[2/9] 20260105 create_users", ": statement 3 of 7",
			cases[i].elapsed_us, cases[i].width, line);

		assert_int_equal(len, strlen(cases[i].line));
		assert_string_equal(line, cases[i].line);
	}
}

/* Wide characters, the longest text that there may be, a cut in the middle of a character. */
static void no_line_reaches_the_last_column(void **state)
{
	char text[LIVE_TEXT_BYTES];

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(text); i++)
		text[i] = "漢字🚀ab"[i % 12];
	text[sizeof(text) - 1] = '\0';
	for (unsigned int width = 0; width < 1200; width++) {
		char line[LIVE_LINE_BYTES];
		size_t len = live_compose(text, ": statement 1 of 2", 0, width, line);

		assert_true(len == 0 || lg_columns(line, len) < width);
		if (len && width < 500)
			assert_int_equal(lg_utf8_valid_prefix(line, len), len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_gives_way_to_detail_and_time),
		cmocka_unit_test(no_line_reaches_the_last_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

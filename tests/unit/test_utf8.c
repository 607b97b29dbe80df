/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/utf8.h"

struct utf8_case {
	const char *text;
	size_t len, valid, count;
};

/* The borders of table 3-7, and texts longer than a machine word. */
static const struct utf8_case cases[] = {
	{"", 0, 0, 0},
	{"abc", 3, 3, 3},
	{"a\0b", 3, 1, 3},
	{"12345678", 8, 8, 8},
	{"1234567\0", 8, 7, 8},
	{"12345678\xc3\xa4zzzzzzzz", 18, 18, 17},
	{"1234567\x80zzzzzzzz", 16, 7, 15},
	{"\xc2\x80", 2, 2, 1},
	{"\xc1\xbf", 2, 0, 1},
	{"\xc3", 1, 0, 1},
	{"\xe0\xa0\x80", 3, 3, 1},
	{"\xe0\x9f\xbf", 3, 0, 1},
	{"\xe2\x82", 2, 0, 1},
	{"\xed\x9f\xbf", 3, 3, 1},
	{"\xed\xa0\x80", 3, 0, 1}, /* a surrogate */
	{"\xee\x80\x80", 3, 3, 1},
	{"\xf0\x90\x80\x80", 4, 4, 1},
	{"\xf0\x8f\xbf\xbf", 4, 0, 1},
	{"\xf4\x8f\xbf\xbf", 4, 4, 1},
	{"\xf4\x90\x80\x80", 4, 0, 1},
	{"\xf5\x80\x80\x80", 4, 0, 1},
	{"a\xff", 2, 1, 2},
	{"\xe2\x82\x41", 3, 0, 2},
	{"\xf0\x9f\x98\x80!", 5, 5, 2},
};

static void utf8_finds_the_valid_beginning(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++)
		assert_int_equal(lg_utf8_valid_prefix(cases[i].text, cases[i].len), cases[i].valid);
}

static void utf8_counts_characters(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++)
		assert_int_equal(lg_utf8_count(cases[i].text, cases[i].len), cases[i].count);
}

/* Every byte at every place of a word, so that the fast path misses none. */
static void utf8_looks_at_every_byte(void **state)
{
	(void)state;
	for (size_t place = 0; place < 16; place++)
		for (int byte = 0; byte < 256; byte++) {
			char text[] = "abcdefghijklmnop";
			bool is_plain = byte > 0 && byte < 0x80;

			text[place] = (char)byte;
			assert_int_equal(lg_utf8_valid_prefix(text, 16), is_plain ? 16 : place);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_finds_the_valid_beginning),
		cmocka_unit_test(utf8_counts_characters),
		cmocka_unit_test(utf8_looks_at_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

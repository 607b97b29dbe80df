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

static void utf8_knows_what_is_hidden(void **state)
{
	static const struct {
		const char *text;
		bool is_hidden;
	} characters[] = {{"a", false}, {" ", false}, {"\t", true}, {"\x1f", true}, {"\x7f", true},
		{"\xc2\x80", true}, {"\xc2\x9f", true}, {"\xc2\xa0", false}, {"\xd8\x9c", true},
		{"\xe2\x80\x8b", false}, {"\xe2\x80\x8e", true}, {"\xe2\x80\x8f", true},
		{"\xe2\x80\x90", false}, {"\xe2\x80\xa7", false}, {"\xe2\x80\xa8", true},
		{"\xe2\x80\xae", true}, {"\xe2\x80\xaf", false}, {"\xe2\x81\xa5", false},
		{"\xe2\x81\xa6", true}, {"\xe2\x81\xa9", true}, {"\xe2\x81\xaa", false},
		{"\xef\xbf\xbd", false}, {"\xef\xbf\xbe", true}, {"\xef\xbf\xbf", true},
		{"\xf0\x9f\x98\x80", false}};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(characters); i++) {
		const char *text = characters[i].text;

		assert_int_equal(lg_utf8_character_len(text, strlen(text)), strlen(text));
		assert_int_equal(lg_utf8_is_hidden(text, strlen(text)), characters[i].is_hidden);
	}
	assert_int_equal(lg_utf8_character_len("", 0), 0);
	assert_int_equal(lg_utf8_character_len("\xc3", 1), 0);
	assert_int_equal(lg_utf8_character_len("\0", 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_finds_the_valid_beginning),
		cmocka_unit_test(utf8_counts_characters),
		cmocka_unit_test(utf8_looks_at_every_byte),
		cmocka_unit_test(utf8_knows_what_is_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

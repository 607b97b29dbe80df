/* SPDX-License-Identifier: MIT */
#include "bundles/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "bundles/limits.h"

static void version_span_ends_behind_the_last_digit(void **state)
{
	static const struct {
		const char *text;
		size_t span;
	} cases[] = {
		{"", 0},
		{"a1", 0},
		{".1", 0},
		{"1", 1},
		{"20260105093000_create", 14},
		{"1.2.3__name", 5},
		{"1.sql", 1},
		{"1..2", 1},
		{"1.2.", 3},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++)
		assert_int_equal(version_span(cases[i].text), cases[i].span);
}

static void version_is_valid_knows_its_form(void **state)
{
	char text[BUNDLE_MAX_NAME_CHARS + 2] = {0};

	(void)state;
	assert_true(version_is_valid("0"));
	assert_true(version_is_valid("1.02.3"));
	assert_false(version_is_valid(""));
	assert_false(version_is_valid("1."));
	assert_false(version_is_valid("1_2"));
	assert_false(version_is_valid("-1"));
	assert_false(version_is_valid(" 1"));

	memset(text, '1', BUNDLE_MAX_NAME_CHARS);
	assert_true(version_is_valid(text));
	text[BUNDLE_MAX_NAME_CHARS] = '1';
	assert_false(version_is_valid(text));
}

static int sign(int order)
{
	return (order > 0) - (order < 0);
}

static void version_compare_compares_numbers(void **state)
{
	static const struct {
		const char *a, *b;
		int order;
	} cases[] = {
		{"1", "1", 0},
		{"2", "10", -1},
		{"007", "7", 0},
		{"1", "1.0", 0},
		{"1", "1.0.0", 0},
		{"1", "1.0.1", -1},
		{"1.2", "1.10", -1},
		{"1.10", "1.9.9", 1},
		{"0", "00.00", 0},
		{"20260105093000", "20260105093001", -1},
		{"99999999999999999999999999999998", "99999999999999999999999999999999", -1},
		{"100000000000000000000000000000000", "99999999999999999999999999999999", 1},
		{"1.5", "2", -1},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		assert_int_equal(sign(version_compare(cases[i].a, cases[i].b)), cases[i].order);
		assert_int_equal(sign(version_compare(cases[i].b, cases[i].a)), -cases[i].order);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_span_ends_behind_the_last_digit),
		cmocka_unit_test(version_is_valid_knows_its_form),
		cmocka_unit_test(version_compare_compares_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "bundles/version_step.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "bundles/version.h"

static void version_after_keeps_the_style(void **state)
{
	static const struct {
		const char *last, *style, *next;
	} cases[] = {
		{"1", "1", "2"},
		{"9", "3", "10"},
		{"0007", "0004", "0008"},
		{"7", "0004", "0008"},
		{"0007", "4", "8"},
		{"9999", "0004", "10000"},
		{"0", "0", "1"},
		{"000", "000", "001"},
		{"1.7", "1.4", "1.8"},
		{"1.09", "1.04", "1.10"},
		{"2", "1.4", "2.1"},
		{"2", "1.04", "2.01"},
		{"2", "1.4.1", "2.0.1"},
		{"1.7.3", "1.4", "1.8"},
		{"1.7", "1", "2"},
		{"10.99", "1.1", "10.100"},
		{"99999999999999999999999", "1", "100000000000000000000000"},
		{"20260105093000", "20260101000000", "20260105093001"},
		{"20260105095959", "20260101000000", "20260105100000"},
		{"20261231235959", "20260101000000", "20270101000000"},
		{"20240228235959", "20240101000000", "20240229000000"},
		{"20260105093000", "0004", "20260105093001"},
		{"20260105095961", "20260101000000", "20260105095962"},
		{"99991231235959", "20260101000000", "99991231235960"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_FREE_BY_SCOPE char *next = version_after(cases[i].last, cases[i].style);

		assert_string_equal(next, cases[i].next);
		assert_true(version_compare(next, cases[i].last) > 0);
	}
}

static void version_is_timestamp_knows_the_calendar(void **state)
{
	(void)state;
	assert_true(version_is_timestamp("20260105093000"));
	assert_true(version_is_timestamp("20240229000000"));
	assert_false(version_is_timestamp("20250229000000"));
	assert_false(version_is_timestamp("20261301000000"));
	assert_false(version_is_timestamp("20260105093060"));
	assert_false(version_is_timestamp("2026010509300"));
	assert_false(version_is_timestamp("202601050930.0"));
	assert_false(version_is_timestamp("00000000000000"));
	assert_false(version_is_timestamp("7"));
}

static void version_after_at_takes_the_time_where_it_can(void **state)
{
	/* 2026-02-01T10:00:00Z */
	static const int64_t moment_us = INT64_C(1769940000) * 1000000;
	static const struct {
		const char *last, *style, *next;
	} cases[] = {
		{"20260105093000", "20260101000000", "20260201100000"},
		{"20260201100000", "20260101000000", "20260201100001"},
		{"20270101000000", "20260101000000", "20270101000001"},
		{"0007", "20260101000000", "20260201100000"},
		{"0007", "0004", "0008"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_FREE_BY_SCOPE char *next =
			version_after_at(cases[i].last, cases[i].style, moment_us);

		assert_string_equal(next, cases[i].next);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_after_keeps_the_style),
		cmocka_unit_test(version_is_timestamp_knows_the_calendar),
		cmocka_unit_test(version_after_at_takes_the_time_where_it_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

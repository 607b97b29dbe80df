/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

static void clock_formats_moments(void **state)
{
	static const struct {
		int64_t moment_us;
		const char *text, *timestamp;
	} rows[] = {
		{0, "1970-01-01T00:00:00.000000Z", "19700101000000"},
		{1767605400000000, "2026-01-05T09:30:00.000000Z", "20260105093000"},
		{951782399999999, "2000-02-28T23:59:59.999999Z", "20000228235959"},
		{951782400000001, "2000-02-29T00:00:00.000001Z", "20000229000000"},
		{253402300799999999, "9999-12-31T23:59:59.999999Z", "99991231235959"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(rows); i++) {
		char text[LG_MOMENT_CHARS + 1];
		char timestamp[LG_TIMESTAMP_CHARS + 1];

		lg_clock_format(rows[i].moment_us, text);
		lg_clock_timestamp(rows[i].moment_us, timestamp);
		assert_string_equal(text, rows[i].text);
		assert_string_equal(timestamp, rows[i].timestamp);
	}
}

static void clock_reads_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
		{"0", 0},
		{"0s", 0},
		{"500ms", 500},
		{"30s", 30000},
		{"5m", 300000},
		{"1h", 3600000},
		{"8760h", INT64_C(8760) * 3600000},
		{"31536000000ms", INT64_C(31536000000)},
		{"007s", 7000},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(rows); i++) {
		struct lg_error err = {0};
		int64_t ms = -1;

		assert_int_equal(lg_duration_parse(rows[i].text, &ms, &err), LG_OK);
		assert_int_equal(ms, rows[i].ms);
	}
}

static void clock_refuses_other_durations(void **state)
{
	static const char *const texts[] = {"", "5", "00", "s", "-1s", "+1s", " 1s", "1 s", "1s ",
		"1S", "1d", "1.5s", "8761h", "31536000001ms", "99999999999999999999999999h",
		"0x1s"};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(texts); i++) {
		struct lg_error err = {0};
		int64_t ms = -1;

		assert_int_equal(lg_duration_parse(texts[i], &ms, &err), LG_FORMAT);
		assert_int_equal(ms, -1);
	}
}

static void clock_goes_on(void **state)
{
	int64_t began_us = lg_clock_monotonic_us();

	(void)state;
	lg_clock_sleep_ms(20);
	assert_true(lg_clock_monotonic_us() - began_us >= 20000);
	assert_true(lg_clock_now_us() > INT64_C(1700000000000000));
}

static void jitter_stays_below_its_bound(void **state)
{
	bool seen[3] = {false, false, false};

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint32_t number = lg_jitter(3);

		assert_true(number < 3);
		seen[number] = true;
		assert_int_equal(lg_jitter(1), 0);
	}
	assert_true(seen[0] && seen[1] && seen[2]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clock_formats_moments),
		cmocka_unit_test(clock_reads_durations),
		cmocka_unit_test(clock_refuses_other_durations),
		cmocka_unit_test(clock_goes_on),
		cmocka_unit_test(jitter_stays_below_its_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "ci/phrase.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"

static void durations_have_the_unit_that_fits(void **state)
{
	static const struct {
		int64_t duration_us;
		const char *expected;
	} cases[] = {{CI_UNKNOWN, ""}, {0, "0.0 ms"}, {4140, "4.1 ms"}, {99900, "99.9 ms"},
		{100000, "100 ms"}, {999999, "999 ms"}, {1000000, "1.00 s"}, {59990000, "59.99 s"},
		{60000000, "1 min 0 s"}, {3599000000, "59 min 59 s"}, {3600000000, "1 h 0 min"},
		{90000000000, "25 h 0 min"}};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf out;

		lg_buf_init(&out, LG_BUF_MAX_BYTES);
		ci_add_duration(cases[i].duration_us, &out);
		assert_string_equal(out.text, cases[i].expected);
	}
}

static void labels_say_nothing_twice(void **state)
{
	static const struct {
		const char *version, *name, *expected;
	} cases[] = {{"3", "users", "3_users"}, {"view", "view", "view"}, {"3", NULL, "3"},
		{"3", "", "3"}};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf out;

		lg_buf_init(&out, LG_BUF_MAX_BYTES);
		ci_add_label(cases[i].version, cases[i].name, &out);
		assert_string_equal(out.text, cases[i].expected);
	}
}

static void ids_are_shortened_behind_their_algorithm(void **state)
{
	size_t len;

	(void)state;
	assert_string_equal(ci_short_id("sha256:0123456789abcdef", &len), "0123456789abcdef");
	assert_int_equal(len, 12);
	(void)ci_short_id("sha256:", &len);
	assert_int_equal(len, 0);
	(void)ci_short_id("012", &len);
	assert_int_equal(len, 3);
}

static void only_web_addresses_are_links(void **state)
{
	static const char *const links[] = {"https://a.example/b?c=d&e=%20#f", "http://[::1]:80/"};
	static const char *const others[] = {"", "http", "javascript:alert(1)", "HTTPS://a",
		"https://a b", "https://a\"b", "https://a'b", "https://a<b", "https://a>b",
		"https://a(b)", "https://a\\b", "https://a`b", "https://\xc3\xa9", " https://a"};

	(void)state;
	assert_false(ci_is_url(NULL));
	for (size_t i = 0; i < LG_COUNT_OF(links); i++)
		assert_true(ci_is_url(links[i]));
	for (size_t i = 0; i < LG_COUNT_OF(others); i++)
		assert_false(ci_is_url(others[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_have_the_unit_that_fits),
		cmocka_unit_test(labels_say_nothing_twice),
		cmocka_unit_test(ids_are_shortened_behind_their_algorithm),
		cmocka_unit_test(only_web_addresses_are_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

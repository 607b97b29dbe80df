/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/nearest.h"

static const char *nearest_of(const char *typed)
{
	static const char *const words[] = {
		"apply", "adopt", "revert", "lock-wait", "lock-timeout"};
	struct lg_nearest nearest = lg_nearest_to(typed);

	for (size_t i = 0; i < LG_COUNT_OF(words); i++)
		lg_nearest_offer(&nearest, words[i]);
	return lg_nearest_word(&nearest);
}

static void nearest_finds_the_word_that_was_meant(void **state)
{
	static const char *const cases[][2] = {{"aply", "apply"}, {"appply", "apply"},
		{"applu", "apply"}, {"appyl", "apply"}, {"revret", "revert"},
		{"lock_wait", "lock-wait"}, {"lock-timout", "lock-timeout"}};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++)
		assert_string_equal(cases[i][1], nearest_of(cases[i][0]));
}

static void nearest_proposes_nothing_that_is_far(void **state)
{
	static const char *const cases[] = {"x", "status", "frobnicate",
		"a-word-that-is-much-longer-than-any-that-is-known-here"};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++)
		assert_null(nearest_of(cases[i]));
}

static void nearest_of_no_words_is_none(void **state)
{
	struct lg_nearest nearest = lg_nearest_to("apply");

	(void)state;
	assert_null(lg_nearest_word(&nearest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nearest_finds_the_word_that_was_meant),
		cmocka_unit_test(nearest_proposes_nothing_that_is_far),
		cmocka_unit_test(nearest_of_no_words_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

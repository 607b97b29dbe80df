/* SPDX-License-Identifier: MIT */
#include "ci/retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attrs.h"

enum { NOW_S = 1767323045 };

static struct ci_judgement judge(long status, enum ci_dialect dialect)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;

	http_answer_init(&answer);
	answer.outcome = HTTP_ANSWERED;
	answer.status = status;
	return retry_judge(&answer, dialect, NOW_S);
}

static void statuses_are_delivered_retried_or_dead(void **state)
{
	static const struct {
		long status;
		enum ci_result plain, otlp;
	} cases[] = {{200, CI_DELIVERED, CI_DELIVERED}, {204, CI_DELIVERED, CI_DELIVERED},
		{299, CI_DELIVERED, CI_DELIVERED}, {301, CI_DEAD, CI_DEAD}, {400, CI_DEAD, CI_DEAD},
		{401, CI_DEAD, CI_DEAD}, {403, CI_DEAD, CI_DEAD}, {404, CI_DEAD, CI_DEAD},
		{408, CI_RETRY, CI_DEAD}, {410, CI_DEAD, CI_DEAD}, {422, CI_DEAD, CI_DEAD},
		{425, CI_RETRY, CI_DEAD}, {429, CI_RETRY, CI_RETRY}, {499, CI_DEAD, CI_DEAD},
		{500, CI_RETRY, CI_DEAD}, {501, CI_DEAD, CI_DEAD}, {502, CI_RETRY, CI_RETRY},
		{503, CI_RETRY, CI_RETRY}, {504, CI_RETRY, CI_RETRY}, {520, CI_RETRY, CI_DEAD},
		{599, CI_RETRY, CI_DEAD}};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		assert_int_equal(judge(cases[i].status, CI_DIALECT_PLAIN).result, cases[i].plain);
		assert_int_equal(judge(cases[i].status, CI_DIALECT_OTLP).result, cases[i].otlp);
	}
}

static void no_answer_is_judged_by_why(void **state)
{
	static const enum ci_result expected[] = {[HTTP_UNREACHABLE] = CI_RETRY,
		[HTTP_REFUSED] = CI_DEAD,
		[HTTP_STOPPED] = CI_STOPPED};

	(void)state;
	for (enum http_outcome outcome = HTTP_UNREACHABLE; outcome <= HTTP_STOPPED; outcome++) {
		LG_CLEANUP(http_answer_release) struct http_answer answer;

		http_answer_init(&answer);
		answer.outcome = outcome;
		assert_int_equal(
			retry_judge(&answer, CI_DIALECT_GITHUB, NOW_S).result, expected[outcome]);
	}
}

static void assert_waits(struct http_answer *answer, int64_t wait_ms)
{
	struct ci_judgement judgement = retry_judge(answer, CI_DIALECT_GITHUB, NOW_S);

	assert_int_equal(judgement.result, CI_RETRY);
	assert_true(judgement.is_rate_limit);
	assert_int_equal(judgement.wait_ms, wait_ms);
}

static void githubs_limits_are_read_in_their_order(void **state)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;

	(void)state;
	http_answer_init(&answer);
	answer.outcome = HTTP_ANSWERED;
	answer.status = 403;
	assert_int_equal(retry_judge(&answer, CI_DIALECT_GITHUB, NOW_S).result, CI_DEAD);
	lg_buf_adds(&answer.body, "You have exceeded a secondary rate limit");
	assert_waits(&answer, 60000);
	answer.rate_reset_s = NOW_S + 40;
	assert_waits(&answer, 60000);
	answer.rate_remaining = 0;
	assert_waits(&answer, 40000);
	answer.rate_reset_s = INT64_MAX;
	assert_waits(&answer, (int64_t)HTTP_WAIT_MAX_S * 1000);
	answer.rate_reset_s = NOW_S - 40;
	assert_waits(&answer, 1000);
	answer.retry_after_s = 7;
	assert_waits(&answer, 7000);
	answer.status = 429;
	assert_waits(&answer, 7000);
	answer.retry_after_s = answer.rate_remaining = answer.rate_reset_s = -1;
	assert_waits(&answer, 60000);
}

static void retry_after_counts_where_it_is_given(void **state)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;

	(void)state;
	http_answer_init(&answer);
	answer.outcome = HTTP_ANSWERED;
	answer.status = 503;
	assert_int_equal(retry_judge(&answer, CI_DIALECT_PLAIN, NOW_S).wait_ms, -1);
	answer.retry_after_s = 3;
	assert_int_equal(retry_judge(&answer, CI_DIALECT_PLAIN, NOW_S).wait_ms, 3000);
}

static void waiting_grows_with_jitter_up_to_a_bound(void **state)
{
	static const int64_t bounds[] = {500, 1000, 2000, 4000, 8000, 10000, 10000};

	(void)state;
	for (uint32_t attempts = 0; attempts < LG_COUNT_OF(bounds); attempts++) {
		int64_t most = 0;

		for (int i = 0; i < 200; i++) {
			int64_t wait_ms = retry_backoff_ms(attempts);

			assert_in_range(wait_ms, 0, bounds[attempts]);
			most = wait_ms > most ? wait_ms : most;
		}
		assert_true(most > bounds[attempts] / 2);
	}
	assert_in_range(retry_backoff_ms(UINT32_MAX), 0, CI_BACKOFF_MAX_MS);
}

static void refusals_have_hints(void **state)
{
	(void)state;
	assert_non_null(retry_hint(401));
	assert_non_null(retry_hint(308));
	assert_null(retry_hint(418));
}

static void addresses_are_https_or_of_this_machine(void **state)
{
	static const struct {
		const char *url;
		bool allow_http;
		enum lg_status expected;
	} cases[] = {{"https://hooks.example/x", false, LG_OK},
		{"HTTPS://hooks.example", false, LG_OK},
		{"http://hooks.example/x", false, LG_USAGE},
		{"http://hooks.example/x", true, LG_OK}, {"http://localhost:80/x", false, LG_OK},
		{"http://127.0.0.1/", false, LG_OK}, {"http://127.8.9.1/", false, LG_OK},
		{"http://[::1]:9/", false, LG_OK}, {"http://127.0.0.1.example/", false, LG_USAGE},
		{"http://localhost.example/", false, LG_USAGE},
		{"http://user@127.0.0.1@evil.example/", false, LG_USAGE},
		{"ftp://x/", true, LG_USAGE}, {"file:///etc/passwd", true, LG_USAGE},
		{"", false, LG_USAGE}, {"x y", false, LG_USAGE}, {"https://", false, LG_USAGE}};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		struct lg_error err = {0};

		assert_int_equal(
			http_check_url(cases[i].url, cases[i].allow_http, &err), cases[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statuses_are_delivered_retried_or_dead),
		cmocka_unit_test(no_answer_is_judged_by_why),
		cmocka_unit_test(githubs_limits_are_read_in_their_order),
		cmocka_unit_test(retry_after_counts_where_it_is_given),
		cmocka_unit_test(waiting_grows_with_jitter_up_to_a_bound),
		cmocka_unit_test(refusals_have_hints),
		cmocka_unit_test(addresses_are_https_or_of_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

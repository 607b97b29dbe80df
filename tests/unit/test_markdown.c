/* SPDX-License-Identifier: MIT */
#include "ci/render/markdown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "tests/support/hostile_report.h"

static struct lg_buf render(const struct ci_report *report, size_t max_bytes)
{
	struct lg_buf out;

	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_markdown(report, max_bytes, &out);
	assert_true(out.len <= max_bytes);
	assert_int_equal(lg_utf8_valid_prefix(out.text, out.len), out.len);
	return out;
}

static size_t count(const char *text, const char *part)
{
	size_t times = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		times++;
	return times;
}

static void a_good_run_is_short(void **state)
{
	const struct ci_done applied = {.kind = "versioned",
		.version = "7",
		.name = "users",
		.statements = 2,
		.duration_us = 4100};
	const struct ci_planned plan = {.kind = "versioned", .version = "7", .name = "users"};
	const struct ci_run run = {.run_url = "https://ci.example/1", .commit = "0123456789abcdef"};
	struct ci_report report = bare_report();
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	(void)state;
	report.command = "apply";
	report.project = "shop";
	report.environment = "prod";
	report.current = "7";
	report.pending = 0;
	report.plan = &plan;
	report.applied = &applied;
	report.plan_count = report.applied_count = 1;
	report.run = &run;
	out = render(&report, CI_MARKDOWN_SUMMARY_BYTES);
	assert_string_equal(out.text,
		"### \xe2\x9c\x85 ok: 1 applied, now at 7\n\n"
		"lockgate `apply` \xc2\xb7 project `shop` \xc2\xb7 environment `prod`\n\n"
		"**1 applied**\n\n"
		"| Migration | Statements | Duration |\n|---|--:|--:|\n"
		"| `7_users` | 2 | 4.1 ms |\n\n"
		"lockgate `1.2.3` \xc2\xb7 [run](<https://ci.example/1>) \xc2\xb7 commit `0123456789ab` \xc2\xb7 1.5 ms\n");
}

static void a_refusal_shows_the_place_the_remedy_and_the_difference(void **state)
{
	const struct ci_finding finding = {.code = "checksum-changed",
		.severity = "block",
		.version = "7",
		.name = "users",
		.file = "m/7_users.sql",
		.line = 3,
		.column = 1,
		.message = "it changed",
		.hint = "undo it",
		.difference = "-a\n+```\n"};
	struct ci_report report = bare_report();
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	(void)state;
	report.outcome = "refused";
	report.findings = &finding;
	report.finding_count = 1;
	out = render(&report, CI_MARKDOWN_SUMMARY_BYTES);
	assert_non_null(
		strstr(out.text, "### \xe2\x9d\x8c refused: 1 checksum changed (7\\_users)\n"));
	assert_non_null(strstr(out.text,
		"| 1 | **blocks** `checksum-changed` | `7_users`<br>`m/7_users.sql:3:1` | "
		"it changed<br>\xe2\x86\x92 undo it |\n"));
	assert_non_null(strstr(out.text, "````diff\n-a\n+```\n````\n"));
}

static void what_is_done_is_not_pending(void **state)
{
	const struct ci_planned plan[] = {
		{.kind = "versioned",
			.version = "1",
			.name = "a",
			.statements = 1,
			.file = "1_a.sql"},
		{.kind = "versioned",
			.version = "2",
			.name = "b",
			.statements = 3,
			.file = "2_b.sql"},
	};
	const struct ci_done applied = {.kind = "versioned", .version = "1", .name = "a"};
	struct ci_report report = bare_report();
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	(void)state;
	report.pending = 1;
	report.plan = plan;
	report.plan_count = 2;
	report.applied = &applied;
	report.applied_count = 1;
	out = render(&report, CI_MARKDOWN_SUMMARY_BYTES);
	assert_non_null(strstr(out.text, "**1 pending**"));
	assert_non_null(strstr(out.text, "| `2_b` | 3, outside a transaction | `2_b.sql` |"));
	assert_null(strstr(out.text, "`1_a.sql`"));
}

static void rows_are_twenty_and_the_rest_is_counted(void **state)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena arena = {0};
	struct ci_report report = hostile_report(&arena, 20);
	LG_CLEANUP(lg_buf_release) struct lg_buf out = render(&report, CI_MARKDOWN_SUMMARY_BYTES);
	LG_CLEANUP(lg_buf_release) struct lg_buf more;

	(void)state;
	assert_null(strstr(out.text, "more\n"));
	report = hostile_report(&arena, 21);
	more = render(&report, CI_MARKDOWN_SUMMARY_BYTES);
	assert_int_equal(count(more.text, "\nand 1 more\n"), 4);
}

/* At every limit there is a document that begins with the verdict and is closed. */
static void no_limit_is_passed(void **state)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena arena = {0};
	const struct ci_report report = hostile_report(&arena, 500);
	size_t last = 0;

	(void)state;
	for (size_t max = CI_MARKDOWN_LEAST_BYTES; max < 200000; max += max / 3) {
		LG_CLEANUP(lg_buf_release) struct lg_buf out = render(&report, max);

		assert_int_equal(strncmp(out.text, "### ", 4), 0);
		assert_int_equal(out.text[out.len - 1], '\n');
		assert_int_equal(count(out.text, "<details>"), count(out.text, "</details>"));
		assert_true(out.len >= last);
		last = out.len;
	}
	assert_true(last > 10000);
}

/* A verdict of the longest characters, and nothing else fits. */
static void the_verdict_always_fits(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf message;
	struct ci_error error = {0};
	struct ci_report report = bare_report();
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	(void)state;
	lg_buf_init(&message, LG_BUF_MAX_BYTES);
	for (size_t i = 0; i < 5000; i++)
		lg_buf_adds(&message, "@\xff");
	error.message = message.text;
	report.project = message.text;
	report.outcome = "failed";
	report.error = &error;
	out = render(&report, CI_MARKDOWN_LEAST_BYTES);
	assert_int_equal(strncmp(out.text, "### ", 4), 0);
	assert_true(out.len > 100);
}

static void only_a_url_is_a_link(void **state)
{
	static const char *const urls[] = {"javascript:alert(1)", "https://a/>\"", "https://a b",
		"https://a)\n", "ftp://a", "https://a/(b)", "http"};
	struct ci_run run = {0};
	struct ci_report report = bare_report();

	(void)state;
	report.run = &run;
	for (size_t i = 0; i < LG_COUNT_OF(urls); i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf out = {0};

		run.run_url = urls[i];
		out = render(&report, CI_MARKDOWN_SUMMARY_BYTES);
		assert_null(strstr(out.text, "[run]"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_run_is_short),
		cmocka_unit_test(a_refusal_shows_the_place_the_remedy_and_the_difference),
		cmocka_unit_test(what_is_done_is_not_pending),
		cmocka_unit_test(rows_are_twenty_and_the_rest_is_counted),
		cmocka_unit_test(no_limit_is_passed),
		cmocka_unit_test(the_verdict_always_fits),
		cmocka_unit_test(only_a_url_is_a_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "ci/render/sentence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/utf8.h"
#include "tests/support/hostile_report.h"

static void expect(const struct ci_report *report, const char *expected)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_sentence(report, CI_SENTENCE_TITLE_CHARS, &out);
	assert_string_equal(out.text, expected);
}

static void success_says_where_it_stands(void **state)
{
	struct ci_report report = bare_report();
	const struct ci_finding warning = {.code = "renamed", .severity = "warn", .message = "m"};

	(void)state;
	expect(&report, "ok: verify done");
	report.current = "7";
	expect(&report, "ok: verify done, now at 7");
	report.pending = 0;
	expect(&report, "ok: up to date at 7");
	report.pending = 3;
	expect(&report, "ok: 3 pending, now at 7");
	report.applied_count = 2;
	report.findings = &warning;
	report.finding_count = 1;
	expect(&report, "ok: 2 applied, now at 7, 1 warning");
	report.command = "adopt";
	expect(&report, "ok: 2 adopted, now at 7, 1 warning");
	report.applied_count = 0;
	report.reverted_count = 1;
	report.command = "revert";
	report.current = NULL;
	expect(&report, "ok: 1 reverted, now at no version, 1 warning");
}

static void refusals_are_counted_by_code(void **state)
{
	const struct ci_finding findings[] = {
		{.code = "wrong-engine", .severity = "block"},
		{.code = "renamed", .severity = "warn", .version = "9"},
		{.code = "checksum-changed", .severity = "block", .version = "1", .name = "a"},
		{.code = "checksum-changed", .severity = "block", .version = "2", .name = "2"},
		{.code = "checksum-changed", .severity = "block", .version = "3"},
		{.code = "checksum-changed", .severity = "block", .version = "4", .name = "d"},
		{.code = "out-of-order", .severity = "block", .version = "5", .name = "e"},
	};
	struct ci_report report = bare_report();

	(void)state;
	report.outcome = "refused";
	report.findings = findings;
	report.finding_count = LG_COUNT_OF(findings);
	expect(&report,
		"refused: 4 checksums changed (1_a, 2, 3 and 1 more), 1 out of order (5_e), "
		"wrong engine");
	report.finding_count = 3;
	expect(&report, "refused: 1 checksum changed (1_a), wrong engine");
	report.findings = findings + 6;
	report.finding_count = 1;
	expect(&report, "refused: 1 out of order (5_e)");
	report.finding_count = 0;
	report.pending = 2;
	expect(&report, "refused: 2 pending, now at no version");
}

static void errors_name_the_migration_or_the_place(void **state)
{
	const struct ci_planned plan = {.kind = "versioned", .version = "3", .name = "c"};
	struct ci_error error = {.message = "statement 2: no\nsuch table", .version = "3"};
	struct ci_report report = bare_report();

	(void)state;
	report.outcome = "failed";
	report.error = &error;
	report.plan = &plan;
	report.plan_count = 1;
	expect(&report, "failed: 3_c: statement 2: no such table");
	error.version = NULL;
	error.file = "m/3_c.sql";
	error.line = 4;
	expect(&report, "failed: m/3_c.sql:4: statement 2: no such table");
	error.file = NULL;
	expect(&report, "failed: statement 2: no such table");
}

static void a_code_that_is_not_known_is_a_finding(void **state)
{
	const struct ci_finding finding = {.code = "brand-new", .severity = "block"};
	struct ci_report report = bare_report();

	(void)state;
	report.outcome = "refused";
	report.findings = &finding;
	report.finding_count = 1;
	expect(&report, "refused: 1 finding");
}

/* "failed: " and the message are at, and one above, what is allowed. */
static void the_length_is_kept_in_characters(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf message;
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	struct ci_error error = {0};
	struct ci_report report = bare_report();
	const size_t chars = CI_SENTENCE_STATUS_CHARS;

	(void)state;
	lg_buf_init(&message, LG_BUF_MAX_BYTES);
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	for (size_t i = strlen("failed: "); i < chars; i++)
		lg_buf_adds(&message, "\xf0\x9f\x98\x80");
	error.message = message.text;
	report.outcome = "failed";
	report.error = &error;
	render_sentence(&report, chars, &out);
	assert_int_equal(lg_utf8_count(out.text, out.len), chars);
	assert_int_equal(out.len, strlen("failed: ") + message.len);

	lg_buf_adds(&message, "!");
	error.message = message.text;
	lg_buf_clear(&out);
	render_sentence(&report, chars, &out);
	assert_int_equal(lg_utf8_count(out.text, out.len), chars);
	assert_string_equal(out.text + out.len - 3, "\xe2\x80\xa6");
	assert_int_equal(lg_utf8_valid_prefix(out.text, out.len), out.len);
}

static void hostile_texts_stay_on_one_line(void **state)
{
	(void)state;
	for (size_t count = 0; count < hostile_text_count; count++) {
		LG_CLEANUP(lg_arena_release) struct lg_arena arena = {0};
		LG_CLEANUP(lg_buf_release) struct lg_buf out;
		const struct ci_report report = hostile_report(&arena, count);

		lg_buf_init(&out, LG_BUF_MAX_BYTES);
		render_sentence(&report, CI_SENTENCE_STATUS_CHARS, &out);
		assert_int_equal(lg_utf8_valid_prefix(out.text, out.len), out.len);
		for (size_t i = 0; i < out.len; i++)
			assert_true((unsigned char)out.text[i] >= 0x20);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(success_says_where_it_stands),
		cmocka_unit_test(refusals_are_counted_by_code),
		cmocka_unit_test(errors_name_the_migration_or_the_place),
		cmocka_unit_test(a_code_that_is_not_known_is_a_finding),
		cmocka_unit_test(the_length_is_kept_in_characters),
		cmocka_unit_test(hostile_texts_stay_on_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "ci/render/annotations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "tests/support/hostile_report.h"

enum { MANY = 12 };

static size_t count_lines(const char *text, const char *beginning)
{
	size_t count = 0;

	for (; *text; text += strcspn(text, "\n") + 1)
		count += strncmp(text, beginning, strlen(beginning)) == 0;
	return count;
}

static void a_finding_has_a_place_a_title_and_a_remedy(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	const struct ci_finding finding = {.code = "checksum-changed",
		.severity = "block",
		.version = "3",
		.name = "users",
		.kind = "versioned",
		.file = "./m/3,users.sql",
		.line = 4,
		.column = 2,
		.message = "was 1%\nis 2%",
		.hint = "undo it"};
	const struct ci_bundle bundle = {.source = "./m"};
	struct ci_report report = bare_report();

	(void)state;
	report.findings = &finding;
	report.finding_count = 1;
	report.bundle = &bundle;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_annotations(&report, &out);
	assert_string_equal(out.text,
		"::error file=m/3%2Cusers.sql,line=4,col=2,title=checksum changed%3A 3_users::"
		"was 1%25%0Ais 2%25%0Aundo it\n");
}

static void errors_come_first(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	const struct ci_finding findings[] = {
		{.code = "renamed", .severity = "warn", .message = "third"},
		{.code = "dirty", .severity = "block", .message = "second"}};
	const struct ci_error error = {.message = "first"};
	struct ci_report report = bare_report();

	(void)state;
	report.outcome = "failed";
	report.findings = findings;
	report.finding_count = 2;
	report.error = &error;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_annotations(&report, &out);
	assert_string_equal(out.text, "::error title=failed::first\n"
				      "::error title=half done::second\n"
				      "::warning title=renamed::third\n");
}

/* Nine, and a tenth that counts the rest, of each level. */
static void a_level_has_ten_at_most(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	struct ci_finding findings[2 * MANY];
	struct ci_report report = bare_report();

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(findings); i++)
		findings[i] = (struct ci_finding){
			.code = "dirty", .severity = i % 2 ? "warn" : "block", .message = "m"};
	report.findings = findings;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);

	report.finding_count = 2 * 9;
	render_annotations(&report, &out);
	assert_int_equal(count_lines(out.text, "::error "), 9);
	assert_null(strstr(out.text, "more"));

	lg_buf_clear(&out);
	report.finding_count = 2 * MANY;
	render_annotations(&report, &out);
	assert_int_equal(count_lines(out.text, "::error "), 10);
	assert_int_equal(count_lines(out.text, "::warning "), 10);
	assert_non_null(strstr(out.text, "::error title=lockgate::3 more, see the summary\n"));
	assert_non_null(strstr(out.text, "::warning title=lockgate::3 more, see the summary\n"));

	lg_buf_clear(&out);
	report.findings = findings;
	report.finding_count = 0;
	render_annotations(&report, &out);
	assert_int_equal(out.len, 0);
}

/* Every line is one of ours, and none is longer than a runner takes. */
static void hostile_texts_are_no_commands(void **state)
{
	(void)state;
	for (size_t count = 1; count <= hostile_text_count; count++) {
		LG_CLEANUP(lg_arena_release) struct lg_arena arena = {0};
		LG_CLEANUP(lg_buf_release) struct lg_buf out;
		const struct ci_report report = hostile_report(&arena, count);

		lg_buf_init(&out, LG_BUF_MAX_BYTES);
		render_annotations(&report, &out);
		assert_int_equal(
			count_lines(out.text, "::error ") + count_lines(out.text, "::warning "),
			count_lines(out.text, ""));
		assert_null(strstr(out.text, "##["));
	}
}

static void a_long_message_is_cut(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	char text[20001] = "";
	const struct ci_error error = {.message = text, .file = text};
	struct ci_report report = bare_report();

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(text); i++)
		text[i] = '%';
	report.error = &error;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_annotations(&report, &out);
	assert_true(strlen(strstr(out.text + 2, "::")) < 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_finding_has_a_place_a_title_and_a_remedy),
		cmocka_unit_test(errors_come_first),
		cmocka_unit_test(a_level_has_ten_at_most),
		cmocka_unit_test(hostile_texts_are_no_commands),
		cmocka_unit_test(a_long_message_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "ci/render/junit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "tests/support/hostile_report.h"

static size_t count(const char *text, const char *part)
{
	size_t times = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		times++;
	return times;
}

static void each_migration_is_a_case(void **state)
{
	const struct ci_planned plan[] = {
		{.kind = "versioned", .version = "1", .name = "a"},
		{.kind = "versioned", .version = "2", .name = "b"},
		{.kind = "repeatable", .version = "v", .name = "v"},
	};
	const struct ci_done applied = {
		.kind = "versioned", .version = "1", .name = "a", .duration_us = 1234567};
	const struct ci_error error = {.message = "no \"such\" table", .version = "2"};
	struct ci_report report = bare_report();
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	(void)state;
	report.outcome = "failed";
	report.project = "shop";
	report.environment = "prod";
	report.plan = plan;
	report.plan_count = LG_COUNT_OF(plan);
	report.applied = &applied;
	report.applied_count = 1;
	report.error = &error;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_junit(&report, &out);
	assert_non_null(strstr(out.text, " tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""));
	assert_non_null(strstr(out.text,
		"<testcase name=\"1_a\" classname=\"lockgate.shop.prod\" time=\"1.235\"></testcase>"));
	assert_non_null(strstr(out.text, "<testcase name=\"2_b\" classname=\"lockgate.shop.prod\" "
					 "time=\"0.000\"><failure type=\"failed\" "
					 "message=\"no &quot;such&quot; table\">"));
	assert_non_null(strstr(out.text, "name=\"v (repeatable)\""));
	assert_non_null(strstr(out.text, "<skipped>pending</skipped>"));
}

static void what_is_undecided_is_an_error(void **state)
{
	const struct ci_error error = {.message = "no server"};
	struct ci_report report = bare_report();
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	(void)state;
	report.outcome = "undecided";
	report.error = &error;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_junit(&report, &out);
	assert_non_null(strstr(out.text, "tests=\"1\" failures=\"0\" errors=\"1\""));
	assert_non_null(strstr(out.text, "name=\"verify\""));
	assert_non_null(strstr(out.text, "<error type=\"undecided\" message=\"no server\">"));
}

static void nothing_to_do_is_a_case_that_passed(void **state)
{
	const struct ci_report report = bare_report();
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	(void)state;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_junit(&report, &out);
	assert_non_null(strstr(out.text, "tests=\"1\" failures=\"0\" errors=\"0\""));
	assert_int_equal(count(out.text, "<testcase"), 1);
}

static void only_gitlab_is_told_the_file(void **state)
{
	const struct ci_planned plan = {
		.kind = "versioned", .version = "1", .name = "a", .file = "m/1_a.sql"};
	struct ci_run run = {.service = CI_SERVICE_GITLAB};
	struct ci_report report = bare_report();
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	(void)state;
	report.plan = &plan;
	report.plan_count = 1;
	report.run = &run;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_junit(&report, &out);
	assert_non_null(strstr(out.text, " file=\"m/1_a.sql\""));
	run.service = CI_SERVICE_GITHUB;
	lg_buf_clear(&out);
	render_junit(&report, &out);
	assert_null(strstr(out.text, "file="));
}

static void names_are_unique(void **state)
{
	const struct ci_finding findings[] = {
		{.code = "unmanaged", .severity = "block", .message = "m"},
		{.code = "unmanaged", .severity = "block", .message = "m"},
		{.code = "dirty", .severity = "block", .message = "m", .version = "1", .name = "2"},
		{.code = "dirty", .severity = "block", .message = "m", .version = "1_2"},
	};
	struct ci_report report = bare_report();
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	(void)state;
	report.findings = findings;
	report.finding_count = LG_COUNT_OF(findings);
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_junit(&report, &out);
	assert_int_equal(count(out.text, "name=\"unmanaged\""), 1);
	assert_int_equal(count(out.text, "name=\"unmanaged #2\""), 1);
	assert_int_equal(count(out.text, "name=\"1_2\""), 1);
	assert_int_equal(count(out.text, "name=\"1_2 #4\""), 1);
}

static void warnings_are_the_output_of_the_suite(void **state)
{
	const struct ci_finding finding = {.code = "renamed",
		.severity = "warn",
		.version = "1",
		.message = "a < b [[ATTACHMENT|x]] [c]"};
	struct ci_report report = bare_report();
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	(void)state;
	report.findings = &finding;
	report.finding_count = 1;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_junit(&report, &out);
	assert_non_null(strstr(
		out.text, "<system-out>warning: a &lt; b [ [ATTACHMENT|x]] [c]&#10;</system-out>"));
	assert_non_null(strstr(out.text, "failures=\"0\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_migration_is_a_case),
		cmocka_unit_test(what_is_undecided_is_an_error),
		cmocka_unit_test(nothing_to_do_is_a_case_that_passed),
		cmocka_unit_test(only_gitlab_is_told_the_file),
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(warnings_are_the_output_of_the_suite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

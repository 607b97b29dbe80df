/* SPDX-License-Identifier: MIT */
#include "ci/render/outputs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "tests/support/hostile_report.h"

static void every_output_stands_between_delimiters(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	const struct ci_bundle bundle = {.id = "sha256:12"};
	struct ci_report report = bare_report();

	(void)state;
	report.bundle = &bundle;
	report.current = "7";
	report.applied_count = 2;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_outputs(&report, "lg_0", 3, &out);
	assert_string_equal(out.text, "outcome<<lg_0\nok\nlg_0\n"
				      "exit-code<<lg_0\n0\nlg_0\n"
				      "changed<<lg_0\ntrue\nlg_0\n"
				      "applied-count<<lg_0\n2\nlg_0\n"
				      "pending-count<<lg_0\n\nlg_0\n"
				      "findings-count<<lg_0\n0\nlg_0\n"
				      "current-version<<lg_0\n7\nlg_0\n"
				      "bundle-id<<lg_0\nsha256:12\nlg_0\n"
				      "plan-token<<lg_0\n\nlg_0\n"
				      "batch<<lg_0\n\nlg_0\n"
				      "reports-pending<<lg_0\n3\nlg_0\n");
}

static void a_value_with_the_delimiter_is_left_out(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	struct ci_report report = bare_report();

	(void)state;
	report.current = "x\nlg_0\nexit-code=0";
	report.batch = "a=b<<c\r\n\xff";
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_outputs(&report, "lg_0", 0, &out);
	assert_non_null(strstr(out.text, "current-version<<lg_0\n\nlg_0\n"));
	assert_non_null(strstr(out.text, "batch<<lg_0\na=b<<c\r\n?\nlg_0\n"));
}

static void only_blocking_findings_are_counted(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	const struct ci_finding findings[] = {
		{.code = "renamed", .severity = "warn"}, {.code = "dirty", .severity = "block"}};
	struct ci_report report = bare_report();

	(void)state;
	report.findings = findings;
	report.finding_count = 2;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_outputs(&report, "x", 0, &out);
	assert_non_null(strstr(out.text, "findings-count<<x\n1\nx\n"));
}

static void variables_hold_plain_values(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	struct ci_report report = bare_report();

	(void)state;
	report.current = "1.2\nLOCKGATE_DB=$(x) \"'\xc3\xa9";
	report.pending = 4;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_dotenv(&report, &out);
	assert_string_equal(out.text, "LOCKGATE_OUTCOME=ok\n"
				      "LOCKGATE_CHANGED=false\n"
				      "LOCKGATE_APPLIED_COUNT=0\n"
				      "LOCKGATE_PENDING_COUNT=4\n"
				      "LOCKGATE_FINDINGS_COUNT=0\n"
				      "LOCKGATE_CURRENT_VERSION=1.2_LOCKGATE_DB___x______\n"
				      "LOCKGATE_BUNDLE_ID=\n");
}

static void variables_are_short(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	char text[10001] = "";
	struct ci_report report = bare_report();

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(text); i++)
		text[i] = '7';
	report.current = text;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_dotenv(&report, &out);
	assert_true(out.len < 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_output_stands_between_delimiters),
		cmocka_unit_test(a_value_with_the_delimiter_is_left_out),
		cmocka_unit_test(only_blocking_findings_are_counted),
		cmocka_unit_test(variables_hold_plain_values),
		cmocka_unit_test(variables_are_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

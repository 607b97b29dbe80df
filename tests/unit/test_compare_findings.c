/* SPDX-License-Identifier: MIT */

/* What the findings say, and which of them a waiver takes away. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/asked.h"
#include "tests/support/build_bundle.h"

static void compare_accepts_exactly_the_waived_change(void **state)
{
	LG_CLEANUP(asked_release) struct asked asked;
	LG_FREE_BY_SCOPE char *lines = NULL;
	char was[LG_DIGEST_CHARS + 1];
	char is[LG_DIGEST_CHARS + 1];

	(void)state;
	asked_init(&asked, "v1=A v2=A", "v1=a v2=b");
	build_content_hash("a", was);
	build_content_hash("A", is);
	lines = lg_format("checksum 1 %s %s wrong way\nchecksum 1 %s %s typo\n"
			  "checksum 2 %s %s not its hashes\n",
		is, was, was, is, was, is);
	build_waivers(&asked.bundle, lines);

	gate_compare(&asked.question, &asked.verdict);

	assert_int_equal(asked.verdict.finding_count, 1);
	assert_string_equal(asked.verdict.findings[0].version, "2");
	assert_int_equal(asked.verdict.waiver_count, 1);
	assert_string_equal(asked.verdict.waivers_used[0]->reason, "typo");
}

static void compare_lists_a_waiver_once(void **state)
{
	LG_CLEANUP(asked_release) struct asked asked;

	(void)state;
	asked_init(&asked, "v1=a v9=z", "v1=a v2=b b2=b v9=z");
	build_waivers(&asked.bundle, "removed 2 both of them\nremoved 3 never needed\n");

	gate_compare(&asked.question, &asked.verdict);

	assert_int_equal(asked.verdict.finding_count, 0);
	assert_int_equal(asked.verdict.waiver_count, 1);
}

static void compare_places_findings_in_files(void **state)
{
	LG_CLEANUP(asked_release) struct asked asked;
	const struct gate_finding *findings;

	(void)state;
	asked_init(&asked, "v1=A v2=b/U v4=d", "v1=a v2=b/u v3=c v4=d");
	asked.bundle.migrations[0].up.first_line = 4;

	gate_compare(&asked.question, &asked.verdict);

	findings = asked.verdict.findings;
	assert_int_equal(asked.verdict.finding_count, 3);
	assert_string_equal(findings[0].file, "1.up.sql");
	assert_int_equal(findings[0].line, 4);
	assert_int_equal(findings[0].column, 1);
	assert_string_equal(findings[0].name, "name_1");
	assert_string_equal(findings[1].file, "2.down.sql");
	assert_null(findings[2].file);
	assert_int_equal(findings[2].line, 0);
	assert_string_equal(findings[2].name, "name_3");
}

static void compare_names_both_hashes(void **state)
{
	LG_CLEANUP(asked_release) struct asked asked;
	char was[LG_DIGEST_CHARS + 1];
	char is[LG_DIGEST_CHARS + 1];

	(void)state;
	asked_init(&asked, "v1=A", "v1=a");
	build_content_hash("a", was);
	build_content_hash("A", is);

	gate_compare(&asked.question, &asked.verdict);

	assert_non_null(strstr(asked.verdict.findings[0].message, was));
	assert_non_null(strstr(asked.verdict.findings[0].message, is));
	assert_non_null(strstr(asked.verdict.findings[0].hint, "checksum 1 "));
}

static void compare_says_where_a_run_stopped(void **state)
{
	static const struct {
		const char *bundle, *history, *message, *hint;
	} rows[] = {
		{"v5=a@off", "v5=a@run2of7",
			"migration '5' (name_5) was interrupted: statement 3 of 7 was under way or "
			"failed",
			"lockgate resolve 5 SOURCE --retry|--done|--applied"},
		{"v5=A@off", "v5=a@run2of7,resumable",
			"migration '5' (name_5) was interrupted and its script has changed since: "
			"statement 3 of 7 was under way or failed",
			"lockgate resolve 5 SOURCE --retry"},
		{"r:view=a@off", "r:view=a@run7of7",
			"repeatable migration 'view' was interrupted: all 7 statements were done, "
			"but that was not recorded",
			"lockgate resolve view SOURCE --retry|--done|--applied"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(rows); i++) {
		LG_CLEANUP(asked_release) struct asked asked;

		asked_init(&asked, rows[i].bundle, rows[i].history);
		gate_compare(&asked.question, &asked.verdict);
		assert_int_equal(asked.verdict.finding_count, 1);
		assert_string_equal(asked.verdict.findings[0].message, rows[i].message);
		assert_non_null(strstr(asked.verdict.findings[0].hint, rows[i].hint));
	}
}

static void compare_counts_what_is_pending(void **state)
{
	LG_CLEANUP(asked_release) struct asked asked;

	(void)state;
	asked_init(&asked, "v1=a v2=b v3=c", "v1=a");
	asked_set_policy(&asked, "pending=block");

	gate_compare(&asked.question, &asked.verdict);

	assert_string_equal(
		asked.verdict.findings[0].message, "2 migrations are pending, the first is '2'");
}

static void compare_refuses_another_engine_and_nothing_else(void **state)
{
	LG_CLEANUP(asked_release) struct asked asked;

	(void)state;
	asked_init(&asked, "v1=A v2=b", "v1=a");
	asked.question.target_engine = SQL_POSTGRES;

	gate_compare(&asked.question, &asked.verdict);

	assert_int_equal(asked.verdict.finding_count, 1);
	assert_int_equal(asked.verdict.findings[0].code, FINDING_WRONG_ENGINE);
	assert_true(asked.verdict.is_blocked);
	assert_int_equal(asked.verdict.plan_count, 0);
	assert_false(gate_needs_settling(&asked.question));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compare_accepts_exactly_the_waived_change),
		cmocka_unit_test(compare_lists_a_waiver_once),
		cmocka_unit_test(compare_places_findings_in_files),
		cmocka_unit_test(compare_names_both_hashes),
		cmocka_unit_test(compare_says_where_a_run_stopped),
		cmocka_unit_test(compare_counts_what_is_pending),
		cmocka_unit_test(compare_refuses_another_engine_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

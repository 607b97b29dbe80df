/* SPDX-License-Identifier: MIT */
#include "ci/case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "tests/support/hostile_report.h"

static void drop(struct ci_cases *cases)
{
	ci_cases_release(cases);
}

/* A migration that is planned, was applied, and whose successor failed. */
static void the_worst_state_of_a_migration_counts(void **state)
{
	const struct ci_planned plan[] = {
		{.kind = "versioned", .version = "1", .name = "a", .file = "m/1_a.sql"},
		{.kind = "versioned", .version = "2", .name = "b", .file = "m/2_b.sql"},
		{.kind = "versioned", .version = "3", .name = "c", .file = "m/3_c.sql"},
	};
	const struct ci_done applied = {
		.kind = "versioned", .version = "1", .name = "a", .duration_us = 5};
	const struct ci_error error = {.message = "m", .version = "2", .file = "m/2_b.sql"};
	struct ci_report report = bare_report();
	LG_CLEANUP(drop) struct ci_cases cases = {0};

	(void)state;
	report.outcome = "failed";
	report.plan = plan;
	report.plan_count = LG_COUNT_OF(plan);
	report.applied = &applied;
	report.applied_count = 1;
	report.error = &error;
	cases = ci_cases_of(&report);

	assert_int_equal(cases.count, 3);
	assert_int_equal(cases.items[0].state, CI_CASE_APPLIED);
	assert_int_equal(cases.items[0].duration_us, 5);
	assert_string_equal(cases.items[0].file, "m/1_a.sql");
	assert_int_equal(cases.items[1].state, CI_CASE_FAILED);
	assert_ptr_equal(cases.items[1].error, &error);
	assert_string_equal(cases.items[1].name, "b");
	assert_int_equal(cases.items[2].state, CI_CASE_PENDING);
}

static void kinds_are_apart(void **state)
{
	const struct ci_planned plan[] = {
		{.kind = "versioned", .version = "1", .name = "a"},
		{.kind = "seed", .version = "1", .name = "a"},
	};
	const struct ci_finding findings[] = {
		{.code = "dirty", .severity = "block", .version = "1", .kind = "seed"},
		{.code = "renamed", .severity = "warn", .version = "1", .kind = "versioned"},
		{.code = "wrong-engine", .severity = "block"},
		{.code = "unmanaged", .severity = "block"},
	};
	struct ci_report report = bare_report();
	LG_CLEANUP(drop) struct ci_cases cases = {0};

	(void)state;
	report.plan = plan;
	report.plan_count = LG_COUNT_OF(plan);
	report.findings = findings;
	report.finding_count = LG_COUNT_OF(findings);
	cases = ci_cases_of(&report);

	assert_int_equal(cases.count, 4);
	assert_int_equal(cases.items[0].state, CI_CASE_PENDING);
	assert_int_equal(cases.items[1].state, CI_CASE_REFUSED);
	assert_ptr_equal(cases.items[1].finding, &findings[0]);
	assert_null(cases.items[2].version);
	assert_null(cases.items[3].version);
}

static void an_error_about_nothing_is_undecided(void **state)
{
	const struct ci_error error = {.message = "m"};
	struct ci_report report = bare_report();
	LG_CLEANUP(drop) struct ci_cases cases = {0};

	(void)state;
	report.outcome = "undecided";
	report.error = &error;
	cases = ci_cases_of(&report);
	assert_int_equal(cases.count, 1);
	assert_int_equal(cases.items[0].state, CI_CASE_UNDECIDED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worst_state_of_a_migration_counts),
		cmocka_unit_test(kinds_are_apart),
		cmocka_unit_test(an_error_about_nothing_is_undecided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

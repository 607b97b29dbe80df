/* SPDX-License-Identifier: MIT */

/* A first run, and when the answer needs the lock. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/asked.h"

/* What a database is like that has no batch, and what comes of it. */
struct first_case {
	const char *other_project, *table, *tool;
	const char *policy; /* NULL: auto */
	const char *code;   /* NULL: none */
	const char *message;
};

static const struct first_case first_cases[] = {
	{.code = NULL},
	{.policy = "first=block", .code = "unmanaged", .message = "policy first is block"},
	{.table = "users", .code = "unmanaged", .message = "'users'"},
	{.table = "users", .policy = "first=allow", .code = NULL},
	{.table = "users", .policy = "first=block", .code = "unmanaged", .message = "'users'"},
	{.table = "SequelizeMeta",
		.tool = "sequelize",
		.code = "unmanaged",
		.message = "'SequelizeMeta', the history table of sequelize"},
	{.other_project = "billing", .code = "wrong-project", .message = "'billing'"},
	{.other_project = "billing",
		.table = "users",
		.code = "wrong-project",
		.message = "'billing'"},
	{.other_project = "billing", .policy = "first=allow", .code = NULL},
	{.other_project = "billing",
		.policy = "first=block",
		.code = "wrong-project",
		.message = "'billing'"},
};

static void hold_first_case(const struct first_case *row, bool is_settled)
{
	LG_CLEANUP(asked_release) struct asked asked;

	asked_init(&asked, "v1=a", NULL);
	asked.history.other_project = row->other_project;
	asked.history.unmanaged_table = row->table;
	asked.history.foreign_tool = row->tool;
	asked.history.foreign_table = row->table;
	asked.question.is_settled = is_settled;
	if (row->policy)
		asked_set_policy(&asked, row->policy);

	gate_compare(&asked.question, &asked.verdict);

	assert_int_equal(gate_needs_settling(&asked.question), row->code != NULL);
	assert_int_equal(asked.verdict.plan_count, 1);
	assert_int_equal(asked.verdict.finding_count, row->code && is_settled ? 1 : 0);
	if (row->code && is_settled) {
		const struct gate_finding *finding = asked.verdict.findings;

		assert_string_equal(finding_code_name(finding->code), row->code);
		assert_int_equal(finding->severity, FINDING_BLOCK);
		assert_non_null(strstr(finding->message, row->message));
		assert_null(finding->version);
	}
}

static void compare_judges_a_first_run(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(first_cases); i++) {
		hold_first_case(&first_cases[i], true);
		hold_first_case(&first_cases[i], false);
	}
}

static void compare_says_how_to_take_over(void **state)
{
	LG_CLEANUP(asked_release) struct asked asked;

	(void)state;
	asked_init(&asked, "v1=a", NULL);
	asked.history.unmanaged_table = "users";
	asked.history.foreign_tool = "sequelize";
	asked.history.foreign_table = "SequelizeMeta";

	gate_compare(&asked.question, &asked.verdict);

	assert_non_null(strstr(asked.verdict.findings[0].hint, "lockgate adopt SOURCE --from "));
}

static void settling_is_asked_for_by_running_rows(void **state)
{
	static const struct {
		const char *history;
		bool with_seeds, is_needed;
	} rows[] = {
		{"v1=a", false, false},
		{"v1=a@run1of2", false, true},
		{"v1=a s1=x@run1of2", false, false},
		{"v1=a s1=x@run1of2", true, true},
		{"v1=a v9=z@run1of2", false, true},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(rows); i++) {
		LG_CLEANUP(asked_release) struct asked asked;

		asked_init(&asked, "v1=a", rows[i].history);
		asked.question.is_settled = false;
		asked.question.with_seeds = rows[i].with_seeds;
		assert_int_equal(gate_needs_settling(&asked.question), rows[i].is_needed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compare_judges_a_first_run),
		cmocka_unit_test(compare_says_how_to_take_over),
		cmocka_unit_test(settling_is_asked_for_by_running_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gate/verdict.h"

static void verdict_keeps_copies_of_its_texts(void **state)
{
	LG_CLEANUP(verdict_release) struct gate_verdict verdict;
	char message[] = "message";
	char hint[] = "hint";
	struct gate_finding *finding;

	(void)state;
	verdict_init(&verdict);
	finding = verdict_add(&verdict, FINDING_RENAMED, FINDING_WARN, message, hint);
	message[0] = 'M';
	hint[0] = 'H';

	assert_string_equal(finding->message, "message");
	assert_string_equal(finding->hint, "hint");
	assert_null(finding->version);
	assert_null(finding->file);
}

static void verdict_is_blocked_by_one_finding(void **state)
{
	LG_CLEANUP(verdict_release) struct gate_verdict verdict;

	(void)state;
	verdict_init(&verdict);
	(void)verdict_add(&verdict, FINDING_RENAMED, FINDING_WARN, "", "");
	assert_false(verdict.is_blocked);
	(void)verdict_add(&verdict, FINDING_DIRTY, FINDING_BLOCK, "", "");
	assert_true(verdict.is_blocked);
	(void)verdict_add(&verdict, FINDING_RENAMED, FINDING_WARN, "", "");
	assert_true(verdict.is_blocked);
	assert_int_equal(verdict.finding_count, 3);
}

static void verdict_names_every_code(void **state)
{
	(void)state;
	for (size_t a = 0; a < FINDING_CODE_COUNT; a++) {
		assert_non_null(finding_code_name((enum finding_code)a));
		for (size_t b = 0; b < a; b++)
			assert_string_not_equal(finding_code_name((enum finding_code)a),
				finding_code_name((enum finding_code)b));
	}
	assert_string_equal(finding_code_name(FINDING_CHECKSUM_CHANGED), "checksum-changed");
	assert_string_equal(finding_code_name(FINDING_PLAN_CHANGED), "plan-changed");
	assert_string_equal(finding_code_name(FINDING_UNPROVEN), "unproven");
	assert_string_equal(finding_severity_name(FINDING_WARN), "warn");
	assert_string_equal(finding_severity_name(FINDING_BLOCK), "block");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdict_keeps_copies_of_its_texts),
		cmocka_unit_test(verdict_is_blocked_by_one_finding),
		cmocka_unit_test(verdict_names_every_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

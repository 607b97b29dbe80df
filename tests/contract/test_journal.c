/* SPDX-License-Identifier: MIT */

/* What gate/target.h promises of a run without a transaction, held against every driver. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/contract_fixture.h"

static void journal_tells_where_a_script_failed(void **state)
{
	struct fixture *fixture = *state;
	const struct history_row *row;

	fixture_ready(fixture);
	assert_int_equal(fixture_apply(fixture, "1", FIXTURE_JOURNALED("FAIL;")), LG_FAILED);
	fixture_finish_batch(fixture, "B1", "failed");
	row = fixture_read_only_row(fixture, fixture->target);

	assert_int_equal(fixture->err.line, 3);
	assert_non_null(row);
	assert_int_equal(row->state, HISTORY_RUNNING);
	assert_int_equal(row->statements_done, 1);
	assert_int_equal(row->statements_total, 3);
	assert_false(row->is_resumable);
	assert_null(row->applied_at);
	assert_true(fixture_has_table(fixture, "a"));
	assert_false(fixture_has_table(fixture, "c"));
	assert_int_equal(fixture_count_events(fixture, "failed"), 1);
	fixture_expect_agreement(fixture, fixture->target);
}

static void resuming_skips_what_was_done(void **state)
{
	struct fixture *fixture = *state;
	const struct target_apply step = {
		.version = "1", .batch_id = "B2", .is_resumed = true, .statements_done = 1};
	const struct history_row *row;

	fixture_ready(fixture);
	assert_int_equal(fixture_apply(fixture, "1", FIXTURE_JOURNALED("FAIL;")), LG_FAILED);
	fixture_finish_batch(fixture, "B1", "failed");
	fixture_begin_batch(fixture, fixture->target, "B2", "apply");
	fixture_expect_ok(fixture, fixture_apply_step(fixture, step,
					   FIXTURE_JOURNALED("CREATE TABLE b (id INT);"), NULL));
	row = fixture_read_only_row(fixture, fixture->target);

	assert_non_null(row);
	assert_int_equal(row->state, HISTORY_APPLIED);
	assert_int_equal(row->statements_done, 3);
	assert_string_equal(row->batch_id, "B2");
	assert_true(fixture_has_table(fixture, "b") && fixture_has_table(fixture, "c"));
	fixture_expect_agreement(fixture, fixture->target);
}

/* A run that dies leaves a batch without an outcome, one that is cancelled says so. */
static void run_that_died_between_statements_can_be_resumed(void **state)
{
	struct fixture *fixture = *state;
	const struct history_row *row;

	fixture_ready(fixture);
	fixture->stop_at = 2;
	assert_int_equal(
		fixture_apply(fixture, "1",
			FIXTURE_JOURNALED(
				"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
				"SELECT count(*) FROM n;")),
		LG_CANCELLED);
	fixture->stop = 0;
	fixture_reopen(fixture);
	row = fixture_read_only_row(fixture, fixture->target);

	assert_non_null(row);
	assert_int_equal(row->state, HISTORY_RUNNING);
	assert_int_equal(row->statements_done, 1);
	assert_true(row->is_resumable);

	fixture_finish_batch(fixture, "B1", "cancelled");
	row = fixture_read_only_row(fixture, fixture->target);
	assert_non_null(row);
	assert_true(row->is_resumable);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_CASE(journal_tells_where_a_script_failed),
		CONTRACT_CASE(resuming_skips_what_was_done),
		CONTRACT_CASE(run_that_died_between_statements_can_be_resumed),
	};
	int failed = 0;

	for (size_t i = 0; i < CONTRACT_SUBJECTS; i++)
		failed += cmocka_run_group_tests_name(
			contract_choose(contract_subjects[i]), tests, NULL, NULL);
	return failed;
}

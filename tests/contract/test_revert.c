/* SPDX-License-Identifier: MIT */

/* What gate/target.h promises of reverting, held against every driver. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/contract_fixture.h"

static enum lg_status apply_with_down(
	struct fixture *fixture, const char *version, const char *up, const char *down)
{
	const struct target_apply step = {
		.version = version,
		.down_sql = down,
		.down_len = strlen(down),
		.down_content = lg_digest_of(down, strlen(down)),
	};

	return fixture_apply_step(fixture, step, up, NULL);
}

static enum lg_status revert(struct fixture *fixture, const struct history_row *row)
{
	LG_CLEANUP(prepared_release) struct prepared script = {0};
	LG_CLEANUP(lg_buf_release) struct lg_buf down;
	struct target *target = fixture->target;
	struct target_revert step = {.row = row, .batch_id = "B1"};

	lg_buf_init(&down, LG_BUF_MAX_BYTES);
	fixture->err = (struct lg_error){0};
	if (target->driver->read_down(target, row->kind, row->version, &down, &fixture->err))
		return fixture->err.status;
	fixture_prepare(fixture, SCRIPT_DOWN, down.text, &script);
	step.down = prepared_script(&script, "down.sql");
	return target->driver->revert(target, &step, &fixture->duration_us, &fixture->err);
}

static void revert_runs_what_was_stored(void **state)
{
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	fixture_expect_ok(fixture,
		apply_with_down(fixture, "1", "CREATE TABLE a (id INT);", "DROP TABLE a;"));
	fixture_reopen(fixture);
	fixture_expect_ok(
		fixture, revert(fixture, fixture_read_only_row(fixture, fixture->target)));

	assert_false(fixture_has_table(fixture, "a"));
	assert_null(fixture_read_only_row(fixture, fixture->target));
	assert_int_equal(fixture_count_events(fixture, "reverted"), 1);
	assert_int_equal(fixture_count_events(fixture, "applied"), 1);
	fixture_expect_agreement(fixture, fixture->target);
}

static void revert_that_fails_leaves_the_row(void **state)
{
	struct fixture *fixture = *state;
	const struct history_row *row;

	fixture_ready(fixture);
	fixture_expect_ok(fixture,
		apply_with_down(fixture, "1", "CREATE TABLE a (id INT);", "DROP TABLE a; FAIL;"));
	assert_int_equal(
		revert(fixture, fixture_read_only_row(fixture, fixture->target)), LG_FAILED);
	row = fixture_read_only_row(fixture, fixture->target);

	assert_string_equal(fixture->err.file, "down.sql");
	assert_non_null(row);
	assert_int_equal(row->state, HISTORY_APPLIED);
	assert_true(fixture_has_table(fixture, "a"));
	assert_int_equal(fixture_count_events(fixture, "failed"), 1);
}

static void missing_down_script_is_told(void **state)
{
	struct fixture *fixture = *state;
	LG_CLEANUP(lg_buf_release) struct lg_buf down;
	struct target *target;

	lg_buf_init(&down, LG_BUF_MAX_BYTES);
	fixture_ready(fixture);
	fixture_expect_ok(fixture, fixture_apply(fixture, "1", "CREATE TABLE a (id INT);"));
	target = fixture->target;
	assert_int_equal(
		target->driver->read_down(target, MIGRATION_VERSIONED, "1", &down, &fixture->err),
		LG_FORMAT);
	assert_int_equal(
		target->driver->read_down(target, MIGRATION_VERSIONED, "2", &down, &fixture->err),
		LG_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_CASE(revert_runs_what_was_stored),
		CONTRACT_CASE(revert_that_fails_leaves_the_row),
		CONTRACT_CASE(missing_down_script_is_told),
	};
	int failed = 0;

	for (size_t i = 0; i < CONTRACT_SUBJECTS; i++)
		failed += cmocka_run_group_tests_name(
			contract_choose(contract_subjects[i]), tests, NULL, NULL);
	return failed;
}

/* SPDX-License-Identifier: MIT */

/* What gate/target.h promises of rehearsing, held against every driver. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/contract_fixture.h"

/* What a tracer has heard. */
struct heard {
	uint32_t count;
	struct statement_trace last;
};

static void hear(void *context, const struct statement_trace *trace)
{
	struct heard *heard = context;

	heard->count++;
	assert_int_equal(trace->line, trace->index);
	assert_true(trace->duration_us >= 0);
	heard->last = *trace;
}

/* Each statement on a line of its own. */
static enum lg_status rehearse(struct fixture *fixture, struct target_apply step, const char *up,
	const char *check, struct heard *heard)
{
	LG_CLEANUP(prepared_release) struct prepared up_script = {0};
	LG_CLEANUP(prepared_release) struct prepared check_script = {0};
	const struct statement_tracer tracer = {.took = hear, .context = heard};
	struct target_script of_check;

	*heard = (struct heard){0};
	fixture_prepare(fixture, SCRIPT_UP, up, &up_script);
	step.up = prepared_script(&up_script, "up.sql");
	step.name = "name";
	if (check) {
		fixture_prepare(fixture, SCRIPT_CHECK, check, &check_script);
		of_check = prepared_script(&check_script, "check.sql");
		step.check = &of_check;
	}
	fixture->err = (struct lg_error){0};
	return fixture->target->driver->rehearse(fixture->target, &step, &tracer, &fixture->err);
}

/* A session with the lock, on a database that is there, with or without a history. */
static void open_locked(struct fixture *fixture)
{
	fixture_ready(fixture);
	fixture_finish_batch(fixture, "B1", "ok");
	fixture_reopen(fixture);
}

static void rehearsal_tells_each_statement_and_leaves_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct heard heard;

	open_locked(fixture);
	fixture_expect_ok(fixture,
		rehearse(fixture, (struct target_apply){.version = "1"},
			"CREATE TABLE a (id INT);\nCREATE TABLE b (id INT);\n", NULL, &heard));
	assert_int_equal(heard.count, 2);
	assert_int_equal(heard.last.index, 2);
	assert_int_equal(heard.last.rows, TRACE_NO_ROWS);
	assert_int_equal(heard.last.lock_count, 0);
	assert_false(fixture_has_table(fixture, "a"));
	assert_false(fixture_has_table(fixture, "b"));
	assert_null(fixture_read_only_row(fixture, fixture->target));
	assert_int_equal(fixture_count_events(fixture, "applied"), 0);
}

static void applying_goes_on_as_if_there_had_been_no_rehearsal(void **state)
{
	struct fixture *fixture = *state;
	struct heard heard;

	fixture_ready(fixture);
	fixture_expect_ok(fixture, rehearse(fixture, (struct target_apply){.version = "1"},
					   "CREATE TABLE a (id INT);", NULL, &heard));
	fixture_expect_ok(fixture, fixture_apply(fixture, "1", "CREATE TABLE a (id INT);"));
	assert_true(fixture_has_table(fixture, "a"));
	assert_non_null(fixture_read_only_row(fixture, fixture->target));
}

static void steps_of_a_rehearsal_see_those_before_them(void **state)
{
	struct fixture *fixture = *state;
	struct heard heard;

	open_locked(fixture);
	fixture_expect_ok(fixture,
		rehearse(fixture, (struct target_apply){.version = "1", .leaves_open = true},
			"CREATE TABLE a (id INT);", NULL, &heard));
	fixture_expect_ok(fixture,
		rehearse(fixture,
			(struct target_apply){.version = "2", .joins = true, .leaves_open = true},
			"-- nothing\n", NULL, &heard));
	assert_int_equal(heard.count, 0);
	assert_int_equal(rehearse(fixture, (struct target_apply){.version = "3", .joins = true},
				 "CREATE TABLE a (id INT);", NULL, &heard),
		LG_FAILED);
	assert_int_equal(heard.count, 0);
	assert_string_equal(fixture->err.version, "3");
	assert_false(fixture_has_table(fixture, "a"));
}

static void last_step_undoes_all_of_them(void **state)
{
	struct fixture *fixture = *state;
	struct heard heard;

	open_locked(fixture);
	fixture_expect_ok(fixture,
		rehearse(fixture, (struct target_apply){.version = "1", .leaves_open = true},
			"CREATE TABLE a (id INT);", NULL, &heard));
	fixture_expect_ok(
		fixture, rehearse(fixture, (struct target_apply){.version = "2", .joins = true},
				 "CREATE TABLE b (id INT);", NULL, &heard));
	assert_false(fixture_has_table(fixture, "a"));
	assert_false(fixture_has_table(fixture, "b"));
	assert_null(fixture_read_only_row(fixture, fixture->target));
}

static void failure_in_a_rehearsal_has_its_place(void **state)
{
	struct fixture *fixture = *state;
	struct heard heard;

	open_locked(fixture);
	assert_int_equal(rehearse(fixture, (struct target_apply){.version = "1"},
				 "CREATE TABLE a (id INT);\nFAIL;", NULL, &heard),
		LG_FAILED);
	assert_int_equal(heard.count, 1);
	assert_string_equal(fixture->err.file, "up.sql");
	assert_int_equal(fixture->err.line, 2);
	assert_string_equal(fixture->err.version, "1");
	assert_false(fixture_has_table(fixture, "a"));
	assert_int_equal(fixture_count_events(fixture, "failed"), 0);
}

static void check_is_part_of_a_rehearsal(void **state)
{
	struct fixture *fixture = *state;
	struct heard heard;

	open_locked(fixture);
	fixture_expect_ok(
		fixture, rehearse(fixture, (struct target_apply){.version = "1"},
				 "CREATE TABLE a (id INT);", "SELECT 1 WHERE 1 = 0;", &heard));
	assert_int_equal(rehearse(fixture, (struct target_apply){.version = "1"},
				 "CREATE TABLE a (id INT);", "SELECT 1;", &heard),
		LG_FAILED);
	assert_string_equal(fixture->err.file, "check.sql");
	assert_int_equal(heard.count, 1);
	assert_false(fixture_has_table(fixture, "a"));
}

static void stopping_undoes_a_rehearsal(void **state)
{
	struct fixture *fixture = *state;
	struct heard heard;

	open_locked(fixture);
	fixture->stop_at = 2;
	assert_int_equal(
		rehearse(fixture, (struct target_apply){.version = "1"},
			"CREATE TABLE a (id INT);\nWITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
			"SELECT i + 1 FROM n) SELECT count(*) FROM n;",
			NULL, &heard),
		LG_CANCELLED);
	fixture->stop = 0;
	assert_int_equal(heard.count, 1);
	assert_false(fixture_has_table(fixture, "a"));
	assert_int_equal(fixture_count_events(fixture, "cancelled"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_CASE(rehearsal_tells_each_statement_and_leaves_nothing),
		CONTRACT_CASE(applying_goes_on_as_if_there_had_been_no_rehearsal),
		CONTRACT_CASE(steps_of_a_rehearsal_see_those_before_them),
		CONTRACT_CASE(last_step_undoes_all_of_them),
		CONTRACT_CASE(failure_in_a_rehearsal_has_its_place),
		CONTRACT_CASE(check_is_part_of_a_rehearsal),
		CONTRACT_CASE(stopping_undoes_a_rehearsal),
	};
	int failed = 0;

	for (size_t i = 0; i < CONTRACT_SUBJECTS; i++)
		failed += cmocka_run_group_tests_name(
			contract_choose(contract_subjects[i]), tests, NULL, NULL);
	return failed;
}

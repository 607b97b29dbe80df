/* SPDX-License-Identifier: MIT */

/* How a run goes through its plan: alone, together, and when others get in between. */

#include "gate/apply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "bundles/folder.h"
#include "tests/support/fake_target.h"
#include "tests/support/tree.h"

struct fixture {
	struct tree tree;
	struct bundle bundle;
	struct folder_result skipped;
	struct fake_database *database;
	struct target *target;
	struct gate_policy policy;
	struct gate_request request;
	struct gate_application application;
	volatile sig_atomic_t stop;
	char told[256]; /* "1:1/3 2:2/3 …" of the steps that began */
	size_t waits, locks;
	struct gate_listener listener;
	struct lg_error err;
};

static void hear_begin(
	void *context, const char *version, const char *name, size_t number, size_t total)
{
	struct fixture *fixture = context;
	size_t len = strlen(fixture->told);

	(void)name;
	(void)snprintf(fixture->told + len, sizeof(fixture->told) - len, "%s%s:%zu/%zu",
		len ? " " : "", version, number, total);
}

static void hear_end(void *context, const char *version, const char *name, int64_t duration_us)
{
	(void)context;
	(void)version;
	(void)name;
	(void)duration_us;
}

static void hear_locked(void *context)
{
	struct fixture *fixture = context;

	fixture->locks++;
}

static void hear_retry(
	void *context, uint32_t number, uint32_t total, int64_t pause_ms, const char *why)
{
	(void)context;
	(void)number;
	(void)total;
	(void)pause_ms;
	(void)why;
	fail();
}

static void hear_wait(void *context, const char *why)
{
	struct fixture *fixture = context;

	assert_string_equal(why, "another run is at it");
	fixture->waits++;
}

/* A folder of three migrations, and a database in memory that has none of them. */
static int set_up(void **state)
{
	static struct fixture fixture;
	const struct folder_options folder = {.engine = SQL_SQLITE, .project = "shop"};

	fixture = (struct fixture){.tree = tree_new(), .policy = policy_default()};
	tree_write(&fixture.tree, "1_a.sql", "CREATE TABLE a (x);");
	tree_write(&fixture.tree, "2_b.sql", "CREATE TABLE b (x);");
	tree_write(&fixture.tree, "3_c.sql", "CREATE TABLE c (x);");
	bundle_init(&fixture.bundle);
	assert_int_equal(folder_pack(fixture.tree.path, &folder, &fixture.bundle, &fixture.skipped,
				 &fixture.err),
		LG_OK);
	fixture.database = fake_database_new("apply");
	fixture.listener = (struct gate_listener){.locked = hear_locked,
		.begins = hear_begin,
		.ends = hear_end,
		.waits = hear_wait,
		.retries = hear_retry,
		.context = &fixture};
	fixture.request = (struct gate_request){
		.bundle = &fixture.bundle,
		.policy = &fixture.policy,
		.lock_wait_ms = 60000,
		.listener = &fixture.listener,
	};
	assert_int_equal(target_fake.open(&(struct target_options){.url = "fake:apply",
						  .project = "shop",
						  .scope = "main",
						  .stop = &fixture.stop},
				 &fixture.target, &fixture.err),
		LG_OK);
	application_init(&fixture.application);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	application_release(&fixture->application);
	target_fake.close(fixture->target);
	fake_database_free(fixture->database);
	bundle_release(&fixture->bundle);
	folder_result_release(&fixture->skipped);
	tree_drop(&fixture->tree);
	return 0;
}

static enum lg_status apply(struct fixture *fixture)
{
	return gate_apply(fixture->target, &fixture->request, &fixture->application, &fixture->err);
}

static void expect_one_batch(const struct fixture *fixture, const char *outcome)
{
	assert_int_equal(fixture->database->batch_count, 1);
	assert_string_equal(fixture->database->batches[0].outcome, outcome);
}

static void a_step_is_tried_again(void **state)
{
	struct fixture *fixture = *state;

	fake_be_busy(fixture->database, 2, false);
	assert_int_equal(apply(fixture), LG_OK);

	assert_int_equal(fixture->application.done_count, 3);
	assert_string_equal(fixture->told, "1:1/3 1:1/3 1:1/3 2:2/3 3:3/3");
	assert_int_equal(fixture->waits, 2);
	expect_one_batch(fixture, "ok");
}

static void what_others_have_done_is_left_out(void **state)
{
	struct fixture *fixture = *state;

	fake_be_busy(fixture->database, 1, true);
	assert_int_equal(apply(fixture), LG_OK);

	assert_int_equal(fixture->application.done_count, 2);
	assert_string_equal(fixture->application.done[0].version, "2");
	assert_string_equal(fixture->told, "1:1/3 2:1/2 3:2/2");
	assert_int_equal(fixture->database->row_count, 3);
	expect_one_batch(fixture, "ok");
}

static void others_may_have_done_all(void **state)
{
	struct fixture *fixture = *state;

	fake_be_busy(fixture->database, 3, true);
	assert_int_equal(apply(fixture), LG_OK);

	assert_int_equal(fixture->application.done_count, 0);
	assert_int_equal(fixture->application.decision.verdict.plan_count, 0);
	assert_false(fixture->application.decision.verdict.is_blocked);
	expect_one_batch(fixture, "ok");
}

static void the_wait_ends(void **state)
{
	struct fixture *fixture = *state;

	fixture->request.lock_wait_ms = 20;
	fake_be_busy(fixture->database, UINT32_MAX, false);
	assert_int_equal(apply(fixture), LG_LOCKED);

	assert_string_equal(fixture->err.version, "1");
	assert_int_equal(fixture->application.done_count, 0);
	assert_true(fixture->database->busy_steps > UINT32_MAX - 4);
	expect_one_batch(fixture, "locked");
}

static void without_a_wait_there_is_one_try(void **state)
{
	struct fixture *fixture = *state;

	fixture->request.lock_wait_ms = 0;
	fake_be_busy(fixture->database, 2, false);
	assert_int_equal(apply(fixture), LG_LOCKED);
	assert_int_equal(fixture->database->busy_steps, 1);
	assert_int_equal(fixture->waits, 0);
}

static void raise_stop(
	void *context, const char *version, const char *name, size_t number, size_t total)
{
	struct fixture *fixture = context;

	hear_begin(context, version, name, number, total);
	fixture->stop = number == 2;
	if (number == 2)
		fake_be_busy(fixture->database, UINT32_MAX, false);
}

static void a_signal_ends_the_wait(void **state)
{
	struct fixture *fixture = *state;

	fixture->listener.begins = raise_stop;
	assert_int_equal(apply(fixture), LG_CANCELLED);

	assert_int_equal(fixture->application.done_count, 1);
	assert_string_equal(fixture->told, "1:1/3 2:2/3");
	expect_one_batch(fixture, "cancelled");
}

static void be_busy_at_the_second(
	void *context, const char *version, const char *name, size_t number, size_t total)
{
	struct fixture *fixture = context;

	hear_begin(context, version, name, number, total);
	if (strcmp(version, "2") == 0 && fixture->database->row_count == 1)
		fake_be_busy(fixture->database, 1, true);
}

static void what_was_done_before_stays_counted(void **state)
{
	struct fixture *fixture = *state;

	fixture->listener.begins = be_busy_at_the_second;
	assert_int_equal(apply(fixture), LG_OK);

	assert_int_equal(fixture->application.done_count, 2);
	assert_int_equal(fixture->application.done_before, 1);
	assert_int_equal(fixture->application.decision.verdict.plan_count, 1);
	assert_string_equal(fixture->told, "1:1/3 2:2/3 3:2/2");
	expect_one_batch(fixture, "ok");
}

/* Meanwhile another build applies version 9, so what is left comes too late. */
static void take_over(
	void *context, const char *version, const char *name, size_t number, size_t total)
{
	struct fixture *fixture = context;
	struct fake_row other;

	hear_begin(context, version, name, number, total);
	if (strcmp(version, "2") != 0)
		return;
	other = fixture->database->rows[0];
	other.row.version = other.row.name = "9";
	other.row.position = 2;
	(void)fake_put_row(fixture->database, "shop", "main", &other.row);
	fake_be_busy(fixture->database, 1, false);
}

static void what_others_did_may_block_the_rest(void **state)
{
	struct fixture *fixture = *state;

	fixture->listener.begins = take_over;
	assert_int_equal(apply(fixture), LG_OK);

	assert_true(fixture->application.decision.verdict.is_blocked);
	assert_int_equal(fixture->application.done_count, 1);
	expect_one_batch(fixture, "refused");
}

/* Forty more migrations; version 30 fails if `fails`. */
static void write_many(struct fixture *fixture, bool fails)
{
	const struct folder_options folder = {.engine = SQL_SQLITE, .project = "shop"};

	for (uint32_t i = 4; i <= 40; i++) {
		LG_FREE_BY_SCOPE char *name = lg_format("%u_t.sql", i);
		LG_FREE_BY_SCOPE char *sql = lg_format("CREATE TABLE t%u (x);", i);

		tree_write(&fixture->tree, name, fails && i == 30 ? "FAIL;" : sql);
	}
	bundle_release(&fixture->bundle);
	folder_result_release(&fixture->skipped);
	bundle_init(&fixture->bundle);
	assert_int_equal(folder_pack(fixture->tree.path, &folder, &fixture->bundle,
				 &fixture->skipped, &fixture->err),
		LG_OK);
	fixture->listener.begins = NULL;
	fixture->request.listener = NULL;
}

/* The facts are told when a session starts. */
static void reopen_far(struct fixture *fixture, int64_t round_trip_us)
{
	fixture->database->round_trip_us = round_trip_us;
	target_fake.close(fixture->target);
	assert_int_equal(target_fake.open(
				 &(struct target_options){
					 .url = "fake:apply", .project = "shop", .scope = "main"},
				 &fixture->target, &fixture->err),
		LG_OK);
}

static void far_away_several_go_together(void **state)
{
	struct fixture *fixture = *state;

	write_many(fixture, false);
	reopen_far(fixture, 5000);
	assert_int_equal(apply(fixture), LG_OK);
	assert_int_equal(fixture->application.done_count, 40);
	assert_string_equal(fixture->application.done[39].version, "40");
	assert_in_range(fixture->database->messages, 4, 10);
}

static void nearby_each_goes_alone(void **state)
{
	struct fixture *fixture = *state;

	write_many(fixture, false);
	reopen_far(fixture, 1000);
	assert_int_equal(apply(fixture), LG_OK);
	assert_int_equal(fixture->database->messages, 40);
}

static void of_those_that_go_together_one_may_fail(void **state)
{
	struct fixture *fixture = *state;

	write_many(fixture, true);
	reopen_far(fixture, 5000);
	assert_int_equal(apply(fixture), LG_FAILED);
	assert_string_equal(fixture->err.version, "30");
	assert_int_equal(fixture->application.done_count, 29);
	assert_int_equal(fixture->database->row_count, 29);
}

static void a_single_transaction_keeps_all_or_nothing(void **state)
{
	struct fixture *fixture = *state;

	write_many(fixture, true);
	reopen_far(fixture, 5000);
	fixture->request.is_single_transaction = true;
	assert_int_equal(apply(fixture), LG_FAILED);
	assert_int_equal(fixture->application.done_count, 0);
	assert_int_equal(fixture->database->row_count, 0);
	assert_non_null(strstr(fixture->err.hint, "nothing of the 40 migrations was kept"));
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_step_is_tried_again),
		CASE(what_others_have_done_is_left_out),
		CASE(others_may_have_done_all),
		CASE(the_wait_ends),
		CASE(without_a_wait_there_is_one_try),
		CASE(a_signal_ends_the_wait),
		CASE(what_was_done_before_stays_counted),
		CASE(what_others_did_may_block_the_rest),
		CASE(far_away_several_go_together),
		CASE(nearby_each_goes_alone),
		CASE(of_those_that_go_together_one_may_fail),
		CASE(a_single_transaction_keeps_all_or_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

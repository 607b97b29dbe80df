/* SPDX-License-Identifier: MIT */

/* What gate/target.h promises of applying, held against every driver. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/contract_fixture.h"
#include "tests/support/fake_target.h"

static void apply_records_a_row(void **state)
{
	static const char up[] = "-- lockgate: phase=expand\nCREATE TABLE users (id INT);\n";
	static const char down[] = "DROP TABLE users;";
	struct fixture *fixture = *state;
	LG_CLEANUP(prepared_release) struct prepared script = {0};
	struct lg_digest down_content = lg_digest_of(down, strlen(down));
	const struct target_apply step = {
		.version = "007",
		.name = "create_users",
		.position = 3,
		.down_sql = down,
		.down_len = strlen(down),
		.down_content = down_content,
	};
	const struct history_row *row;

	fixture_prepare(fixture, SCRIPT_UP, up, &script);
	fixture_ready(fixture);
	fixture_expect_ok(fixture, fixture_apply_step(fixture, step, up, NULL));
	fixture_finish_batch(fixture, "B1", "ok");
	fixture_reopen(fixture);
	row = fixture_read_only_row(fixture, fixture->target);

	assert_true(fixture_has_table(fixture, "users"));
	assert_non_null(row);
	assert_int_equal(row->kind, MIGRATION_VERSIONED);
	assert_string_equal(row->version, "007");
	assert_string_equal(row->name, "create_users");
	assert_int_equal(row->position, 3);
	assert_int_equal(row->state, HISTORY_APPLIED);
	assert_string_equal(row->algorithm, SCRIPT_ALGORITHM);
	assert_memory_equal(&row->hashes, &script.facts.hashes, sizeof(row->hashes));
	assert_true(row->has_down);
	assert_true(lg_digest_equal(&row->down_content, &down_content));
	assert_int_equal(row->phase, PHASE_EXPAND);
	assert_string_equal(row->batch_id, "B1");
	assert_int_equal(strlen(row->started_at), LG_MOMENT_CHARS);
	assert_int_equal(strlen(row->applied_at), LG_MOMENT_CHARS);
	assert_true(strcmp(row->started_at, row->applied_at) <= 0);
	assert_true(row->duration_us > 0 && row->duration_us == fixture->duration_us);
	assert_int_equal(row->statements_done, 1);
	assert_int_equal(row->statements_total, 1);
	assert_null(row->adopted_from);
	assert_false(row->is_resumable);
	assert_true(fixture->history.has_batches);
	assert_int_equal(fixture_count_events(fixture, "applied"), 1);
	fixture_expect_agreement(fixture, fixture->target);
}

static void apply_of_nothing_records_a_row(void **state)
{
	struct fixture *fixture = *state;
	const struct history_row *row;

	fixture_ready(fixture);
	fixture_expect_ok(fixture, fixture_apply(fixture, "1", "-- nothing to do\n"));
	row = fixture_read_only_row(fixture, fixture->target);
	assert_non_null(row);
	assert_int_equal(row->state, HISTORY_APPLIED);
	assert_false(row->has_down);
	assert_int_equal(row->phase, PHASE_NONE);
	assert_int_equal(row->statements_total, 0);
}

static void apply_knows_every_kind(void **state)
{
	struct fixture *fixture = *state;
	static const enum migration_kind kinds[] = {
		MIGRATION_VERSIONED, MIGRATION_BASELINE, MIGRATION_REPEATABLE, MIGRATION_SEED};

	fixture_ready(fixture);
	for (size_t i = 0; i < LG_COUNT_OF(kinds); i++) {
		const struct target_apply step = {
			.kind = kinds[i],
			.version = kinds[i] == MIGRATION_REPEATABLE ? "view" : "1",
			.position = i + 1,
		};

		fixture_expect_ok(fixture, fixture_apply_step(fixture, step, "", NULL));
	}
	fixture_expect_ok(fixture, fixture->target->driver->read_history(
					   fixture->target, &fixture->history, &fixture->err));
	assert_int_equal(fixture->history.count, 4);
	assert_int_equal(fixture->history.rows[0].kind, MIGRATION_BASELINE);
	assert_int_equal(fixture->history.rows[3].kind, MIGRATION_SEED);
	fixture_expect_agreement(fixture, fixture->target);
}

static void failure_in_a_transaction_leaves_nothing(void **state)
{
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	assert_int_equal(fixture_apply(fixture, "1",
				 "CREATE TABLE a (id INT);\n\nCREATE TABLE b (id INT); FAIL;"),
		LG_FAILED);

	assert_string_equal(fixture->err.file, "up.sql");
	assert_int_equal(fixture->err.line, 3);
	assert_int_equal(fixture->err.column, 26);
	assert_string_equal(fixture->err.version, "1");
	assert_false(fixture_has_table(fixture, "a"));
	assert_false(fixture_has_table(fixture, "b"));
	assert_null(fixture_read_only_row(fixture, fixture->target));
	assert_int_equal(fixture_count_events(fixture, "failed"), 1);
	assert_int_equal(fixture_count_events(fixture, "applied"), 0);

	fixture_expect_ok(fixture, fixture_apply(fixture, "1", "CREATE TABLE a (id INT);"));
	assert_true(fixture_has_table(fixture, "a"));
}

static void row_that_stands_there_is_not_applied_again(void **state)
{
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	fixture_expect_ok(fixture, fixture_apply(fixture, "1", "CREATE TABLE a (id INT);"));
	assert_int_equal(fixture_apply(fixture, "1", "CREATE TABLE b (id INT);"), LG_DATABASE);
	assert_false(fixture_has_table(fixture, "b"));
	assert_int_equal(fixture_count_events(fixture, "applied"), 1);
}

static void row_that_is_gone_is_not_repeated(void **state)
{
	struct fixture *fixture = *state;
	const struct target_apply step = {
		.kind = MIGRATION_REPEATABLE, .version = "view", .is_repeated = true};

	fixture_ready(fixture);
	assert_int_equal(
		fixture_apply_step(fixture, step, "CREATE TABLE a (id INT);", NULL), LG_DATABASE);
	assert_false(fixture_has_table(fixture, "a"));
	assert_null(fixture_read_only_row(fixture, fixture->target));
}

static void check_without_rows_passes(void **state)
{
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	fixture_expect_ok(
		fixture, fixture_apply_step(fixture, (struct target_apply){.version = "1"},
				 "CREATE TABLE a (id INT);", "SELECT id FROM a WHERE 1 = 0;"));
	assert_true(fixture_has_table(fixture, "a"));
}

static void check_that_finds_a_row_undoes_the_migration(void **state)
{
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	assert_int_equal(fixture_apply_step(fixture, (struct target_apply){.version = "1"},
				 "CREATE TABLE a (id INT);", "SELECT 1 WHERE 1 = 0;\nSELECT 1;"),
		LG_FAILED);
	assert_string_equal(fixture->err.file, "check.sql");
	assert_int_equal(fixture->err.line, 2);
	assert_false(fixture_has_table(fixture, "a"));
	assert_null(fixture_read_only_row(fixture, fixture->target));
	assert_int_equal(fixture_count_events(fixture, "failed"), 1);
}

static void check_that_writes_is_refused(void **state)
{
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	assert_int_equal(fixture_apply_step(fixture, (struct target_apply){.version = "1"},
				 "CREATE TABLE a (id INT);", "CREATE TABLE b (id INT);"),
		LG_FAILED);
	assert_false(fixture_has_table(fixture, "a"));
	assert_false(fixture_has_table(fixture, "b"));
}

static void repeatable_is_replaced(void **state)
{
	struct fixture *fixture = *state;
	const struct target_apply first = {
		.kind = MIGRATION_REPEATABLE, .version = "view", .position = 1};
	const struct target_apply second = {.kind = MIGRATION_REPEATABLE,
		.version = "view",
		.position = 2,
		.is_repeated = true};
	LG_CLEANUP(prepared_release) struct prepared script = {0};
	const struct history_row *row;

	fixture_prepare(fixture, SCRIPT_UP, "CREATE TABLE b (id INT);", &script);
	fixture_ready(fixture);
	fixture_expect_ok(
		fixture, fixture_apply_step(fixture, first, "CREATE TABLE a (id INT);", NULL));
	fixture_expect_ok(
		fixture, fixture_apply_step(fixture, second, "CREATE TABLE b (id INT);", NULL));
	row = fixture_read_only_row(fixture, fixture->target);

	assert_non_null(row);
	assert_int_equal(row->position, 2);
	assert_memory_equal(&row->hashes, &script.facts.hashes, sizeof(row->hashes));
	assert_int_equal(fixture_count_events(fixture, "applied"), 2);
}

static void repeatable_that_fails_stays_as_it_was(void **state)
{
	struct fixture *fixture = *state;
	const struct target_apply first = {
		.kind = MIGRATION_REPEATABLE, .version = "view", .position = 1};
	const struct target_apply second = {.kind = MIGRATION_REPEATABLE,
		.version = "view",
		.position = 2,
		.is_repeated = true};
	const struct history_row *row;

	fixture_ready(fixture);
	fixture_expect_ok(
		fixture, fixture_apply_step(fixture, first, "CREATE TABLE a (id INT);", NULL));
	assert_int_equal(
		fixture_apply_step(fixture, second, "DROP TABLE a; FAIL;", NULL), LG_FAILED);
	row = fixture_read_only_row(fixture, fixture->target);

	assert_non_null(row);
	assert_int_equal(row->position, 1);
	assert_int_equal(row->state, HISTORY_APPLIED);
	assert_true(fixture_has_table(fixture, "a"));
}

static void stopping_leaves_nothing(void **state)
{
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	fixture->stop_at = 2;
	assert_int_equal(
		fixture_apply(fixture, "1",
			"CREATE TABLE a (id INT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
			"SELECT i + 1 FROM n) SELECT count(*) FROM n;"),
		LG_CANCELLED);
	fixture_finish_batch(fixture, "B1", "cancelled");
	fixture->stop = 0;
	fixture_reopen(fixture);

	assert_false(fixture_has_table(fixture, "a"));
	assert_null(fixture_read_only_row(fixture, fixture->target));
	assert_int_equal(fixture_count_events(fixture, "cancelled"), 1);
}

static void semicolons_end_statements_only_where_they_do(void **state)
{
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	fixture_expect_ok(fixture, fixture_apply(fixture, "1", "CREATE TABLE users (id TEXT);"));
	fixture_expect_ok(fixture, fixture_apply(fixture, "2", fixture->subject->tricky_script));
	assert_int_equal(fixture->last_statement, 2);
	assert_int_equal(fixture->last_total, 2);
	assert_int_equal(fixture->last_sent, 2);
	assert_true(fixture_has_table(fixture, "tricky"));
}

/* A whole run that stops at the first failure. */
static enum lg_status run_once(struct fixture *fixture)
{
	const struct target_driver *driver = fixture->subject->driver;
	const struct target_options options = {
		.url = fixture->subject->url(fixture->database),
		.project = "shop",
		.scope = "main",
	};
	const struct target_batch batch = {.id = "B1", .action = "apply"};
	struct lg_error *err = &fixture->err;

	if (driver->open(&options, &fixture->target, err) ||
		driver->lock(fixture->target, 0, err) || driver->init(fixture->target, err) ||
		driver->begin_batch(fixture->target, &batch, err) ||
		fixture_apply(fixture, "1", "CREATE TABLE a (id INT); CREATE TABLE b (id INT);"))
		return err->status;
	return driver->finish_batch(fixture->target, "B1", "ok", err);
}

/* SQLite's authorizer refuses by itself what script_scan() would not have let through. */
static void guard_refuses_vacuum_into_by_itself(void **state)
{
	static const char sql[] = "VACUUM INTO '/tmp/lockgate-contract-never.db';";
	struct fixture *fixture = *state;
	LG_CLEANUP(prepared_release) struct prepared script = {0};
	struct target_apply step = {
		.version = "1", .name = "name", .position = 1, .batch_id = "B1"};

	fixture_ready(fixture);
	fixture_prepare(fixture, SCRIPT_UP, "-- lockgate: transaction=off\nVACUUM;", &script);
	script.view = body_view_of_text(sql, strlen(sql));
	step.up = prepared_script(&script, "up.sql");
	assert_int_equal(fixture_run(fixture, &step, 1), LG_FAILED);
	assert_non_null(strstr(fixture->err.text, "may not write other databases"));
	assert_int_not_equal(access("/tmp/lockgate-contract-never.db", F_OK), 0);
}

/* Steps that create tables "1", "2", …; `scripts` are theirs. */
static void prepare_steps(struct fixture *fixture, const char *const *sql, size_t count,
	struct prepared *scripts, struct target_apply *out)
{
	static const char *const versions[] = {"1", "2", "3", "4"};

	for (size_t i = 0; i < count; i++) {
		fixture_prepare(fixture, SCRIPT_UP, sql[i], &scripts[i]);
		out[i] = (struct target_apply){
			.version = versions[i],
			.name = "name",
			.position = i + 1,
			.batch_id = "B1",
			.up = prepared_script(&scripts[i], "up.sql"),
		};
	}
}

static void release_scripts(struct prepared *scripts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		prepared_release(&scripts[i]);
}

static size_t count_rows(struct fixture *fixture)
{
	history_release(&fixture->history);
	history_init(&fixture->history);
	fixture_expect_ok(fixture, fixture->target->driver->read_history(
					   fixture->target, &fixture->history, &fixture->err));
	return fixture->history.count;
}

static void several_steps_are_applied_in_order(void **state)
{
	static const char *const sql[] = {"CREATE TABLE a (id INT);", "CREATE TABLE b (id INT);",
		"-- nothing", "CREATE TABLE c (id INT)"};
	struct fixture *fixture = *state;
	struct prepared scripts[4];
	struct target_apply steps[4];

	fixture_ready(fixture);
	prepare_steps(fixture, sql, 4, scripts, steps);
	for (size_t done = 0; done < 4; done += fixture->done) {
		fixture_expect_ok(fixture, fixture_run(fixture, steps + done, 4 - done));
		assert_in_range(fixture->done, 1, 4 - done);
	}
	assert_int_equal(count_rows(fixture), 4);
	for (size_t i = 0; i < 4; i++) {
		const struct history_row *row = &fixture->history.rows[i];

		assert_string_equal(row->version, steps[i].version);
		assert_int_equal(row->state, HISTORY_APPLIED);
		assert_int_equal(row->duration_us, steps[i].duration_us);
		assert_memory_equal(&row->hashes, steps[i].up.hashes, sizeof(row->hashes));
	}
	assert_true(fixture_has_table(fixture, "c"));
	assert_int_equal(fixture_count_events(fixture, "applied"), 4);
	release_scripts(scripts, 4);
}

static void of_several_those_before_a_failure_stay(void **state)
{
	static const char *const sql[] = {"CREATE TABLE a (id INT);", "CREATE TABLE b (id INT);",
		"CREATE TABLE c (id INT);\nCREATE TABLE a (id INT);", "CREATE TABLE d (id INT)"};
	struct fixture *fixture = *state;
	struct prepared scripts[4];
	struct target_apply steps[4];
	size_t done = 0;
	enum lg_status status;

	fixture_ready(fixture);
	prepare_steps(fixture, sql, 4, scripts, steps);
	do {
		status = fixture_run(fixture, steps + done, 4 - done);
		done += fixture->done;
	} while (!status);
	assert_int_equal(status, LG_FAILED);
	assert_int_equal(done, 2);
	assert_string_equal(fixture->err.version, "3");
	assert_int_equal(fixture->err.line, 2);
	assert_int_equal(count_rows(fixture), 2);
	assert_true(fixture_has_table(fixture, "b"));
	assert_false(fixture_has_table(fixture, "c"));
	assert_false(fixture_has_table(fixture, "d"));
	assert_int_equal(fixture_count_events(fixture, "failed"), 1);

	fixture_expect_ok(fixture, fixture_run(fixture, steps + 3, 1));
	assert_true(fixture_has_table(fixture, "d"));
	release_scripts(scripts, 4);
}

static enum lg_status run_shared(struct fixture *fixture, struct target_apply *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		steps[i].joins = i > 0;
		steps[i].leaves_open = i + 1 < count;
		if (fixture_run(fixture, &steps[i], 1))
			return fixture->err.status;
	}
	return LG_OK;
}

static void a_shared_transaction_is_all_or_nothing(void **state)
{
	static const char *const sql[] = {"CREATE TABLE a (id INT);", "CREATE TABLE b (id INT);",
		"CREATE TABLE c (id INT);", "CREATE TABLE a (id INT);"};
	struct fixture *fixture = *state;
	struct prepared scripts[4];
	struct target_apply steps[4];

	fixture_ready(fixture);
	prepare_steps(fixture, sql, 4, scripts, steps);
	assert_int_equal(run_shared(fixture, steps, 4), LG_FAILED);
	assert_string_equal(fixture->err.version, "4");
	assert_int_equal(count_rows(fixture), 0);
	assert_false(fixture_has_table(fixture, "a"));
	assert_false(fixture_has_table(fixture, "c"));

	fixture_expect_ok(fixture, run_shared(fixture, steps, 3));
	fixture_finish_batch(fixture, "B1", "ok");
	fixture_reopen(fixture);
	assert_int_equal(count_rows(fixture), 3);
	assert_true(fixture_has_table(fixture, "a"));
	assert_true(fixture_has_table(fixture, "c"));
	release_scripts(scripts, 4);
}

static void a_shared_transaction_that_is_left_is_undone(void **state)
{
	static const char *const sql[] = {"CREATE TABLE a (id INT);", "CREATE TABLE b (id INT);"};
	struct fixture *fixture = *state;
	struct prepared scripts[2];
	struct target_apply steps[2];

	if (fixture->subject == &subject_fake)
		return; /* it has no sessions that could be lost */
	fixture_ready(fixture);
	prepare_steps(fixture, sql, 2, scripts, steps);
	steps[0].leaves_open = true;
	fixture_expect_ok(fixture, fixture_run(fixture, steps, 1));
	fixture_reopen(fixture);
	assert_int_equal(count_rows(fixture), 0);
	assert_false(fixture_has_table(fixture, "a"));
	release_scripts(scripts, 2);
}

/* The fake alone fails on request: wherever that is, the migration is there wholly or not at all.
 */
static void failure_anywhere_leaves_all_or_nothing(void **state)
{
	bool is_done = false;
	uint64_t n = 0;

	(void)state;
	while (!is_done) {
		void *own = NULL;
		struct fixture *fixture;
		bool has_row;

		(void)fixture_set_up(&own);
		fixture = own;
		fake_fail_at(fixture->database, ++n);
		is_done = run_once(fixture) == LG_OK;
		fake_fail_at(fixture->database, 0);
		fixture->subject->driver->close(LG_TAKE(fixture->target));
		fixture->target = fixture_open_to_read(fixture);
		has_row = fixture_read_only_row(fixture, fixture->target) != NULL;
		assert_int_equal(fixture_has_table(fixture, "a"), has_row);
		assert_int_equal(fixture_has_table(fixture, "b"), has_row);
		(void)fixture_tear_down(&own);
	}
	assert_int_equal(n, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_CASE(apply_records_a_row),
		CONTRACT_CASE(apply_of_nothing_records_a_row),
		CONTRACT_CASE(apply_knows_every_kind),
		CONTRACT_CASE(failure_in_a_transaction_leaves_nothing),
		CONTRACT_CASE(row_that_stands_there_is_not_applied_again),
		CONTRACT_CASE(row_that_is_gone_is_not_repeated),
		CONTRACT_CASE(check_without_rows_passes),
		CONTRACT_CASE(check_that_finds_a_row_undoes_the_migration),
		CONTRACT_CASE(check_that_writes_is_refused),
		CONTRACT_CASE(repeatable_is_replaced),
		CONTRACT_CASE(repeatable_that_fails_stays_as_it_was),
		CONTRACT_CASE(stopping_leaves_nothing),
		CONTRACT_CASE(semicolons_end_statements_only_where_they_do),
		CONTRACT_CASE(several_steps_are_applied_in_order),
		CONTRACT_CASE(of_several_those_before_a_failure_stay),
		CONTRACT_CASE(a_shared_transaction_is_all_or_nothing),
		CONTRACT_CASE(a_shared_transaction_that_is_left_is_undone),
	};
	const struct CMUnitTest of_fake[] = {
		cmocka_unit_test(failure_anywhere_leaves_all_or_nothing),
	};
	const struct CMUnitTest of_sqlite[] = {
		CONTRACT_CASE(guard_refuses_vacuum_into_by_itself),
	};
	int failed = 0;

	for (size_t i = 0; i < CONTRACT_SUBJECTS; i++)
		failed += cmocka_run_group_tests_name(
			contract_choose(contract_subjects[i]), tests, NULL, NULL);
	(void)contract_choose(&subject_sqlite);
	failed += cmocka_run_group_tests_name("guard", of_sqlite, NULL, NULL);
	(void)contract_choose(&subject_fake);
	failed += cmocka_run_group_tests_name("fake", of_fake, NULL, NULL);
	return failed;
}

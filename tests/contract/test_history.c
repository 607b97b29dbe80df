/* SPDX-License-Identifier: MIT */

/* Promises of gate/target.h, held against every driver. The history: decisions, notes, projects and
 * scopes. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/contract_fixture.h"

static struct history_row decided_row(void)
{
	return (struct history_row){
		.kind = MIGRATION_VERSIONED,
		.version = "5",
		.name = "adopted_one",
		.position = 4,
		.state = HISTORY_APPLIED,
		.algorithm = SCRIPT_ALGORITHM,
		.hashes.content = lg_digest_of("x", 1),
		.has_down = true,
		.down_content = lg_digest_of("DROP TABLE a;", 13),
		.phase = PHASE_CONTRACT,
		.batch_id = "B1",
		.started_at = "2026-01-05T09:30:00.000000Z",
		.applied_at = "2026-01-05T09:30:00.000000Z",
		.statements_done = 2,
		.statements_total = 2,
		.adopted_from = "flyway",
	};
}

static enum lg_status change(
	struct fixture *fixture, enum target_change_kind kind, const struct history_row *row)
{
	const struct target_change wish = {
		.kind = kind,
		.row = row,
		.down_sql = "DROP TABLE a;",
		.down_len = 13,
		.event = "decided",
	};

	fixture->err = (struct lg_error){0};
	return fixture->target->driver->change(
		fixture->target, row->batch_id, &wish, 1, &fixture->err);
}

static void decision_adds_a_row(void **state)
{
	struct fixture *fixture = *state;
	LG_CLEANUP(lg_buf_release) struct lg_buf down;
	const struct history_row wanted = decided_row();
	const struct history_row *row;

	lg_buf_init(&down, LG_BUF_MAX_BYTES);
	fixture_ready(fixture);
	fixture_expect_ok(fixture, change(fixture, TARGET_ROW_ADD, &wanted));
	assert_int_equal(change(fixture, TARGET_ROW_ADD, &wanted), LG_DATABASE);
	row = fixture_read_only_row(fixture, fixture->target);

	assert_non_null(row);
	assert_string_equal(row->name, "adopted_one");
	assert_string_equal(row->adopted_from, "flyway");
	assert_int_equal(row->position, 4);
	assert_int_equal(row->phase, PHASE_CONTRACT);
	assert_string_equal(row->applied_at, wanted.applied_at);
	assert_true(lg_digest_equal(&row->hashes.content, &wanted.hashes.content));
	fixture_expect_ok(fixture, fixture->target->driver->read_down(fixture->target,
					   MIGRATION_VERSIONED, "5", &down, &fixture->err));
	assert_string_equal(down.text, "DROP TABLE a;");
	assert_int_equal(fixture_count_events(fixture, "decided"), 1);
	fixture_expect_agreement(fixture, fixture->target);
}

static void decision_makes_a_row_resumable(void **state)
{
	struct fixture *fixture = *state;
	struct history_row wanted;
	const struct history_row *row;

	fixture_ready(fixture);
	assert_int_equal(fixture_apply(fixture, "1", FIXTURE_JOURNALED("FAIL;")), LG_FAILED);
	fixture_finish_batch(fixture, "B1", "failed");
	fixture_begin_batch(fixture, fixture->target, "B2", "resolve");
	row = fixture_read_only_row(fixture, fixture->target);
	assert_non_null(row);
	wanted = *row;
	wanted.statements_done = 2;
	wanted.batch_id = "B2";
	fixture_expect_ok(fixture, change(fixture, TARGET_ROW_SET, &wanted));
	row = fixture_read_only_row(fixture, fixture->target);

	assert_non_null(row);
	assert_int_equal(row->state, HISTORY_RUNNING);
	assert_int_equal(row->statements_done, 2);
	assert_true(row->is_resumable);
	assert_string_equal(row->batch_id, "B2");
}

static void decision_forgets_a_row(void **state)
{
	struct fixture *fixture = *state;
	const struct history_row wanted = decided_row();

	fixture_ready(fixture);
	assert_int_equal(change(fixture, TARGET_ROW_FORGET, &wanted), LG_DATABASE);
	assert_int_equal(change(fixture, TARGET_ROW_SET, &wanted), LG_DATABASE);
	fixture_expect_ok(fixture, change(fixture, TARGET_ROW_ADD, &wanted));
	fixture_expect_ok(fixture, change(fixture, TARGET_ROW_FORGET, &wanted));
	assert_null(fixture_read_only_row(fixture, fixture->target));
	assert_int_equal(fixture_count_events(fixture, "decided"), 2);
}

/* The second of an array finds no row: the first is not there either. */
static void decisions_of_one_call_are_all_or_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct target *target;
	const struct history_row first = decided_row();
	struct history_row second = decided_row();
	struct target_change wishes[] = {
		{.kind = TARGET_ROW_ADD, .row = &first, .event = "decided"},
		{.kind = TARGET_ROW_FORGET, .row = &second, .event = "decided"},
	};

	second.version = "6";
	fixture_ready(fixture);
	target = fixture->target;
	assert_int_equal(
		target->driver->change(target, "B1", wishes, 2, &fixture->err), LG_DATABASE);
	assert_non_null(strstr(fixture->err.text, "'6'"));
	assert_null(fixture_read_only_row(fixture, target));
	assert_int_equal(fixture_count_events(fixture, "decided"), 0);

	wishes[1].row = &first;
	fixture_expect_ok(fixture, target->driver->change(target, "B1", wishes, 2, &fixture->err));
	assert_null(fixture_read_only_row(fixture, target));
	assert_int_equal(fixture_count_events(fixture, "decided"), 2);
	fixture_expect_ok(fixture, target->driver->change(target, "B1", wishes, 0, &fixture->err));
}

static void notes_are_events(void **state)
{
	struct fixture *fixture = *state;
	const struct target_driver *driver = fixture->subject->driver;

	fixture_ready(fixture);
	fixture_expect_ok(
		fixture, driver->note(fixture->target, "B1", "1", "waived", "typo", &fixture->err));
	fixture_expect_ok(
		fixture, driver->note(fixture->target, "B1", NULL, "waived", NULL, &fixture->err));
	assert_int_equal(fixture_count_events(fixture, "waived"), 2);
}

static void projects_and_scopes_are_apart(void **state)
{
	static const struct {
		const char *project, *scope;
		bool sees_other;
	} others[] = {{"billing", "main", true}, {"shop", "tenant", false}};
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	fixture_expect_ok(fixture, fixture_apply(fixture, "1", "CREATE TABLE users (id INT);"));
	for (size_t i = 0; i < LG_COUNT_OF(others); i++) {
		struct target *other = fixture_open(fixture, others[i].project, others[i].scope);
		struct history_summary summary = {0};
		const char *seen;

		fixture_expect_ok(fixture, other->driver->probe(other, &summary, &fixture->err));
		assert_int_equal(summary.layout_version, HISTORY_LAYOUT_VERSION);
		assert_int_equal(summary.rows, 0);
		assert_null(fixture_read_only_row(fixture, other));
		assert_false(fixture->history.has_batches);
		seen = fixture->history.other_project;
		assert_string_equal(seen ? seen : "-", others[i].sees_other ? "shop" : "-");
		if (fixture->subject->has_schemas && strcmp(others[i].scope, "main") != 0)
			assert_null(fixture->history.unmanaged_table);
		else
			assert_string_equal(fixture->history.unmanaged_table, "users");
		other->driver->close(other);
	}
	assert_non_null(fixture_read_only_row(fixture, fixture->target));
	assert_null(fixture->history.other_project);
}

/* Where ours has rows in another scope, it is not the wrong database. */
static void second_scope_of_a_project_has_no_other_project(void **state)
{
	struct fixture *fixture = *state;
	struct target *tenant;

	fixture_ready(fixture);
	fixture_expect_ok(fixture, fixture_apply(fixture, "1", ""));
	fixture->target->driver->close(fixture->target);
	fixture->target = fixture_open(fixture, "billing", "main");
	fixture_take_lock(fixture, fixture->target);
	fixture_begin_batch(fixture, fixture->target, "B2", "apply");
	fixture_expect_ok(fixture,
		fixture_apply_step(fixture, (struct target_apply){.version = "1", .batch_id = "B2"},
			"", NULL));

	tenant = fixture_open(fixture, "shop", "tenant");
	assert_null(fixture_read_only_row(fixture, tenant));
	assert_null(fixture->history.other_project);
	tenant->driver->close(tenant);
}

static void two_projects_may_have_one_version(void **state)
{
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	fixture_expect_ok(fixture, fixture_apply(fixture, "1", "CREATE TABLE a (id INT);"));
	fixture->target->driver->close(fixture->target);
	fixture->target = fixture_open(fixture, "billing", "main");
	fixture_take_lock(fixture, fixture->target);
	fixture_begin_batch(fixture, fixture->target, "B2", "apply");
	fixture_expect_ok(fixture,
		fixture_apply_step(fixture, (struct target_apply){.version = "1", .batch_id = "B2"},
			"CREATE TABLE b (id INT);", NULL));
	assert_non_null(fixture_read_only_row(fixture, fixture->target));
	assert_string_equal(fixture->history.rows[0].batch_id, "B2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_CASE(decision_adds_a_row),
		CONTRACT_CASE(decision_makes_a_row_resumable),
		CONTRACT_CASE(decision_forgets_a_row),
		CONTRACT_CASE(decisions_of_one_call_are_all_or_nothing),
		CONTRACT_CASE(notes_are_events),
		CONTRACT_CASE(projects_and_scopes_are_apart),
		CONTRACT_CASE(second_scope_of_a_project_has_no_other_project),
		CONTRACT_CASE(two_projects_may_have_one_version),
	};
	int failed = 0;

	for (size_t i = 0; i < CONTRACT_SUBJECTS; i++)
		failed += cmocka_run_group_tests_name(
			contract_choose(contract_subjects[i]), tests, NULL, NULL);
	return failed;
}

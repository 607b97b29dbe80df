/* SPDX-License-Identifier: MIT */

/* Every driver reads another tool's history table, and writes it along with its own. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/contract_fixture.h"

static const char *const two_names[] = {"1-a.js", "2-b.js", NULL};

static enum lg_status read_foreign(
	struct fixture *fixture, const char *table, struct foreign_history *out)
{
	fixture->err = (struct lg_error){0};
	foreign_init(out, FOREIGN_SEQUELIZE);
	return fixture->target->driver->read_foreign(fixture->target, table, out, &fixture->err);
}

static bool has_name(struct fixture *fixture, const char *table, const char *name)
{
	LG_CLEANUP(foreign_release) struct foreign_history foreign;
	bool found = false;

	fixture_expect_ok(fixture, read_foreign(fixture, table, &foreign));
	for (size_t i = 0; i < foreign.count; i++)
		found = found || strcmp(foreign.entries[i].identity, name) == 0;
	return found;
}

static void rows_are_read(void **state)
{
	struct fixture *fixture = *state;
	LG_CLEANUP(foreign_release) struct foreign_history foreign = {0};

	fixture_ready(fixture);
	fixture->subject->make_foreign(fixture->database, "SequelizeMeta", two_names);
	fixture_expect_ok(fixture, read_foreign(fixture, NULL, &foreign));
	assert_int_equal(foreign.count, 2);
	assert_string_equal(foreign.entries[0].identity, "1-a.js");
	assert_string_equal(foreign.entries[1].identity, "2-b.js");
	assert_int_equal(foreign.entries[1].state, FOREIGN_APPLIED);
	assert_null(foreign.entries[1].checksum);
	assert_null(foreign.lock_holder);
	assert_string_equal(foreign.table->name, "SequelizeMeta");
}

static void absent_table_is_named(void **state)
{
	struct fixture *fixture = *state;
	LG_CLEANUP(foreign_release) struct foreign_history foreign = {0};

	fixture_ready(fixture);
	assert_int_equal(read_foreign(fixture, NULL, &foreign), LG_USAGE);
	assert_non_null(strstr(fixture->err.text, "'SequelizeMeta'"));
	assert_non_null(strstr(fixture->err.hint, "--history-table"));
}

static void renamed_table_is_found(void **state)
{
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	fixture->subject->make_foreign(fixture->database, "it's; Old--Meta", two_names);
	assert_true(has_name(fixture, "it's; Old--Meta", "2-b.js"));
}

static struct foreign_record record_of(
	const struct foreign_history *foreign, const char *name, bool is_removal)
{
	return (struct foreign_record){.tool = FOREIGN_SEQUELIZE,
		.table = foreign->table,
		.is_removal = is_removal,
		.values = {name},
		.count = 1,
		.bytes_at = FOREIGN_RECORD_VALUES};
}

static enum lg_status apply_along(struct fixture *fixture, const char *name, const char *sql)
{
	LG_CLEANUP(foreign_release) struct foreign_history foreign = {0};
	struct foreign_record record;

	fixture_expect_ok(fixture, read_foreign(fixture, NULL, &foreign));
	record = record_of(&foreign, name, false);
	return fixture_apply_step(
		fixture, (struct target_apply){.version = "3", .record = &record}, sql, NULL);
}

static void apply_writes_along(void **state)
{
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	fixture->subject->make_foreign(fixture->database, "SequelizeMeta", two_names);
	fixture_expect_ok(fixture, apply_along(fixture, "it's 3.js", "CREATE TABLE c (id INT);"));
	assert_true(has_name(fixture, NULL, "it's 3.js"));
	assert_true(fixture_has_table(fixture, "c"));
	assert_int_equal(fixture_read_only_row(fixture, fixture->target)->state, HISTORY_APPLIED);
}

static void journal_writes_along_at_its_end(void **state)
{
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	fixture->subject->make_foreign(fixture->database, "SequelizeMeta", two_names);
	assert_int_equal(apply_along(fixture, "3-c.js", FIXTURE_JOURNALED("FAIL;")), LG_FAILED);
	assert_false(has_name(fixture, NULL, "3-c.js"));
	fixture_reopen(fixture);
	fixture_expect_ok(
		fixture, fixture->target->driver->change(fixture->target, "B1",
				 &(struct target_change){.kind = TARGET_ROW_FORGET,
					 .row = fixture_read_only_row(fixture, fixture->target),
					 .event = "decided"},
				 1, &fixture->err));
	fixture_expect_ok(
		fixture, apply_along(fixture, "3-c.js",
				 "-- lockgate: transaction=off\nCREATE TABLE d (id INT);"));
	assert_true(has_name(fixture, NULL, "3-c.js"));
}

/* What the other table refuses, the database is spared. */
static void refused_record_leaves_nothing(void **state)
{
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	fixture->subject->make_foreign(fixture->database, "SequelizeMeta", two_names);
	assert_int_equal(apply_along(fixture, "2-b.js", "CREATE TABLE c (id INT);"), LG_FAILED);
	assert_non_null(strstr(fixture->err.text, "SequelizeMeta"));
	assert_string_equal(fixture->err.file, "up.sql");
	assert_false(fixture_has_table(fixture, "c"));
	assert_null(fixture_read_only_row(fixture, fixture->target));
	assert_int_equal(fixture_count_events(fixture, "failed"), 1);
}

static void failed_script_writes_nothing_along(void **state)
{
	struct fixture *fixture = *state;

	fixture_ready(fixture);
	fixture->subject->make_foreign(fixture->database, "SequelizeMeta", two_names);
	assert_int_equal(
		apply_along(fixture, "3-c.js", "CREATE TABLE c (id INT);\nFAIL;"), LG_FAILED);
	assert_false(has_name(fixture, NULL, "3-c.js"));
}

static void revert_takes_it_away(void **state)
{
	struct fixture *fixture = *state;
	LG_CLEANUP(foreign_release) struct foreign_history foreign = {0};
	LG_CLEANUP(prepared_release) struct prepared down = {0};
	struct target_revert revert = {.batch_id = "B1"};
	struct foreign_record record;

	fixture_ready(fixture);
	fixture->subject->make_foreign(fixture->database, "SequelizeMeta", two_names);
	fixture_expect_ok(fixture, apply_along(fixture, "3-c.js", "CREATE TABLE c (id INT);"));
	fixture_expect_ok(fixture, read_foreign(fixture, NULL, &foreign));
	record = record_of(&foreign, "3-c.js", true);
	fixture_prepare(fixture, SCRIPT_DOWN, "DROP TABLE c;", &down);
	revert.row = fixture_read_only_row(fixture, fixture->target);
	revert.down = prepared_script(&down, "down.sql");
	revert.record = &record;
	fixture_expect_ok(fixture, fixture->target->driver->revert(fixture->target, &revert,
					   &fixture->duration_us, &fixture->err));
	assert_false(has_name(fixture, NULL, "3-c.js"));
	assert_true(has_name(fixture, NULL, "2-b.js"));
	assert_false(fixture_has_table(fixture, "c"));
}

static void what_is_kept_in_step_is_remembered(void **state)
{
	struct fixture *fixture = *state;
	struct target *target;

	fixture_ready(fixture);
	target = fixture->target;
	fixture_begin_batch(fixture, target, "B2", "adopt");
	(void)fixture_read_only_row(fixture, target);
	assert_null(fixture->history.in_step);
	fixture_expect_ok(fixture, target->driver->note(target, "B2", NULL, HISTORY_IN_STEP,
					   "sequelize main.SequelizeMeta", &fixture->err));
	(void)fixture_read_only_row(fixture, target);
	assert_string_equal(fixture->history.in_step, "sequelize main.SequelizeMeta");
	fixture_expect_ok(fixture,
		target->driver->note(target, "B2", NULL, HISTORY_IN_STEP, NULL, &fixture->err));
	(void)fixture_read_only_row(fixture, target);
	assert_null(fixture->history.in_step);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_CASE(rows_are_read),
		CONTRACT_CASE(absent_table_is_named),
		CONTRACT_CASE(renamed_table_is_found),
		CONTRACT_CASE(apply_writes_along),
		CONTRACT_CASE(journal_writes_along_at_its_end),
		CONTRACT_CASE(refused_record_leaves_nothing),
		CONTRACT_CASE(failed_script_writes_nothing_along),
		CONTRACT_CASE(revert_takes_it_away),
		CONTRACT_CASE(what_is_kept_in_step_is_remembered),
	};
	int failed = 0;

	for (size_t i = 0; i < CONTRACT_SUBJECTS; i++)
		failed += cmocka_run_group_tests_name(
			contract_choose(contract_subjects[i]), tests, NULL, NULL);
	return failed;
}

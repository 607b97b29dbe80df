/* SPDX-License-Identifier: MIT */

/* What gate/target.h promises of sessions and their lock, held against every driver. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/contract_fixture.h"

static void session_tells_its_facts(void **state)
{
	struct fixture *fixture = *state;
	struct target *a = fixture_open(fixture, "shop", "main");
	struct target *b = fixture_open(fixture, "other", "tenant");
	const struct target_facts *facts = a->driver->facts(a);

	assert_true(a->driver->accepts(fixture->subject->url(fixture->database)));
	assert_false(a->driver->accepts("mysql://x"));
	assert_ptr_equal(a->driver, fixture->subject->driver);
	assert_int_equal(facts->engine, fixture->subject->dialect);
	assert_true(*facts->database && *facts->server_version);
	assert_string_equal(facts->identity, b->driver->facts(b)->identity);
	a->driver->close(a);
	b->driver->close(b);
	fixture->subject->driver->close(NULL);
}

static void reading_creates_nothing(void **state)
{
	struct fixture *fixture = *state;
	bool existed = fixture->subject->exists(fixture->database);
	struct history_summary summary = {.layout_version = 9};
	struct target_holder holder = {.is_held = true};
	struct target *target = fixture_open_to_read(fixture);

	fixture_expect_ok(fixture, target->driver->probe(target, &summary, &fixture->err));
	assert_int_equal(summary.layout_version, 0);
	assert_int_equal(summary.rows, 0);
	assert_null(fixture_read_only_row(fixture, target));
	assert_int_equal(fixture->history.layout_version, 0);
	assert_false(fixture->history.has_batches);
	assert_null(fixture->history.other_project);
	assert_null(fixture->history.unmanaged_table);
	fixture_expect_ok(fixture, target->driver->holder(target, &holder, &fixture->err));
	assert_false(holder.is_held);
	target->driver->close(target);
	assert_int_equal(fixture->subject->exists(fixture->database), existed);
}

static void writing_session_creates_nothing_before_init(void **state)
{
	struct fixture *fixture = *state;
	bool existed = fixture->subject->exists(fixture->database);
	struct history_summary summary = {0};
	struct target *target = fixture_open(fixture, "shop", "main");

	fixture->target = target;
	fixture_expect_ok(fixture, target->driver->probe(target, &summary, &fixture->err));
	assert_null(fixture_read_only_row(fixture, target));
	fixture_take_lock(fixture, target);
	assert_int_equal(fixture->subject->exists(fixture->database), existed);
	fixture_expect_ok(fixture, target->driver->init(target, &fixture->err));
	assert_true(fixture->subject->exists(fixture->database));
	fixture_begin_batch(fixture, target, "B1", "apply");
	fixture_expect_ok(fixture, fixture_apply(fixture, "1", "CREATE TABLE users (id INT);"));
}

static void reading_sees_what_a_session_wrote(void **state)
{
	struct fixture *fixture = *state;
	struct target *target;

	fixture_ready(fixture);
	fixture_expect_ok(fixture, fixture_apply(fixture, "1", "CREATE TABLE users (id INT);"));
	target = fixture_open_to_read(fixture);
	assert_non_null(fixture_read_only_row(fixture, target));
	fixture_expect_agreement(fixture, target);
	target->driver->close(target);
}

static void init_can_be_repeated(void **state)
{
	struct fixture *fixture = *state;
	struct target *other;

	fixture_ready(fixture);
	fixture_expect_ok(fixture, fixture_apply(fixture, "1", ""));
	fixture_expect_ok(fixture, fixture->target->driver->init(fixture->target, &fixture->err));
	other = fixture_open(fixture, "other", "main");
	fixture_expect_ok(fixture, other->driver->init(other, &fixture->err));
	other->driver->close(other);
	assert_non_null(fixture_read_only_row(fixture, fixture->target));
	assert_int_equal(fixture->history.layout_version, HISTORY_LAYOUT_VERSION);
}

static void lock_keeps_others_out(void **state)
{
	struct fixture *fixture = *state;
	struct target *other;

	fixture_ready(fixture);
	fixture_take_lock(fixture, fixture->target);
	other = fixture_open(fixture, "shop", "main");
	assert_int_equal(other->driver->lock(other, 100, &fixture->err), LG_LOCKED);
	assert_true(fixture->waits >= 1);
	assert_non_null(strstr(fixture->err.text, "process"));

	fixture->target->driver->close(fixture->target);
	fixture->target = other;
	fixture_take_lock(fixture, other);
}

static void lock_is_not_waited_for_without_a_wish(void **state)
{
	struct fixture *fixture = *state;
	struct target *other;

	fixture_ready(fixture);
	other = fixture_open(fixture, "shop", "main");
	assert_int_equal(other->driver->lock(other, 0, &fixture->err), LG_LOCKED);
	assert_int_equal(fixture->waits, 0);
	other->driver->close(other);
}

static void lock_wait_can_be_stopped(void **state)
{
	struct fixture *fixture = *state;
	struct target *other;

	fixture_ready(fixture);
	other = fixture_open(fixture, "shop", "main");
	fixture->stop = 1;
	assert_int_equal(other->driver->lock(other, 60000, &fixture->err), LG_CANCELLED);
	other->driver->close(other);
}

static void holder_is_named(void **state)
{
	struct fixture *fixture = *state;
	struct target_holder holder = {0};
	struct target *reader;

	fixture_ready(fixture);
	reader = fixture_open_to_read(fixture);
	fixture_expect_ok(fixture, reader->driver->holder(reader, &holder, &fixture->err));
	assert_true(holder.is_held);
	assert_int_equal(holder.pid, fixture->subject->holder_pid(fixture->database));
	assert_string_equal(holder.application, "lockgate");
	assert_int_equal(strlen(holder.since), LG_MOMENT_CHARS);
	assert_string_equal(holder.migration, "");

	fixture->target->driver->close(fixture->target);
	fixture->target = NULL;
	/* A server ends a session a moment after its client. */
	for (int tries = 0; holder.is_held && tries < 200; tries++) {
		fixture_expect_ok(fixture, reader->driver->holder(reader, &holder, &fixture->err));
		lg_clock_sleep_ms(10);
	}
	assert_false(holder.is_held);
	reader->driver->close(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_CASE(session_tells_its_facts),
		CONTRACT_CASE(reading_creates_nothing),
		CONTRACT_CASE(writing_session_creates_nothing_before_init),
		CONTRACT_CASE(reading_sees_what_a_session_wrote),
		CONTRACT_CASE(init_can_be_repeated),
		CONTRACT_CASE(lock_keeps_others_out),
		CONTRACT_CASE(lock_is_not_waited_for_without_a_wish),
		CONTRACT_CASE(lock_wait_can_be_stopped),
		CONTRACT_CASE(holder_is_named),
	};
	int failed = 0;

	for (size_t i = 0; i < CONTRACT_SUBJECTS; i++)
		failed += cmocka_run_group_tests_name(
			contract_choose(contract_subjects[i]), tests, NULL, NULL);
	return failed;
}

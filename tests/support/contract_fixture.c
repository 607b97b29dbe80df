/* SPDX-License-Identifier: MIT */
#include "tests/support/contract_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/build_bundle.h"

const struct contract_subject *const contract_subjects[CONTRACT_SUBJECTS] = {
	&subject_fake, &subject_sqlite, &subject_postgres};

static const struct contract_subject *subject_under_test;

const char *contract_choose(const struct contract_subject *subject)
{
	subject_under_test = subject;
	return subject->name;
}

static void hear_waiting(void *context, const struct target_holder *holder)
{
	struct fixture *fixture = context;

	assert_true(holder->is_held);
	fixture->waits++;
}

static void hear_statement(void *context, uint32_t index, uint32_t total)
{
	struct fixture *fixture = context;

	fixture->last_statement = index;
	fixture->last_total = total;
	if (index == fixture->stop_at)
		fixture->stop = 1;
}

static void hear_sent(void *context)
{
	struct fixture *fixture = context;

	fixture->last_sent = fixture->last_statement;
}

int fixture_set_up(void **state)
{
	struct fixture *fixture = lg_calloc(1, sizeof(*fixture));

	fixture->subject = subject_under_test;
	fixture->database = fixture->subject->create();
	fixture->listener = (struct target_listener){.waiting = hear_waiting,
		.statement = hear_statement,
		.sent = hear_sent,
		.context = fixture};
	history_init(&fixture->history);
	*state = fixture;
	return 0;
}

int fixture_tear_down(void **state)
{
	struct fixture *fixture = *state;

	fixture->subject->driver->close(fixture->target);
	history_release(&fixture->history);
	fixture->subject->destroy(fixture->database);
	free(fixture);
	return 0;
}

void fixture_expect_ok(const struct fixture *fixture, enum lg_status status)
{
	if (status)
		fail_msg("%s: %s", fixture->subject->name, fixture->err.text);
}

struct target *fixture_open(struct fixture *fixture, const char *project, const char *scope)
{
	const struct target_options options = {
		.url = fixture->subject->url(fixture->database),
		.project = project,
		.scope = scope,
		.lock_timeout_ms = 2000,
		.stop = &fixture->stop,
		.listener = &fixture->listener,
	};
	struct target *target = NULL;

	fixture_expect_ok(
		fixture, fixture->subject->driver->open(&options, &target, &fixture->err));
	return target;
}

struct target *fixture_open_to_read(struct fixture *fixture)
{
	const struct target_options options = {
		.url = fixture->subject->url(fixture->database),
		.project = "shop",
		.scope = "main",
		.is_read_only = true,
	};
	struct target *target = NULL;

	fixture_expect_ok(
		fixture, fixture->subject->driver->open(&options, &target, &fixture->err));
	return target;
}

void fixture_begin_batch(
	struct fixture *fixture, struct target *target, const char *id, const char *action)
{
	const struct target_batch batch = {
		.id = id,
		.action = action,
		.bundle_id = "b",
		.tool = "lockgate test",
		.started_at_us = 1767605400000000,
	};

	fixture_expect_ok(fixture, target->driver->begin_batch(target, &batch, &fixture->err));
}

void fixture_finish_batch(struct fixture *fixture, const char *id, const char *outcome)
{
	struct target *target = fixture->target;

	fixture_expect_ok(
		fixture, target->driver->finish_batch(target, id, outcome, &fixture->err));
}

void fixture_take_lock(struct fixture *fixture, struct target *target)
{
	fixture_expect_ok(fixture, target->driver->lock(target, 5000, &fixture->err));
}

void fixture_ready(struct fixture *fixture)
{
	struct target *target = fixture_open(fixture, "shop", "main");

	fixture->target = target;
	fixture_take_lock(fixture, target);
	fixture_expect_ok(fixture, target->driver->init(target, &fixture->err));
	fixture_begin_batch(fixture, target, "B1", "apply");
}

void fixture_reopen(struct fixture *fixture)
{
	fixture->subject->driver->close(fixture->target);
	fixture->target = fixture_open(fixture, "shop", "main");
	fixture_take_lock(fixture, fixture->target);
}

void fixture_prepare(
	struct fixture *fixture, enum script_role role, const char *sql, struct prepared *out)
{
	*out = (struct prepared){.view = body_view_of_text(sql, strlen(sql))};
	fixture_expect_ok(fixture, script_scan(&out->view, fixture->subject->dialect, role,
					   &out->strings, &out->facts, &fixture->err));
}

void prepared_release(struct prepared *prepared)
{
	body_view_close(&prepared->view);
	lg_arena_release(&prepared->strings);
}

struct target_script prepared_script(struct prepared *prepared, const char *file)
{
	return (struct target_script){
		.view = &prepared->view,
		.file = file,
		.first_line = 1,
		.directives = &prepared->facts.directives,
		.hashes = &prepared->facts.hashes,
		.statements = prepared->facts.statements,
	};
}

enum lg_status fixture_run(struct fixture *fixture, struct target_apply *steps, size_t count)
{
	enum lg_status status;

	fixture->done = SIZE_MAX;
	status = fixture->target->driver->apply(
		fixture->target, steps, count, &fixture->done, &fixture->err);
	fixture->duration_us = steps->duration_us;
	return status;
}

enum lg_status fixture_apply_step(
	struct fixture *fixture, struct target_apply step, const char *up, const char *check)
{
	LG_CLEANUP(prepared_release) struct prepared up_script = {0};
	LG_CLEANUP(prepared_release) struct prepared check_script = {0};
	struct target_script of_check;

	fixture_prepare(fixture, SCRIPT_UP, up, &up_script);
	step.up = prepared_script(&up_script, "up.sql");
	step.name = step.name ? step.name : "name";
	step.position = step.position ? step.position : 1;
	step.batch_id = step.batch_id ? step.batch_id : "B1";
	if (check) {
		fixture_prepare(fixture, SCRIPT_CHECK, check, &check_script);
		of_check = prepared_script(&check_script, "check.sql");
		step.check = &of_check;
	}
	fixture->err = (struct lg_error){0};
	return fixture_run(fixture, &step, 1);
}

enum lg_status fixture_apply(struct fixture *fixture, const char *version, const char *up)
{
	return fixture_apply_step(fixture, (struct target_apply){.version = version}, up, NULL);
}

const struct history_row *fixture_read_only_row(struct fixture *fixture, struct target *target)
{
	history_release(&fixture->history);
	history_init(&fixture->history);
	fixture_expect_ok(
		fixture, target->driver->read_history(target, &fixture->history, &fixture->err));
	assert_in_range(fixture->history.count, 0, 1);
	return fixture->history.count ? fixture->history.rows : NULL;
}

bool fixture_has_table(const struct fixture *fixture, const char *name)
{
	return fixture->subject->has_table(fixture->database, name);
}

size_t fixture_count_events(const struct fixture *fixture, const char *what)
{
	return fixture->subject->count_events(fixture->database, what);
}

void fixture_expect_agreement(struct fixture *fixture, struct target *target)
{
	LG_CLEANUP(history_release) struct history history;
	struct history_summary probed = {0};
	struct history_summary summed;

	history_init(&history);
	fixture_expect_ok(fixture, target->driver->probe(target, &probed, &fixture->err));
	fixture_expect_ok(fixture, target->driver->read_history(target, &history, &fixture->err));
	summed = build_summary(&history);
	assert_int_equal(probed.layout_version, HISTORY_LAYOUT_VERSION);
	assert_int_equal(probed.rows, summed.rows);
	assert_int_equal(probed.seeds, summed.seeds);
	assert_true(lg_digest_equal(&probed.rows_digest, &summed.rows_digest));
	assert_true(lg_digest_equal(&probed.seeds_digest, &summed.seeds_digest));
}

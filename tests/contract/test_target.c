/* SPDX-License-Identifier: MIT */

/* Every promise of gate/target.h, held against every driver. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "bundles/script.h"
#include "gate/target.h"
#include "tests/support/build_bundle.h"
#include "tests/support/contract_subject.h"
#include "tests/support/fake_target.h"

/* A fresh database, the session that most cases use, and what was heard from it. */
struct fixture {
	const struct contract_subject *subject;
	void *database;
	struct target *target; /* NULL until ready() */
	struct history history;
	struct lg_error err;
	int64_t duration_us;
	struct target_listener listener;
	volatile sig_atomic_t stop;
	uint32_t waits;
	uint32_t last_statement, last_total;
	uint32_t stop_at; /* the statement that raises `stop`; 0: none */
};

/* A script as the bundle would describe it. */
struct prepared {
	struct body_view view;
	struct script_facts facts;
	struct lg_arena strings;
};

static const struct contract_subject *subject_under_test;

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

static int set_up(void **state)
{
	struct fixture *fixture = lg_calloc(1, sizeof(*fixture));

	fixture->subject = subject_under_test;
	fixture->database = fixture->subject->create();
	fixture->listener = (struct target_listener){hear_waiting, hear_statement, fixture};
	history_init(&fixture->history);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fixture->subject->driver->close(fixture->target);
	history_release(&fixture->history);
	fixture->subject->destroy(fixture->database);
	free(fixture);
	return 0;
}

/* Fails the test with the sentence of the error. */
static void expect_ok(const struct fixture *fixture, enum lg_status status)
{
	if (status)
		fail_msg("%s: %s", fixture->subject->name, fixture->err.text);
}

static struct target *open_as(struct fixture *fixture, const char *project, const char *scope)
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

	expect_ok(fixture, fixture->subject->driver->open(&options, &target, &fixture->err));
	return target;
}

static struct target *open_to_read(struct fixture *fixture)
{
	const struct target_options options = {
		.url = fixture->subject->url(fixture->database),
		.project = "shop",
		.scope = "main",
		.is_read_only = true,
	};
	struct target *target = NULL;

	expect_ok(fixture, fixture->subject->driver->open(&options, &target, &fixture->err));
	return target;
}

static void begin_batch(
	struct fixture *fixture, struct target *target, const char *id, const char *action)
{
	const struct target_batch batch = {
		.id = id,
		.action = action,
		.bundle_id = "b",
		.tool = "lockgate test",
		.started_at_us = 1767605400000000,
	};

	expect_ok(fixture, target->driver->begin_batch(target, &batch, &fixture->err));
}

static void finish_batch(struct fixture *fixture, const char *id, const char *outcome)
{
	struct target *target = fixture->target;

	expect_ok(fixture, target->driver->finish_batch(target, id, outcome, &fixture->err));
}

static void take_lock(struct fixture *fixture, struct target *target)
{
	expect_ok(fixture, target->driver->lock(target, 5000, &fixture->err));
}

/* Opens the session, locks, creates the history and begins batch "B1". */
static void ready(struct fixture *fixture)
{
	struct target *target = open_as(fixture, "shop", "main");

	fixture->target = target;
	take_lock(fixture, target);
	expect_ok(fixture, target->driver->init(target, &fixture->err));
	begin_batch(fixture, target, "B1", "apply");
}

/* Ends the session and begins another one with the lock. */
static void reopen(struct fixture *fixture)
{
	fixture->subject->driver->close(fixture->target);
	fixture->target = open_as(fixture, "shop", "main");
	take_lock(fixture, fixture->target);
}

static void prepare(
	struct fixture *fixture, enum script_role role, const char *sql, struct prepared *out)
{
	*out = (struct prepared){.view = body_view_of_text(sql, strlen(sql))};
	expect_ok(fixture, script_scan(&out->view, fixture->subject->dialect, role, &out->strings,
				   &out->facts, &fixture->err));
}

static void drop_prepared(struct prepared *prepared)
{
	body_view_close(&prepared->view);
	lg_arena_release(&prepared->strings);
}

static struct target_script script_of(struct prepared *prepared, const char *file)
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

/* Applies what `step` says, with an up script and a check, which may be NULL. */
static enum lg_status apply_step(
	struct fixture *fixture, struct target_apply step, const char *up, const char *check)
{
	LG_CLEANUP(drop_prepared) struct prepared up_script = {0};
	LG_CLEANUP(drop_prepared) struct prepared check_script = {0};
	struct target_script of_check;

	prepare(fixture, SCRIPT_UP, up, &up_script);
	step.up = script_of(&up_script, "up.sql");
	step.name = step.name ? step.name : "name";
	step.position = step.position ? step.position : 1;
	step.batch_id = step.batch_id ? step.batch_id : "B1";
	if (check) {
		prepare(fixture, SCRIPT_CHECK, check, &check_script);
		of_check = script_of(&check_script, "check.sql");
		step.check = &of_check;
	}
	fixture->err = (struct lg_error){0};
	return fixture->target->driver->apply(
		fixture->target, &step, &fixture->duration_us, &fixture->err);
}

static enum lg_status apply(struct fixture *fixture, const char *version, const char *up)
{
	return apply_step(fixture, (struct target_apply){.version = version}, up, NULL);
}

static enum lg_status apply_with_down(
	struct fixture *fixture, const char *version, const char *up, const char *down)
{
	const struct target_apply step = {
		.version = version,
		.down_sql = down,
		.down_len = strlen(down),
		.down_content = lg_digest_of(down, strlen(down)),
	};

	return apply_step(fixture, step, up, NULL);
}

static enum lg_status revert(struct fixture *fixture, const struct history_row *row)
{
	LG_CLEANUP(drop_prepared) struct prepared script = {0};
	LG_CLEANUP(lg_buf_release) struct lg_buf down;
	struct target *target = fixture->target;
	struct target_revert step = {.row = row, .batch_id = "B1"};

	lg_buf_init(&down, LG_BUF_MAX_BYTES);
	fixture->err = (struct lg_error){0};
	if (target->driver->read_down(target, row->kind, row->version, &down, &fixture->err))
		return fixture->err.status;
	prepare(fixture, SCRIPT_DOWN, down.text, &script);
	step.down = script_of(&script, "down.sql");
	return target->driver->revert(target, &step, &fixture->duration_us, &fixture->err);
}

/* Reads the history anew; the only row, or NULL if there is none. */
static const struct history_row *read_only_row(struct fixture *fixture, struct target *target)
{
	history_release(&fixture->history);
	history_init(&fixture->history);
	expect_ok(fixture, target->driver->read_history(target, &fixture->history, &fixture->err));
	assert_in_range(fixture->history.count, 0, 1);
	return fixture->history.count ? fixture->history.rows : NULL;
}

static bool has_table(const struct fixture *fixture, const char *name)
{
	return fixture->subject->has_table(fixture->database, name);
}

static size_t events(const struct fixture *fixture, const char *what)
{
	return fixture->subject->count_events(fixture->database, what);
}

/* Holds that the fast path says what the rows say. */
static void expect_agreement(struct fixture *fixture, struct target *target)
{
	LG_CLEANUP(history_release) struct history history;
	struct history_summary probed = {0};
	struct history_summary summed;

	history_init(&history);
	expect_ok(fixture, target->driver->probe(target, &probed, &fixture->err));
	expect_ok(fixture, target->driver->read_history(target, &history, &fixture->err));
	summed = build_summary(&history);
	assert_int_equal(probed.layout_version, HISTORY_LAYOUT_VERSION);
	assert_int_equal(probed.rows, summed.rows);
	assert_int_equal(probed.seeds, summed.seeds);
	assert_true(lg_digest_equal(&probed.rows_digest, &summed.rows_digest));
	assert_true(lg_digest_equal(&probed.seeds_digest, &summed.seeds_digest));
}

static void session_tells_its_facts(void **state)
{
	struct fixture *fixture = *state;
	struct target *a = open_as(fixture, "shop", "main");
	struct target *b = open_as(fixture, "other", "tenant");
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
	struct target *target = open_to_read(fixture);

	expect_ok(fixture, target->driver->probe(target, &summary, &fixture->err));
	assert_int_equal(summary.layout_version, 0);
	assert_int_equal(summary.rows, 0);
	assert_null(read_only_row(fixture, target));
	assert_int_equal(fixture->history.layout_version, 0);
	assert_false(fixture->history.has_batches);
	assert_null(fixture->history.other_project);
	assert_null(fixture->history.unmanaged_table);
	expect_ok(fixture, target->driver->holder(target, &holder, &fixture->err));
	assert_false(holder.is_held);
	target->driver->close(target);
	assert_int_equal(fixture->subject->exists(fixture->database), existed);
}

static void writing_session_creates_nothing_before_init(void **state)
{
	struct fixture *fixture = *state;
	bool existed = fixture->subject->exists(fixture->database);
	struct history_summary summary = {0};
	struct target *target = open_as(fixture, "shop", "main");

	fixture->target = target;
	expect_ok(fixture, target->driver->probe(target, &summary, &fixture->err));
	assert_null(read_only_row(fixture, target));
	take_lock(fixture, target);
	assert_int_equal(fixture->subject->exists(fixture->database), existed);
	expect_ok(fixture, target->driver->init(target, &fixture->err));
	assert_true(fixture->subject->exists(fixture->database));
	begin_batch(fixture, target, "B1", "apply");
	expect_ok(fixture, apply(fixture, "1", "CREATE TABLE users (id INT);"));
}

static void reading_sees_what_a_session_wrote(void **state)
{
	struct fixture *fixture = *state;
	struct target *target;

	ready(fixture);
	expect_ok(fixture, apply(fixture, "1", "CREATE TABLE users (id INT);"));
	target = open_to_read(fixture);
	assert_non_null(read_only_row(fixture, target));
	expect_agreement(fixture, target);
	target->driver->close(target);
}

static void init_can_be_repeated(void **state)
{
	struct fixture *fixture = *state;
	struct target *other;

	ready(fixture);
	expect_ok(fixture, apply(fixture, "1", ""));
	expect_ok(fixture, fixture->target->driver->init(fixture->target, &fixture->err));
	other = open_as(fixture, "other", "main");
	expect_ok(fixture, other->driver->init(other, &fixture->err));
	other->driver->close(other);
	assert_non_null(read_only_row(fixture, fixture->target));
	assert_int_equal(fixture->history.layout_version, HISTORY_LAYOUT_VERSION);
}

static void lock_keeps_others_out(void **state)
{
	struct fixture *fixture = *state;
	struct target *other;

	ready(fixture);
	take_lock(fixture, fixture->target);
	other = open_as(fixture, "shop", "main");
	assert_int_equal(other->driver->lock(other, 100, &fixture->err), LG_LOCKED);
	assert_true(fixture->waits >= 1);
	assert_non_null(strstr(fixture->err.text, "process"));

	fixture->target->driver->close(fixture->target);
	fixture->target = other;
	take_lock(fixture, other);
}

static void lock_is_not_waited_for_without_a_wish(void **state)
{
	struct fixture *fixture = *state;
	struct target *other;

	ready(fixture);
	other = open_as(fixture, "shop", "main");
	assert_int_equal(other->driver->lock(other, 0, &fixture->err), LG_LOCKED);
	assert_int_equal(fixture->waits, 0);
	other->driver->close(other);
}

static void lock_wait_can_be_stopped(void **state)
{
	struct fixture *fixture = *state;
	struct target *other;

	ready(fixture);
	other = open_as(fixture, "shop", "main");
	fixture->stop = 1;
	assert_int_equal(other->driver->lock(other, 60000, &fixture->err), LG_CANCELLED);
	other->driver->close(other);
}

static void holder_is_named(void **state)
{
	struct fixture *fixture = *state;
	struct target_holder holder = {0};
	struct target *reader;

	ready(fixture);
	reader = open_to_read(fixture);
	expect_ok(fixture, reader->driver->holder(reader, &holder, &fixture->err));
	assert_true(holder.is_held);
	assert_int_equal(holder.pid, getpid());
	assert_string_equal(holder.application, "lockgate");
	assert_int_equal(strlen(holder.since), LG_MOMENT_CHARS);
	assert_string_equal(holder.migration, "");

	fixture->target->driver->close(fixture->target);
	fixture->target = NULL;
	expect_ok(fixture, reader->driver->holder(reader, &holder, &fixture->err));
	assert_false(holder.is_held);
	reader->driver->close(reader);
}

static void apply_records_a_row(void **state)
{
	static const char up[] = "-- lockgate: phase=expand\nCREATE TABLE users (id INT);\n";
	static const char down[] = "DROP TABLE users;";
	struct fixture *fixture = *state;
	LG_CLEANUP(drop_prepared) struct prepared script = {0};
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

	prepare(fixture, SCRIPT_UP, up, &script);
	ready(fixture);
	expect_ok(fixture, apply_step(fixture, step, up, NULL));
	finish_batch(fixture, "B1", "ok");
	reopen(fixture);
	row = read_only_row(fixture, fixture->target);

	assert_true(has_table(fixture, "users"));
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
	assert_int_equal(events(fixture, "applied"), 1);
	expect_agreement(fixture, fixture->target);
}

static void apply_of_nothing_records_a_row(void **state)
{
	struct fixture *fixture = *state;
	const struct history_row *row;

	ready(fixture);
	expect_ok(fixture, apply(fixture, "1", "-- nothing to do\n"));
	row = read_only_row(fixture, fixture->target);
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

	ready(fixture);
	for (size_t i = 0; i < LG_COUNT_OF(kinds); i++) {
		const struct target_apply step = {
			.kind = kinds[i],
			.version = kinds[i] == MIGRATION_REPEATABLE ? "view" : "1",
			.position = i + 1,
		};

		expect_ok(fixture, apply_step(fixture, step, "", NULL));
	}
	expect_ok(fixture, fixture->target->driver->read_history(
				   fixture->target, &fixture->history, &fixture->err));
	assert_int_equal(fixture->history.count, 4);
	assert_int_equal(fixture->history.rows[0].kind, MIGRATION_BASELINE);
	assert_int_equal(fixture->history.rows[3].kind, MIGRATION_SEED);
	expect_agreement(fixture, fixture->target);
}

static void failure_in_a_transaction_leaves_nothing(void **state)
{
	struct fixture *fixture = *state;

	ready(fixture);
	assert_int_equal(
		apply(fixture, "1", "CREATE TABLE a (id INT);\n\nCREATE TABLE b (id INT); FAIL;"),
		LG_FAILED);

	assert_string_equal(fixture->err.file, "up.sql");
	assert_int_equal(fixture->err.line, 3);
	assert_int_equal(fixture->err.column, 26);
	assert_string_equal(fixture->err.version, "1");
	assert_false(has_table(fixture, "a"));
	assert_false(has_table(fixture, "b"));
	assert_null(read_only_row(fixture, fixture->target));
	assert_int_equal(events(fixture, "failed"), 1);
	assert_int_equal(events(fixture, "applied"), 0);

	expect_ok(fixture, apply(fixture, "1", "CREATE TABLE a (id INT);"));
	assert_true(has_table(fixture, "a"));
}

static void row_that_stands_there_is_not_applied_again(void **state)
{
	struct fixture *fixture = *state;

	ready(fixture);
	expect_ok(fixture, apply(fixture, "1", "CREATE TABLE a (id INT);"));
	assert_int_equal(apply(fixture, "1", "CREATE TABLE b (id INT);"), LG_DATABASE);
	assert_false(has_table(fixture, "b"));
	assert_int_equal(events(fixture, "applied"), 1);
}

static void row_that_is_gone_is_not_repeated(void **state)
{
	struct fixture *fixture = *state;
	const struct target_apply step = {
		.kind = MIGRATION_REPEATABLE, .version = "view", .is_repeated = true};

	ready(fixture);
	assert_int_equal(apply_step(fixture, step, "CREATE TABLE a (id INT);", NULL), LG_DATABASE);
	assert_false(has_table(fixture, "a"));
	assert_null(read_only_row(fixture, fixture->target));
}

static void check_without_rows_passes(void **state)
{
	struct fixture *fixture = *state;

	ready(fixture);
	expect_ok(fixture, apply_step(fixture, (struct target_apply){.version = "1"},
				   "CREATE TABLE a (id INT);", "SELECT id FROM a WHERE 1 = 0;"));
	assert_true(has_table(fixture, "a"));
}

static void check_that_finds_a_row_undoes_the_migration(void **state)
{
	struct fixture *fixture = *state;

	ready(fixture);
	assert_int_equal(apply_step(fixture, (struct target_apply){.version = "1"},
				 "CREATE TABLE a (id INT);", "SELECT 1 WHERE 1 = 0;\nSELECT 1;"),
		LG_FAILED);
	assert_string_equal(fixture->err.file, "check.sql");
	assert_int_equal(fixture->err.line, 2);
	assert_false(has_table(fixture, "a"));
	assert_null(read_only_row(fixture, fixture->target));
	assert_int_equal(events(fixture, "failed"), 1);
}

static void check_that_writes_is_refused(void **state)
{
	struct fixture *fixture = *state;

	ready(fixture);
	assert_int_equal(apply_step(fixture, (struct target_apply){.version = "1"},
				 "CREATE TABLE a (id INT);", "CREATE TABLE b (id INT);"),
		LG_FAILED);
	assert_false(has_table(fixture, "a"));
	assert_false(has_table(fixture, "b"));
}

/* What the cases about the journal run: three statements, of which the second may fail. */
#define JOURNALED(second)                                                                          \
	"-- lockgate: transaction=off\nCREATE TABLE a (id INT);\n" second                          \
	"\nCREATE TABLE c (id INT);\n"

static void journal_tells_where_a_script_failed(void **state)
{
	struct fixture *fixture = *state;
	const struct history_row *row;

	ready(fixture);
	assert_int_equal(apply(fixture, "1", JOURNALED("FAIL;")), LG_FAILED);
	finish_batch(fixture, "B1", "failed");
	row = read_only_row(fixture, fixture->target);

	assert_int_equal(fixture->err.line, 3);
	assert_non_null(row);
	assert_int_equal(row->state, HISTORY_RUNNING);
	assert_int_equal(row->statements_done, 1);
	assert_int_equal(row->statements_total, 3);
	assert_false(row->is_resumable);
	assert_null(row->applied_at);
	assert_true(has_table(fixture, "a"));
	assert_false(has_table(fixture, "c"));
	assert_int_equal(events(fixture, "failed"), 1);
	expect_agreement(fixture, fixture->target);
}

static void resuming_skips_what_was_done(void **state)
{
	struct fixture *fixture = *state;
	const struct target_apply step = {
		.version = "1", .batch_id = "B2", .is_resumed = true, .statements_done = 1};
	const struct history_row *row;

	ready(fixture);
	assert_int_equal(apply(fixture, "1", JOURNALED("FAIL;")), LG_FAILED);
	finish_batch(fixture, "B1", "failed");
	begin_batch(fixture, fixture->target, "B2", "apply");
	expect_ok(fixture, apply_step(fixture, step, JOURNALED("CREATE TABLE b (id INT);"), NULL));
	row = read_only_row(fixture, fixture->target);

	assert_non_null(row);
	assert_int_equal(row->state, HISTORY_APPLIED);
	assert_int_equal(row->statements_done, 3);
	assert_string_equal(row->batch_id, "B2");
	assert_true(has_table(fixture, "b") && has_table(fixture, "c"));
	expect_agreement(fixture, fixture->target);
}

/* A run that dies leaves a batch without an outcome, one that is cancelled says so. */
static void run_that_died_between_statements_can_be_resumed(void **state)
{
	struct fixture *fixture = *state;
	const struct history_row *row;

	ready(fixture);
	fixture->stop_at = 2;
	assert_int_equal(
		apply(fixture, "1",
			JOURNALED("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
				  "SELECT count(*) FROM n;")),
		LG_CANCELLED);
	fixture->stop = 0;
	reopen(fixture);
	row = read_only_row(fixture, fixture->target);

	assert_non_null(row);
	assert_int_equal(row->state, HISTORY_RUNNING);
	assert_int_equal(row->statements_done, 1);
	assert_true(row->is_resumable);

	finish_batch(fixture, "B1", "cancelled");
	row = read_only_row(fixture, fixture->target);
	assert_non_null(row);
	assert_true(row->is_resumable);
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
	LG_CLEANUP(drop_prepared) struct prepared script = {0};
	const struct history_row *row;

	prepare(fixture, SCRIPT_UP, "CREATE TABLE b (id INT);", &script);
	ready(fixture);
	expect_ok(fixture, apply_step(fixture, first, "CREATE TABLE a (id INT);", NULL));
	expect_ok(fixture, apply_step(fixture, second, "CREATE TABLE b (id INT);", NULL));
	row = read_only_row(fixture, fixture->target);

	assert_non_null(row);
	assert_int_equal(row->position, 2);
	assert_memory_equal(&row->hashes, &script.facts.hashes, sizeof(row->hashes));
	assert_int_equal(events(fixture, "applied"), 2);
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

	ready(fixture);
	expect_ok(fixture, apply_step(fixture, first, "CREATE TABLE a (id INT);", NULL));
	assert_int_equal(apply_step(fixture, second, "DROP TABLE a; FAIL;", NULL), LG_FAILED);
	row = read_only_row(fixture, fixture->target);

	assert_non_null(row);
	assert_int_equal(row->position, 1);
	assert_int_equal(row->state, HISTORY_APPLIED);
	assert_true(has_table(fixture, "a"));
}

static void revert_runs_what_was_stored(void **state)
{
	struct fixture *fixture = *state;

	ready(fixture);
	expect_ok(fixture,
		apply_with_down(fixture, "1", "CREATE TABLE a (id INT);", "DROP TABLE a;"));
	reopen(fixture);
	expect_ok(fixture, revert(fixture, read_only_row(fixture, fixture->target)));

	assert_false(has_table(fixture, "a"));
	assert_null(read_only_row(fixture, fixture->target));
	assert_int_equal(events(fixture, "reverted"), 1);
	assert_int_equal(events(fixture, "applied"), 1);
	expect_agreement(fixture, fixture->target);
}

static void revert_that_fails_leaves_the_row(void **state)
{
	struct fixture *fixture = *state;
	const struct history_row *row;

	ready(fixture);
	expect_ok(fixture,
		apply_with_down(fixture, "1", "CREATE TABLE a (id INT);", "DROP TABLE a; FAIL;"));
	assert_int_equal(revert(fixture, read_only_row(fixture, fixture->target)), LG_FAILED);
	row = read_only_row(fixture, fixture->target);

	assert_string_equal(fixture->err.file, "down.sql");
	assert_non_null(row);
	assert_int_equal(row->state, HISTORY_APPLIED);
	assert_true(has_table(fixture, "a"));
	assert_int_equal(events(fixture, "failed"), 1);
}

static void missing_down_script_is_told(void **state)
{
	struct fixture *fixture = *state;
	LG_CLEANUP(lg_buf_release) struct lg_buf down;
	struct target *target;

	lg_buf_init(&down, LG_BUF_MAX_BYTES);
	ready(fixture);
	expect_ok(fixture, apply(fixture, "1", "CREATE TABLE a (id INT);"));
	target = fixture->target;
	assert_int_equal(
		target->driver->read_down(target, MIGRATION_VERSIONED, "1", &down, &fixture->err),
		LG_FORMAT);
	assert_int_equal(
		target->driver->read_down(target, MIGRATION_VERSIONED, "2", &down, &fixture->err),
		LG_FORMAT);
}

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
	ready(fixture);
	expect_ok(fixture, change(fixture, TARGET_ROW_ADD, &wanted));
	assert_int_equal(change(fixture, TARGET_ROW_ADD, &wanted), LG_DATABASE);
	row = read_only_row(fixture, fixture->target);

	assert_non_null(row);
	assert_string_equal(row->name, "adopted_one");
	assert_string_equal(row->adopted_from, "flyway");
	assert_int_equal(row->position, 4);
	assert_int_equal(row->phase, PHASE_CONTRACT);
	assert_string_equal(row->applied_at, wanted.applied_at);
	assert_true(lg_digest_equal(&row->hashes.content, &wanted.hashes.content));
	expect_ok(fixture, fixture->target->driver->read_down(fixture->target, MIGRATION_VERSIONED,
				   "5", &down, &fixture->err));
	assert_string_equal(down.text, "DROP TABLE a;");
	assert_int_equal(events(fixture, "decided"), 1);
	expect_agreement(fixture, fixture->target);
}

static void decision_makes_a_row_resumable(void **state)
{
	struct fixture *fixture = *state;
	struct history_row wanted;
	const struct history_row *row;

	ready(fixture);
	assert_int_equal(apply(fixture, "1", JOURNALED("FAIL;")), LG_FAILED);
	finish_batch(fixture, "B1", "failed");
	begin_batch(fixture, fixture->target, "B2", "resolve");
	row = read_only_row(fixture, fixture->target);
	assert_non_null(row);
	wanted = *row;
	wanted.statements_done = 2;
	wanted.batch_id = "B2";
	expect_ok(fixture, change(fixture, TARGET_ROW_SET, &wanted));
	row = read_only_row(fixture, fixture->target);

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

	ready(fixture);
	assert_int_equal(change(fixture, TARGET_ROW_FORGET, &wanted), LG_DATABASE);
	assert_int_equal(change(fixture, TARGET_ROW_SET, &wanted), LG_DATABASE);
	expect_ok(fixture, change(fixture, TARGET_ROW_ADD, &wanted));
	expect_ok(fixture, change(fixture, TARGET_ROW_FORGET, &wanted));
	assert_null(read_only_row(fixture, fixture->target));
	assert_int_equal(events(fixture, "decided"), 2);
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
	ready(fixture);
	target = fixture->target;
	assert_int_equal(
		target->driver->change(target, "B1", wishes, 2, &fixture->err), LG_DATABASE);
	assert_non_null(strstr(fixture->err.text, "'6'"));
	assert_null(read_only_row(fixture, target));
	assert_int_equal(events(fixture, "decided"), 0);

	wishes[1].row = &first;
	expect_ok(fixture, target->driver->change(target, "B1", wishes, 2, &fixture->err));
	assert_null(read_only_row(fixture, target));
	assert_int_equal(events(fixture, "decided"), 2);
	expect_ok(fixture, target->driver->change(target, "B1", wishes, 0, &fixture->err));
}

static void notes_are_events(void **state)
{
	struct fixture *fixture = *state;
	const struct target_driver *driver = fixture->subject->driver;

	ready(fixture);
	expect_ok(
		fixture, driver->note(fixture->target, "B1", "1", "waived", "typo", &fixture->err));
	expect_ok(
		fixture, driver->note(fixture->target, "B1", NULL, "waived", NULL, &fixture->err));
	assert_int_equal(events(fixture, "waived"), 2);
}

static void projects_and_scopes_are_apart(void **state)
{
	static const struct {
		const char *project, *scope;
		bool sees_other;
	} others[] = {{"billing", "main", true}, {"shop", "tenant", false}};
	struct fixture *fixture = *state;

	ready(fixture);
	expect_ok(fixture, apply(fixture, "1", "CREATE TABLE users (id INT);"));
	for (size_t i = 0; i < LG_COUNT_OF(others); i++) {
		struct target *other = open_as(fixture, others[i].project, others[i].scope);
		struct history_summary summary = {0};
		const char *seen;

		expect_ok(fixture, other->driver->probe(other, &summary, &fixture->err));
		assert_int_equal(summary.layout_version, HISTORY_LAYOUT_VERSION);
		assert_int_equal(summary.rows, 0);
		assert_null(read_only_row(fixture, other));
		assert_false(fixture->history.has_batches);
		seen = fixture->history.other_project;
		assert_string_equal(seen ? seen : "-", others[i].sees_other ? "shop" : "-");
		assert_string_equal(fixture->history.unmanaged_table, "users");
		other->driver->close(other);
	}
	assert_non_null(read_only_row(fixture, fixture->target));
	assert_null(fixture->history.other_project);
}

/* Where ours has rows in another scope, it is not the wrong database. */
static void second_scope_of_a_project_has_no_other_project(void **state)
{
	struct fixture *fixture = *state;
	struct target *tenant;

	ready(fixture);
	expect_ok(fixture, apply(fixture, "1", ""));
	fixture->target->driver->close(fixture->target);
	fixture->target = open_as(fixture, "billing", "main");
	take_lock(fixture, fixture->target);
	begin_batch(fixture, fixture->target, "B2", "apply");
	expect_ok(fixture,
		apply_step(fixture, (struct target_apply){.version = "1", .batch_id = "B2"}, "",
			NULL));

	tenant = open_as(fixture, "shop", "tenant");
	assert_null(read_only_row(fixture, tenant));
	assert_null(fixture->history.other_project);
	tenant->driver->close(tenant);
}

static void two_projects_may_have_one_version(void **state)
{
	struct fixture *fixture = *state;

	ready(fixture);
	expect_ok(fixture, apply(fixture, "1", "CREATE TABLE a (id INT);"));
	fixture->target->driver->close(fixture->target);
	fixture->target = open_as(fixture, "billing", "main");
	take_lock(fixture, fixture->target);
	begin_batch(fixture, fixture->target, "B2", "apply");
	expect_ok(fixture,
		apply_step(fixture, (struct target_apply){.version = "1", .batch_id = "B2"},
			"CREATE TABLE b (id INT);", NULL));
	assert_non_null(read_only_row(fixture, fixture->target));
	assert_string_equal(fixture->history.rows[0].batch_id, "B2");
}

static void stopping_leaves_nothing(void **state)
{
	struct fixture *fixture = *state;

	ready(fixture);
	fixture->stop_at = 2;
	assert_int_equal(
		apply(fixture, "1",
			"CREATE TABLE a (id INT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
			"SELECT i + 1 FROM n) SELECT count(*) FROM n;"),
		LG_CANCELLED);
	finish_batch(fixture, "B1", "cancelled");
	fixture->stop = 0;
	reopen(fixture);

	assert_false(has_table(fixture, "a"));
	assert_null(read_only_row(fixture, fixture->target));
	assert_int_equal(events(fixture, "cancelled"), 1);
}

static void semicolons_end_statements_only_where_they_do(void **state)
{
	struct fixture *fixture = *state;

	ready(fixture);
	expect_ok(fixture, apply(fixture, "1", "CREATE TABLE users (id TEXT);"));
	expect_ok(fixture, apply(fixture, "2", fixture->subject->tricky_script));
	assert_int_equal(fixture->last_statement, 2);
	assert_int_equal(fixture->last_total, 2);
	assert_true(has_table(fixture, "tricky"));
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
		apply(fixture, "1", "CREATE TABLE a (id INT); CREATE TABLE b (id INT);"))
		return err->status;
	return driver->finish_batch(fixture->target, "B1", "ok", err);
}

/* SQLite's authorizer refuses by itself what script_scan() would not have let through. */
static void guard_refuses_vacuum_into_by_itself(void **state)
{
	static const char sql[] = "VACUUM INTO '/tmp/lockgate-contract-never.db';";
	struct fixture *fixture = *state;
	LG_CLEANUP(drop_prepared) struct prepared script = {0};
	struct target_apply step = {
		.version = "1", .name = "name", .position = 1, .batch_id = "B1"};

	ready(fixture);
	prepare(fixture, SCRIPT_UP, "-- lockgate: transaction=off\nVACUUM;", &script);
	script.view = body_view_of_text(sql, strlen(sql));
	step.up = script_of(&script, "up.sql");
	assert_int_equal(fixture->target->driver->apply(
				 fixture->target, &step, &fixture->duration_us, &fixture->err),
		LG_FAILED);
	assert_non_null(strstr(fixture->err.text, "may not write other databases"));
	assert_int_not_equal(access("/tmp/lockgate-contract-never.db", F_OK), 0);
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

		(void)set_up(&own);
		fixture = own;
		fake_fail_at(fixture->database, ++n);
		is_done = run_once(fixture) == LG_OK;
		fake_fail_at(fixture->database, 0);
		fixture->subject->driver->close(LG_TAKE(fixture->target));
		fixture->target = open_to_read(fixture);
		has_row = read_only_row(fixture, fixture->target) != NULL;
		assert_int_equal(has_table(fixture, "a"), has_row);
		assert_int_equal(has_table(fixture, "b"), has_row);
		(void)tear_down(&own);
	}
	assert_int_equal(n, 9);
}

/* Every case for one driver, each with a database of its own. */
static int run_suite(const struct contract_subject *subject)
{
#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(session_tells_its_facts),
		CASE(reading_creates_nothing),
		CASE(writing_session_creates_nothing_before_init),
		CASE(reading_sees_what_a_session_wrote),
		CASE(init_can_be_repeated),
		CASE(lock_keeps_others_out),
		CASE(lock_is_not_waited_for_without_a_wish),
		CASE(lock_wait_can_be_stopped),
		CASE(holder_is_named),
		CASE(apply_records_a_row),
		CASE(apply_of_nothing_records_a_row),
		CASE(apply_knows_every_kind),
		CASE(failure_in_a_transaction_leaves_nothing),
		CASE(row_that_stands_there_is_not_applied_again),
		CASE(row_that_is_gone_is_not_repeated),
		CASE(check_without_rows_passes),
		CASE(check_that_finds_a_row_undoes_the_migration),
		CASE(check_that_writes_is_refused),
		CASE(journal_tells_where_a_script_failed),
		CASE(resuming_skips_what_was_done),
		CASE(run_that_died_between_statements_can_be_resumed),
		CASE(repeatable_is_replaced),
		CASE(repeatable_that_fails_stays_as_it_was),
		CASE(revert_runs_what_was_stored),
		CASE(revert_that_fails_leaves_the_row),
		CASE(missing_down_script_is_told),
		CASE(decision_adds_a_row),
		CASE(decision_makes_a_row_resumable),
		CASE(decision_forgets_a_row),
		CASE(decisions_of_one_call_are_all_or_nothing),
		CASE(notes_are_events),
		CASE(projects_and_scopes_are_apart),
		CASE(second_scope_of_a_project_has_no_other_project),
		CASE(two_projects_may_have_one_version),
		CASE(stopping_leaves_nothing),
		CASE(semicolons_end_statements_only_where_they_do),
	};
#undef CASE

	subject_under_test = subject;
	return cmocka_run_group_tests_name(subject->name, tests, NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest of_fake[] = {
		cmocka_unit_test(failure_anywhere_leaves_all_or_nothing),
	};
	const struct CMUnitTest of_sqlite[] = {
		cmocka_unit_test_setup_teardown(
			guard_refuses_vacuum_into_by_itself, set_up, tear_down),
	};
	int failed = run_suite(&subject_fake) + run_suite(&subject_sqlite);

	/* The subject is still the last one. */
	failed += cmocka_run_group_tests_name("guard", of_sqlite, NULL, NULL);
	subject_under_test = &subject_fake;
	return failed + cmocka_run_group_tests_name("fake", of_fake, NULL, NULL);
}

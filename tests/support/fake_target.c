/* SPDX-License-Identifier: MIT */
#include "tests/support/fake_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tests/support/build_bundle.h"
#include "tests/support/fake_session.h"

enum { POLL_MS = 5 };

static bool is_stopped(const struct fake_session *session)
{
	return session->options.stop && *session->options.stop;
}

enum lg_status fake_enter(struct fake_session *session, struct lg_error *err)
{
	struct fake_database *database = session->database;

	database->operations++;
	if (database->operations == database->fail_at)
		return lg_fail(err, LG_DATABASE, "operation %ju was asked to fail",
			(uintmax_t)database->operations);
	if (is_stopped(session))
		return lg_fail(err, LG_CANCELLED, "stopped by a signal");
	return LG_OK;
}

enum lg_status fake_enter_writing(struct fake_session *session, struct lg_error *err)
{
	if (session->database->lock_holder != session)
		return lg_fail(err, LG_DATABASE, "the lock is not held");
	if (!session->database->has_layout)
		return lg_fail(err, LG_DATABASE, "there is no history yet");
	return fake_enter(session, err);
}

static bool accepts(const char *url)
{
	return strncmp(url, "fake:", strlen("fake:")) == 0;
}

static void close_session(struct target *target)
{
	struct fake_session *session = fake_session_of(target);

	if (!session)
		return;
	if (session->database->lock_holder == session)
		session->database->lock_holder = NULL;
	fake_state_release(&session->before);
	free(session->project);
	free(session->scope);
	free(session->identity);
	free(session);
}

static enum lg_status open_session(
	const struct target_options *options, struct target **out, struct lg_error *err)
{
	struct fake_database *database = fake_database_find(options->url + strlen("fake:"));
	struct fake_session *session;

	if (!database)
		return lg_fail(err, LG_USAGE, "there is no such fake database");
	session = lg_calloc(1, sizeof(*session));
	session->target.driver = &target_fake;
	session->options = *options;
	session->database = database;
	session->project = lg_strdup(options->project);
	session->scope = lg_strdup(options->scope);
	session->identity = lg_format("fake:%s", database->name);
	session->facts = (struct target_facts){
		.engine = SQL_SQLITE,
		.database = database->name,
		.server_version = "1",
		.round_trip_us = database->round_trip_us,
		.identity = session->identity,
	};
	if (fake_enter(session, err)) {
		close_session(&session->target);
		return err->status;
	}
	*out = &session->target;
	return LG_OK;
}

static const struct target_facts *facts(const struct target *target)
{
	return &((const struct fake_session *)target)->facts;
}

static bool is_own_row(const struct fake_session *session, const struct fake_row *row)
{
	return strcmp(row->project, session->project) == 0 &&
	       strcmp(row->scope, session->scope) == 0;
}

/* A running row can go on when its run died or was cancelled, or a human has decided. */
static bool is_resumable(struct fake_session *session, const struct history_row *row)
{
	const struct fake_batch *batch = fake_find_batch(session->database, row->batch_id);

	if (row->state != HISTORY_RUNNING || !batch)
		return false;
	return strcmp(batch->action, "resolve") == 0 ||
	       (strcmp(batch->action, "apply") == 0 &&
		       (!batch->outcome || strcmp(batch->outcome, "failed") != 0));
}

static const char *keep(struct history *history, const char *text)
{
	return text ? lg_arena_add(&history->strings, text) : NULL;
}

static void copy_row(
	struct fake_session *session, const struct history_row *row, struct history *out)
{
	struct history_row *copy = history_add(out);

	*copy = *row;
	copy->version = keep(out, row->version);
	copy->name = keep(out, row->name);
	copy->algorithm = keep(out, row->algorithm);
	copy->batch_id = keep(out, row->batch_id);
	copy->started_at = keep(out, row->started_at);
	copy->applied_at = keep(out, row->applied_at);
	copy->adopted_from = keep(out, row->adopted_from);
	copy->is_resumable = is_resumable(session, row);
}

static bool has_any_scope(const struct fake_session *session)
{
	for (size_t i = 0; i < session->database->row_count; i++)
		if (strcmp(session->database->rows[i].project, session->project) == 0)
			return true;
	return false;
}

static void copy_history(struct fake_session *session, struct history *out)
{
	const struct fake_database *database = session->database;

	if (database->has_layout)
		out->layout_version = HISTORY_LAYOUT_VERSION;
	for (size_t i = 0; i < database->row_count; i++) {
		const struct fake_row *row = &database->rows[i];

		if (is_own_row(session, row))
			copy_row(session, &row->row, out);
		else if (!has_any_scope(session))
			out->other_project = keep(out, row->project);
	}
	for (size_t i = 0; i < database->batch_count; i++)
		if (strcmp(database->batches[i].project, session->project) == 0 &&
			strcmp(database->batches[i].scope, session->scope) == 0)
			out->has_batches = strcmp(database->batches[i].action, "forget") != 0;
	for (size_t i = 0; i < database->event_count; i++)
		if (strcmp(database->events[i].what, HISTORY_IN_STEP) == 0)
			out->in_step = keep(out, database->events[i].detail);
	if (!out->has_batches && database->tables.count)
		out->unmanaged_table = keep(out, database->tables.names[0]);
}

static enum lg_status read_history(struct target *target, struct history *out, struct lg_error *err)
{
	struct fake_session *session = fake_session_of(target);

	if (fake_enter(session, err))
		return err->status;
	copy_history(session, out);
	history_sort(out);
	return LG_OK;
}

static enum lg_status probe(
	struct target *target, struct history_summary *out, struct lg_error *err)
{
	struct fake_session *session = fake_session_of(target);
	LG_CLEANUP(history_release) struct history history = {0};

	if (fake_enter(session, err))
		return err->status;
	history_init(&history);
	copy_history(session, &history);
	*out = session->database->has_layout ? build_summary(&history)
					     : (struct history_summary){0};
	return LG_OK;
}

static enum lg_status read_down(struct target *target, enum migration_kind kind,
	const char *version, struct lg_buf *out, struct lg_error *err)
{
	struct fake_session *session = fake_session_of(target);
	const struct history_row key = {.kind = kind, .version = version};
	const struct fake_row *row;

	if (fake_enter(session, err))
		return err->status;
	row = fake_find_row(session->database, session->project, session->scope, &key);
	if (!row || !row->down_sql)
		return lg_fail(err, LG_FORMAT, "version '%s' has no stored down script", version);
	lg_buf_add(out, row->down_sql, row->down_len);
	return LG_OK;
}

static enum lg_status look_at_holder(
	struct target *target, struct target_holder *out, struct lg_error *err)
{
	const struct fake_session *holder = fake_session_of(target)->database->lock_holder;

	if (fake_enter(fake_session_of(target), err))
		return err->status;
	*out = (struct target_holder){.is_held = holder != NULL};
	if (!holder)
		return LG_OK;
	out->pid = getpid();
	(void)snprintf(out->user, sizeof(out->user), "fake");
	(void)snprintf(out->application, sizeof(out->application), "lockgate");
	(void)snprintf(out->host, sizeof(out->host), "localhost");
	(void)snprintf(out->since, sizeof(out->since), "%s", holder->since);
	(void)snprintf(out->migration, sizeof(out->migration), "%s", holder->under_way);
	return LG_OK;
}

static enum lg_status lock(struct target *target, int64_t wait_ms, struct lg_error *err)
{
	struct fake_session *session = fake_session_of(target);
	const struct target_listener *listener = session->options.listener;
	int64_t deadline_us = lg_clock_monotonic_us() + wait_ms * 1000;
	struct target_holder holder = {0};
	bool has_told = false;

	if (look_at_holder(target, &holder, err))
		return err->status;
	while (session->database->lock_holder && session->database->lock_holder != session) {
		if (lg_clock_monotonic_us() >= deadline_us)
			return lg_fail(err, LG_LOCKED, "the lock is held by process %lld of %s",
				(long long)holder.pid, holder.user);
		if (listener && listener->waiting && !has_told)
			listener->waiting(listener->context, &holder);
		has_told = true;
		lg_clock_sleep_ms(POLL_MS);
		if (is_stopped(session))
			return lg_fail(err, LG_CANCELLED, "stopped while waiting for the lock");
	}
	session->database->lock_holder = session;
	lg_clock_format(lg_clock_now_us(), session->since);
	return LG_OK;
}

static enum lg_status break_lock(
	struct target *target, int64_t wait_ms, struct target_holder *out, struct lg_error *err)
{
	(void)wait_ms;
	if (look_at_holder(target, out, err))
		return err->status;
	fake_session_of(target)->database->lock_holder = NULL;
	return LG_OK;
}

static enum lg_status init(struct target *target, struct lg_error *err)
{
	if (fake_enter(fake_session_of(target), err))
		return err->status;
	fake_session_of(target)->database->exists = true;
	fake_session_of(target)->database->has_layout = true;
	return LG_OK;
}

static enum lg_status begin_batch(
	struct target *target, const struct target_batch *batch, struct lg_error *err)
{
	struct fake_session *session = fake_session_of(target);
	struct fake_database *database = session->database;

	if (fake_enter_writing(session, err))
		return err->status;
	if (fake_find_batch(database, batch->id))
		return lg_fail(err, LG_DATABASE, "batch '%s' stands there already", batch->id);
	database->batches =
		lg_grow(database->batches, database->batch_count, sizeof(*database->batches));
	database->batches[database->batch_count++] = (struct fake_batch){
		.id = lg_arena_add(&database->strings, batch->id),
		.project = lg_arena_add(&database->strings, session->project),
		.scope = lg_arena_add(&database->strings, session->scope),
		.action = lg_arena_add(&database->strings, batch->action),
	};
	return LG_OK;
}

static enum lg_status finish_batch(
	struct target *target, const char *batch_id, const char *outcome, struct lg_error *err)
{
	struct fake_session *session = fake_session_of(target);
	struct fake_batch *batch = fake_find_batch(session->database, batch_id);

	/* The end of a run is written down even when it was stopped. */
	session->options.stop = NULL;
	if (fake_enter_writing(session, err))
		return err->status;
	if (!batch)
		return lg_fail(err, LG_DATABASE, "there is no batch '%s'", batch_id);
	batch->outcome = lg_arena_add(&session->database->strings, outcome);
	return LG_OK;
}

void fake_session_note(struct fake_session *session, const char *batch_id, const char *version,
	const char *what, const char *detail)
{
	fake_add_event(session->database, &(struct fake_event){
						  .batch_id = batch_id,
						  .version = version,
						  .what = what,
						  .detail = detail,
					  });
}

static enum lg_status note(struct target *target, const char *batch_id, const char *version,
	const char *what, const char *detail, struct lg_error *err)
{
	if (fake_enter_writing(fake_session_of(target), err))
		return err->status;
	fake_session_note(fake_session_of(target), batch_id, version, what, detail);
	return LG_OK;
}

static enum lg_status grant_reader(struct target *target, const char *role, struct lg_error *err)
{
	(void)target;
	return lg_fail(err, LG_USAGE, "the fake has no role '%s'", role);
}

const struct target_driver target_fake = {
	.name = "fake",
	.accepts = accepts,
	.open = open_session,
	.facts = facts,
	.probe = probe,
	.read_history = read_history,
	.read_down = read_down,
	.read_foreign = fake_read_foreign,
	.lock = lock,
	.holder = look_at_holder,
	.break_lock = break_lock,
	.init = init,
	.grant_reader = grant_reader,
	.begin_batch = begin_batch,
	.apply = fake_apply,
	.rehearse = fake_rehearse,
	.revert = fake_revert,
	.change = fake_change,
	.note = note,
	.finish_batch = finish_batch,
	.read_schema = fake_read_schema,
	.read_record = fake_read_record,
	.record_schema = fake_record_schema,
	.close = close_session,
};

/* SPDX-License-Identifier: MIT */
#include "gate/postgres/lock.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "gate/postgres/route.h"
#include "gate/postgres/sql.h"

enum {
	FIRST_PAUSE_MS = 100,
	LONGEST_PAUSE_MS = 1000,
	END_GRACE_MS = 10000, /* a backend that was told to end rolls back first */
};

int32_t postgres_lock_key(const char *project, const char *scope)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf name;
	struct lg_digest digest;
	uint32_t key = 0;

	lg_buf_init(&name, LG_BUF_MAX_BYTES);
	lg_buf_add(&name, project, strlen(project) + 1);
	lg_buf_adds(&name, scope);
	digest = lg_digest_of(name.text, name.len);
	for (size_t i = 0; i < sizeof(key); i++)
		key = key << 8 | digest.bytes[i];
	/* Key 0 is the layout's. */
	return key ? (int32_t)key : 1;
}

/* As pg_locks shows a half of the key. */
static struct postgres_value as_oid(int32_t key)
{
	return postgres_number((int64_t)(uint32_t)key);
}

static void add_keyed(
	const struct postgres_session *session, struct postgres_string *string, const char *sql)
{
	POSTGRES_ADD(string, sql, postgres_number(POSTGRES_LOCK_SPACE),
		postgres_number(session->lock_key));
}

static void add_keyed_by_oid(
	const struct postgres_session *session, struct postgres_string *string, const char *sql)
{
	POSTGRES_ADD(string, sql, as_oid(POSTGRES_LOCK_SPACE), as_oid(session->lock_key));
}

void postgres_add_fence(const struct postgres_session *session, struct postgres_string *string)
{
	add_keyed(session, string, postgres_sql_fence);
}

void postgres_add_lock_demand(
	const struct postgres_session *session, struct postgres_string *string)
{
	add_keyed_by_oid(session, string, postgres_sql_demand_lock);
}

/* One look at the lock, with or without trying to take it. */
struct look {
	struct target_holder holder;
	bool is_taken; /* the server says that this session has it */
	bool is_own;   /* and the table of locks says so too */
	bool is_idle;  /* its holder lives, but does not work */
	size_t poll;   /* which statement tries; SIZE_MAX: none */
	size_t find;   /* which one looks */
	size_t check;  /* which one has the backend look for its client; SIZE_MAX: none */
	bool can_check_client;
};

static void copy_text(char *out, size_t size, const char *text)
{
	(void)snprintf(out, size, "%s", text ? text : "");
}

/* "lockgate PID@HOST MIGRATION" is what a run calls itself. */
static void read_own_name(struct target_holder *holder)
{
	char name[sizeof(holder->application)];
	const char *at;
	size_t len;

	copy_text(name, sizeof(name), holder->application);
	at = strchr(name, '@');
	if (strncmp(name, "lockgate ", strlen("lockgate ")) != 0 || !at)
		return;
	len = strcspn(at + 1, " ");
	(void)snprintf(holder->application, sizeof(holder->application), "lockgate");
	(void)snprintf(holder->host, sizeof(holder->host), "%.*s", (int)len, at + 1);
	if (at[1 + len])
		copy_text(holder->migration, sizeof(holder->migration), at + 1 + len + 1);
}

static enum lg_status take_look(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct look *look = context;
	struct target_holder *holder = &look->holder;

	(void)err;
	if (statement == look->poll) {
		look->is_taken = *postgres_column(rows, 0, 0) == 't';
		return LG_OK;
	}
	if (statement == look->check)
		look->can_check_client = postgres_column(rows, 0, 0) != NULL;
	if (statement != look->find)
		return LG_OK;
	holder->is_held = true;
	holder->pid = postgres_number_at(rows, 0, 0);
	copy_text(holder->user, sizeof(holder->user), postgres_column(rows, 0, 1));
	copy_text(holder->application, sizeof(holder->application), postgres_column(rows, 0, 2));
	copy_text(holder->host, sizeof(holder->host), postgres_column(rows, 0, 3));
	copy_text(holder->since, sizeof(holder->since), postgres_column(rows, 0, 4));
	look->is_own = *postgres_column(rows, 0, 5) == 't';
	look->is_idle = *postgres_column(rows, 0, 6) == 't';
	read_own_name(holder);
	return LG_OK;
}

static enum lg_status look_at_lock(
	struct postgres_session *session, bool tries, struct look *out, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	struct postgres_reply reply = {.take = take_look, .context = out};

	*out = (struct look){.poll = SIZE_MAX, .check = SIZE_MAX};
	postgres_string_init(&string);
	if (tries) {
		out->poll = string.count;
		add_keyed(session, &string, postgres_sql_poll_lock);
	}
	POSTGRES_ADD_PLAIN(&string, postgres_sql_pin_search_path);
	out->find = string.count;
	add_keyed_by_oid(session, &string, postgres_sql_find_holder);
	if (tries) {
		postgres_add_pins(session, &string);
		if (PQserverVersion(session->conn) >= POSTGRES_14) {
			out->check = string.count;
			POSTGRES_ADD_PLAIN(&string, postgres_sql_try_client_check);
		}
	}
	if (postgres_execute(session, &string, &reply, err))
		return err->status;
	session->can_check_client = out->can_check_client;
	return LG_OK;
}

static enum lg_status hint_locked(const struct look *look, struct lg_error *err)
{
	if (look->is_idle)
		return lg_hint(err, "it has done nothing for five minutes: end that run with "
				    "'lockgate lock --break --reason TEXT'");
	return lg_hint(err, "wait longer with --lock-wait, look with 'lockgate lock', or end that "
			    "run with 'lockgate lock --break --reason TEXT'");
}

static enum lg_status fail_locked(const struct look *look, struct lg_error *err)
{
	const struct target_holder *holder = &look->holder;

	if (!holder->is_held)
		return lg_hint((lg_fail(err, LG_LOCKED,
					"the lock was held by a run that has ended "
					"just now"),
				       err),
			"run the command again");
	(void)lg_fail(err, LG_LOCKED,
		"the lock is held by process %lld of %s on %s (%s) since %s%s%s",
		(long long)holder->pid, *holder->user ? holder->user : "an unknown user",
		*holder->host ? holder->host : "?",
		*holder->application ? holder->application : "?",
		*holder->since ? holder->since : "?", *holder->migration ? ", applying " : "",
		holder->migration);
	return hint_locked(look, err);
}

static void tell_waiting(const struct postgres_session *session, const struct target_holder *holder,
	struct target_holder *told)
{
	const struct target_listener *listener = session->options.listener;
	bool is_news = holder->pid != told->pid || strcmp(holder->migration, told->migration) != 0;

	if (listener && listener->waiting && is_news)
		listener->waiting(listener->context, holder);
	*told = *holder;
}

/* On a pooled route there is nothing to take: it is enough that nobody else has it. */
static enum lg_status try_once(
	struct postgres_session *session, struct look *look, struct lg_error *err)
{
	bool is_pooled = session->route == POSTGRES_ROUTE_POOLED;

	if (look_at_lock(session, !is_pooled, look, err))
		return err->status;
	if (is_pooled)
		session->is_locked = !look->holder.is_held;
	else
		session->is_locked = look->is_taken && look->is_own;
	if (look->is_taken && !look->is_own)
		return lg_hint(
			(lg_fail(err, LG_DATABASE,
				 "this server says that the lock is taken, but it is not: its "
				 "advisory locks keep nobody out"),
				err),
			"lockgate works on PostgreSQL itself, not on every server that speaks its "
			"protocol");
	return LG_OK;
}

enum lg_status postgres_lock(struct target *target, int64_t wait_ms, struct lg_error *err)
{
	struct postgres_session *session = postgres_session_of(target);
	int64_t deadline_us = lg_clock_monotonic_us() + wait_ms * 1000;
	uint32_t pause_ms = FIRST_PAUSE_MS;
	struct target_holder told = {.pid = -1};

	if (session->is_locked)
		return LG_OK;
	if (postgres_learn_route(session, err))
		return err->status;
	for (;;) {
		struct look look;

		if (try_once(session, &look, err))
			return err->status;
		if (session->is_locked)
			return LG_OK;
		/* Whoever is stuck is not waited for, however long the wait may be. */
		if (lg_clock_monotonic_us() >= deadline_us || look.is_idle)
			return fail_locked(&look, err);
		/* Its holder may have gone between the two statements. */
		if (look.holder.is_held)
			tell_waiting(session, &look.holder, &told);
		lg_clock_sleep_ms(pause_ms / 2 + lg_jitter(pause_ms));
		if (postgres_is_stopped(session))
			return lg_fail(err, LG_CANCELLED, "stopped while waiting for the lock");
		pause_ms = pause_ms * 2 < LONGEST_PAUSE_MS ? pause_ms * 2 : LONGEST_PAUSE_MS;
	}
}

enum lg_status postgres_holder(
	struct target *target, struct target_holder *out, struct lg_error *err)
{
	struct look look;

	if (look_at_lock(postgres_session_of(target), false, &look, err))
		return err->status;
	*out = look.holder;
	return LG_OK;
}

static enum lg_status end_session(
	struct postgres_session *session, int64_t pid, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;

	postgres_string_init(&string);
	POSTGRES_ADD(&string, postgres_sql_end_session, postgres_number(pid));
	if (postgres_run(session, &string, err)) {
		(void)lg_wrap(err, "cannot end process %lld", (long long)pid);
		return lg_hint(err, "a member of the holder's role, or of pg_signal_backend, may");
	}
	return LG_OK;
}

enum lg_status postgres_break_lock(
	struct target *target, int64_t wait_ms, struct target_holder *out, struct lg_error *err)
{
	struct postgres_session *session = postgres_session_of(target);
	int64_t grace_ms = wait_ms > END_GRACE_MS ? wait_ms : END_GRACE_MS;
	int64_t deadline_us;
	struct look look;

	if (look_at_lock(session, false, &look, err))
		return err->status;
	*out = look.holder;
	if (!out->is_held)
		return LG_OK;
	if (end_session(session, out->pid, err))
		return err->status;
	deadline_us = lg_clock_monotonic_us() + grace_ms * 1000;
	while (look.holder.is_held && look.holder.pid == out->pid) {
		if (lg_clock_monotonic_us() >= deadline_us)
			return fail_locked(&look, err);
		lg_clock_sleep_ms(FIRST_PAUSE_MS);
		if (look_at_lock(session, false, &look, err))
			return err->status;
	}
	return LG_OK;
}

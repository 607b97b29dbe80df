/* SPDX-License-Identifier: MIT */
#include "gate/postgres/layout.h"
#include "gate/postgres/records.h"
#include "gate/postgres/scope.h"
#include "gate/postgres/sql.h"
#include "gate/postgres/transaction.h"
#include "gate/postgres/trust.h"
#include "gate/stored_row.h"

/* One string that reads a history: which of its statements tells what. */
struct reading {
	struct postgres_session *session;
	struct history *history;
	/* SIZE_MAX: none does. */
	size_t format, migrations, batch, step, other_project, invalid, unmanaged;
	bool has_format; /* lockgate.format has a row */
};

static const char *keep(struct history *history, const struct pg_result *rows, int column)
{
	const char *text = postgres_column(rows, 0, column);

	return text ? lg_arena_add(&history->strings, text) : NULL;
}

static enum lg_status take_row(
	struct history *history, const struct pg_result *rows, int row, struct lg_error *err)
{
	struct stored_row stored = {0};
	const char *doubt = postgres_column(rows, row, STORED_COLUMNS);

	for (int column = 0; column < STORED_COLUMNS; column++) {
		stored.texts[column] = postgres_column(rows, row, column);
		stored.lens[column] = postgres_column_bytes(rows, row, column);
	}
	stored.has_doubt = doubt && *doubt == 't';
	return stored_row_read(&stored, history, err);
}

static enum lg_status take_rows(
	struct history *history, const struct pg_result *rows, struct lg_error *err)
{
	int count = postgres_row_count(rows);

	for (int row = 0; row < count; row++)
		if (take_row(history, rows, row, err))
			return err->status;
	return LG_OK;
}

static void take_unmanaged(struct history *history, const struct pg_result *rows)
{
	history->unmanaged_table = keep(history, rows, 0);
	history->foreign_tool = keep(history, rows, 1);
	history->foreign_table = history->foreign_tool ? history->unmanaged_table : NULL;
}

static void take_invalid(struct history *history, const struct pg_result *rows)
{
	int count = postgres_row_count(rows);

	for (int row = 0; row < count; row++)
		history_add_invalid(history, postgres_column(rows, row, 0));
}

static enum lg_status take(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct reading *reading = context;
	struct history *history = reading->history;

	if (statement == reading->format) {
		reading->has_format = true;
		return postgres_check_format(reading->session, postgres_row_count(rows),
			postgres_number_at(rows, 0, 0), err);
	}
	if (statement == reading->migrations)
		return take_rows(history, rows, err);
	if (statement == reading->batch) {
		history->has_batches = true;
	} else if (statement == reading->step) {
		history->in_step = keep(history, rows, 0);
	} else if (statement == reading->other_project) {
		history->other_project = keep(history, rows, 0);
	} else if (statement == reading->invalid) {
		take_invalid(history, rows);
	} else if (statement == reading->unmanaged && !history->has_batches) {
		take_unmanaged(history, rows);
	}
	return LG_OK;
}

/* Several statements, one state of the database. */
static void add_begin(
	const struct postgres_session *session, bool has_history, struct postgres_string *string)
{
	POSTGRES_ADD_PLAIN(string, postgres_sql_begin_read);
	postgres_add_schemas(session, string);
	postgres_add_reading(session, has_history, string);
	POSTGRES_ADD_PLAIN(string, postgres_sql_avoid_jit);
}

static void forget_statements(struct reading *reading)
{
	reading->format = SIZE_MAX;
	reading->migrations = SIZE_MAX;
	reading->batch = SIZE_MAX;
	reading->step = SIZE_MAX;
	reading->other_project = SIZE_MAX;
	reading->invalid = SIZE_MAX;
	reading->unmanaged = SIZE_MAX;
}

static void add_history(struct reading *reading, struct postgres_string *string)
{
	struct postgres_value project = postgres_text(reading->session->project);
	struct postgres_value scope = postgres_text(reading->session->scope);

	reading->format = string->count;
	POSTGRES_ADD_PLAIN(string, postgres_sql_read_format);
	reading->migrations = string->count;
	POSTGRES_ADD(string, postgres_sql_read_migrations, project, scope);
	reading->batch = string->count;
	POSTGRES_ADD(string, postgres_sql_find_batch, project, scope);
	reading->step = string->count;
	POSTGRES_ADD(
		string, postgres_sql_find_step, project, scope, postgres_text(HISTORY_IN_STEP));
	reading->other_project = string->count;
	POSTGRES_ADD(string, postgres_sql_find_other_project, project);
	reading->invalid = string->count;
	POSTGRES_ADD(string, postgres_sql_find_invalid_indexes, scope);
}

static enum lg_status read_string(struct reading *reading, bool has_history, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	struct postgres_reply reply = {.take = take, .context = reading};
	enum lg_status status;

	forget_statements(reading);
	postgres_string_init(&string);
	add_begin(reading->session, has_history, &string);
	if (has_history)
		add_history(reading, &string);
	reading->unmanaged = string.count;
	POSTGRES_ADD(&string, postgres_sql_find_unmanaged_table,
		postgres_text(postgres_is_scoped(reading->session) ? "true" : "false"));
	postgres_add_commit(&string);
	status = postgres_execute(reading->session, &string, &reply, err);
	if (status)
		postgres_roll_back(reading->session);
	return status;
}

/* A history that is not there is empty; what else the database holds counts all the same. */
static enum lg_status read_absent(
	struct reading *reading, struct lg_error *failure, struct lg_error *err)
{
	if (postgres_explain_absence(reading->session, failure)) {
		*err = *failure;
		return err->status;
	}
	history_release(reading->history);
	return read_string(reading, false, err);
}

enum lg_status postgres_read_history(
	struct target *target, struct history *out, struct lg_error *err)
{
	struct reading reading = {.session = postgres_session_of(target), .history = out};
	struct lg_error failure;

	if (read_string(&reading, true, &failure))
		return read_absent(&reading, &failure, err);
	if (!reading.has_format)
		return postgres_check_format(reading.session, 0, 0, err);
	out->layout_version = reading.session->layout_version;
	history_sort(out);
	return LG_OK;
}

/* A down script, if there is one. */
struct down {
	struct lg_buf *out;
	bool is_stored;
};

static enum lg_status take_down(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct down *down = context;
	const char *text = postgres_column(rows, 0, 0);

	(void)statement;
	(void)err;
	down->is_stored = text != NULL;
	if (text)
		lg_buf_add(down->out, text, postgres_column_bytes(rows, 0, 0));
	return LG_OK;
}

enum lg_status postgres_read_down(struct target *target, enum migration_kind kind,
	const char *version, struct lg_buf *out, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	struct postgres_session *session = postgres_session_of(target);
	struct down down = {.out = out};
	struct postgres_reply reply = {.take = take_down, .context = &down};

	postgres_string_init(&string);
	postgres_add_reading(session, true, &string);
	POSTGRES_ADD(&string, postgres_sql_read_down, postgres_text(session->project),
		postgres_text(session->scope), postgres_text(migration_kind_name(kind)),
		postgres_text(version));
	if (postgres_execute(session, &string, &reply, err))
		return err->status;
	if (!down.is_stored)
		return lg_fail(
			err, LG_FORMAT, "no down script is stored for version '%s'", version);
	return lg_buf_status(out, "the down script", err);
}

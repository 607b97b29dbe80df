/* SPDX-License-Identifier: MIT */
#include "gate/postgres/layout.h"

#include <libpq-fe.h>
#include <string.h>

#include "base/mem.h"
#include "gate/postgres/connect.h"
#include "gate/postgres/sql.h"
#include "gate/postgres/trust.h"

static enum lg_status fail_format(const char *what, struct lg_error *err)
{
	(void)lg_fail(err, LG_DATABASE,
		"the history is damaged: lockgate.format has %s, not one with the layout's version",
		what);
	return lg_hint(err,
		"restore the database from a backup, or put the row %d back if nothing "
		"else was changed by hand",
		HISTORY_LAYOUT_VERSION);
}

enum lg_status postgres_check_format(
	struct postgres_session *session, int64_t rows, int64_t version, struct lg_error *err)
{
	if (rows != 1)
		return fail_format(rows ? "several rows" : "no row", err);
	if (version < 1)
		return fail_format("something else in it", err);
	if (version > HISTORY_LAYOUT_VERSION)
		return lg_hint((lg_fail(err, LG_DATABASE,
					"the history has layout %lld, and this lockgate knows none "
					"above %d",
					(long long)version, HISTORY_LAYOUT_VERSION),
				       err),
			"use the newer lockgate that wrote it");
	session->layout_version = (uint32_t)version;
	return LG_OK;
}

enum lg_status postgres_learn_backend(struct postgres_session *session,
	const struct pg_result *rows, const char *first_batch, struct lg_error *err)
{
	bool is_direct = postgres_number_at(rows, 0, 0) == PQbackendPID(session->conn);
	char *identity = lg_format("postgres:%s/%s/%s", postgres_column(rows, 0, 2),
		session->database, first_batch ? first_batch : "");

	/* Whoever has borrowed it keeps it as long as it is true. */
	if (session->identity && strcmp(session->identity, identity) == 0) {
		free(identity);
	} else {
		free(session->identity);
		session->identity = identity;
		session->facts.identity = identity;
	}
	if (*postgres_column(rows, 0, 1) == 't')
		return postgres_fail_standby(err);
	if (is_direct && session->route == POSTGRES_ROUTE_UNKNOWN)
		session->route = POSTGRES_ROUTE_DIRECT;
	return LG_OK;
}

/* What is there of the history. */
struct layout {
	struct postgres_session *session;
	int64_t tables;
	char *missing; /* owned; NULL: none */
	int64_t format_rows, version;
};

static void drop_layout(struct layout *layout)
{
	free(layout->missing);
}

static enum lg_status take_tables(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct layout *layout = context;
	const char *missing = postgres_column(rows, 0, 4);

	(void)statement;
	layout->tables = postgres_number_at(rows, 0, 3);
	layout->missing = missing ? lg_strdup(missing) : NULL;
	return postgres_learn_backend(layout->session, rows, NULL, err);
}

static enum lg_status take_format(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct layout *layout = context;

	(void)statement;
	(void)err;
	layout->format_rows = postgres_row_count(rows);
	layout->version = postgres_number_at(rows, 0, 0);
	return LG_OK;
}

static enum lg_status find_layout(struct layout *layout, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	struct postgres_reply reply = {.take = take_tables, .context = layout};

	postgres_string_init(&string);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_pin_search_path);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_find_layout);
	return postgres_execute(layout->session, &string, &reply, err);
}

/* All tables are there, and yet the history cannot be read: a newer layout would explain it. */
static enum lg_status explain_failure(struct layout *layout, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	struct postgres_reply reply = {.take = take_format, .context = layout};
	struct lg_error newer;

	postgres_string_init(&string);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_pin_search_path);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_read_format);
	if (!postgres_execute(layout->session, &string, &reply, &newer) &&
		postgres_check_format(
			layout->session, layout->format_rows, layout->version, &newer)) {
		*err = newer;
		return err->status;
	}
	(void)lg_wrap(err, "the history is damaged");
	return lg_hint(err, "restore the database from a backup");
}

static bool is_about_table(const struct lg_error *err)
{
	return postgres_is_error(err, "42P01") || postgres_is_error(err, "3F000");
}

/* Something is not there: a table, the schema, a column or a function. */
static bool is_about_absence(const struct lg_error *err)
{
	return is_about_table(err) || postgres_is_error(err, "42703") ||
	       postgres_is_error(err, "42883");
}

enum lg_status postgres_explain_absence(struct postgres_session *session, struct lg_error *err)
{
	LG_CLEANUP(drop_layout) struct layout layout = {.session = session};
	struct lg_error looking;

	if (postgres_is_error(err, "42501"))
		return lg_hint(err, "whoever owns the history can let this user's role read it: "
				    "'lockgate init --reader ROLE'");
	if (postgres_is_error(err, "22012"))
		return postgres_fail_tables(err);
	if (!is_about_absence(err))
		return err->status;
	session->layout_version = 0;
	if (find_layout(&layout, &looking)) {
		*err = looking;
		return err->status;
	}
	/* Tables that are all there now have come since: another run has made them at once. */
	if (layout.tables == 0 || (!layout.missing && is_about_table(err)))
		return LG_OK;
	if (!layout.missing)
		return explain_failure(&layout, err);
	(void)lg_fail(err, LG_DATABASE,
		"the history is damaged: its table 'lockgate.%s' is missing", layout.missing);
	return lg_hint(err, "restore the database from a backup; the other tables of schema "
			    "lockgate are still there");
}

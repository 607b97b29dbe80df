/* SPDX-License-Identifier: MIT */
#include "gate/postgres/schema.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "gate/postgres/records.h"
#include "gate/postgres/sql.h"
#include "gate/postgres/transaction.h"
#include "gate/postgres/trust.h"

enum {
	TRIES = 3,            /* while others change what is read */
	RELEASE_UNIT = 10000, /* of PQserverVersion() */
	RELEASE_CHARS = 16,
};

static const char *const statements[] = {postgres_sql_schema_spaces, postgres_sql_schema_tables,
	postgres_sql_schema_columns, postgres_sql_schema_constraints, postgres_sql_schema_indexes,
	postgres_sql_schema_views, postgres_sql_schema_sequences, postgres_sql_schema_functions,
	postgres_sql_schema_triggers, postgres_sql_schema_types, postgres_sql_schema_operators,
	postgres_sql_schema_privileges, postgres_sql_schema_comments, postgres_sql_schema_whole};

struct reading {
	struct schema *schema;
	size_t first, gaps; /* which pieces of the string tell objects, and what is not covered */
};

static enum lg_status take(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct reading *reading = context;
	int count = postgres_row_count(rows);

	(void)err;
	if (statement < reading->first || statement > reading->gaps)
		return LG_OK;
	for (int row = 0; row < count; row++) {
		const char *definition = postgres_column(rows, row, 2);

		if (statement == reading->gaps)
			schema_add_gap(reading->schema, postgres_column(rows, row, 0),
				(uint64_t)postgres_number_at(rows, row, 1));
		else
			schema_add(reading->schema, postgres_column(rows, row, 0),
				postgres_column(rows, row, 1), definition ? definition : "");
	}
	return LG_OK;
}

static void add_statements(const struct postgres_session *session, struct postgres_string *string,
	struct reading *reading)
{
	POSTGRES_ADD_PLAIN(string, postgres_sql_begin_read);
	postgres_add_reading(session, true, string);
	POSTGRES_ADD_PLAIN(string, postgres_sql_avoid_jit);
	POSTGRES_ADD_PLAIN(string, postgres_sql_pin_rendering);
	POSTGRES_ADD(string, postgres_sql_set_limits,
		postgres_number(session->options.lock_timeout_ms),
		postgres_number(session->options.statement_timeout_ms), postgres_text("true"));
	POSTGRES_ADD(string, postgres_sql_keep_spaces, postgres_text(session->project),
		postgres_text(session->scope));
	reading->first = string->count;
	for (size_t i = 0; i < LG_COUNT_OF(statements); i++)
		POSTGRES_ADD_PLAIN(string, statements[i]);
	reading->gaps = string->count;
	POSTGRES_ADD_PLAIN(string, postgres_sql_count_uncovered);
	postgres_add_commit(string);
}

static void add_release(const struct postgres_session *session, struct schema *out)
{
	char release[RELEASE_CHARS];

	(void)snprintf(release, sizeof(release), "%d",
		session->conn ? PQserverVersion(session->conn) / RELEASE_UNIT : 0);
	schema_add(out, SCHEMA_SERVER, session->target.driver->name, release);
}

static enum lg_status explain(struct lg_error *err)
{
	(void)lg_wrap(err, "cannot read the schema");
	if (postgres_is_error(err, "42501"))
		return lg_hint(err, "whoever owns the history can let this user's role read it: "
				    "'lockgate init --reader ROLE'");
	if (postgres_is_error(err, "XX000"))
		return lg_hint(err, "others change the schema at this moment: run it again");
	if (postgres_is_error(err, "55P03"))
		return lg_hint(err, "others hold a lock on an object: run it again, or wait longer "
				    "with --lock-timeout");
	return err->status;
}

/* What is dropped between two looks at the catalogue is an error of the server's own: XX000. */
enum lg_status postgres_read_schema(struct target *target, struct schema *out, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	struct postgres_session *session = postgres_session_of(target);
	struct reading reading = {.schema = out};
	struct postgres_reply reply = {.take = take, .context = &reading};
	enum lg_status status;

	postgres_string_init(&string);
	add_statements(session, &string, &reading);
	for (int try = 1;; try++) {
		status = postgres_execute(session, &string, &reply, err);
		if (!status)
			break;
		postgres_roll_back(session);
		schema_release(out);
		schema_init(out);
		if (try == TRIES || !postgres_is_error(err, "XX000"))
			return explain(err);
	}
	add_release(session, out);
	schema_sort(out);
	return LG_OK;
}

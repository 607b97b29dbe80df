/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/schema.h"

#include <sqlite3.h>
#include <string.h>

#include "base/mem.h"
#include "gate/sqlite/records.h"
#include "gate/sqlite/sql.h"

/* "table", or with the table that it belongs to in front: "table.index". */
static void add_identity(const char *kind, const char *table, const char *name, struct lg_buf *out)
{
	lg_buf_clear(out);
	if (strcmp(kind, "table") != 0 && strcmp(kind, "view") != 0) {
		sqlite_add_identity(table, out);
		lg_buf_addc(out, '.');
	}
	sqlite_add_identity(name, out);
}

static const char *text_of(struct sqlite_query *query, int column)
{
	const char *text = sqlite_column(query, column);

	return text ? text : "";
}

static enum lg_status read_objects(
	struct sqlite_session *session, struct schema *out, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	LG_CLEANUP(lg_buf_release) struct lg_buf identity;
	LG_CLEANUP(lg_buf_release) struct lg_buf definition;
	bool row = true;

	lg_buf_init(&identity, LG_BUF_MAX_BYTES);
	lg_buf_init(&definition, LG_BUF_MAX_BYTES);
	if (sqlite_query_begin(&query, session, sqlite_sql_read_schema, err))
		return err->status;
	while (!sqlite_query_step(&query, &row, err)) {
		if (!row)
			return LG_OK;
		lg_buf_clear(&definition);
		sqlite_add_definition(text_of(&query, 3), &definition);
		add_identity(text_of(&query, 0), text_of(&query, 2), text_of(&query, 1), &identity);
		schema_add(out, text_of(&query, 0), identity.text, definition.text);
	}
	return err->status;
}

/* What a column is stands in the table's own text: that it is there is all that is told of it. */
static enum lg_status read_columns(
	struct sqlite_session *session, struct schema *out, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	LG_CLEANUP(lg_buf_release) struct lg_buf identity;
	bool row = true;

	lg_buf_init(&identity, LG_BUF_MAX_BYTES);
	if (sqlite_query_begin(&query, session, sqlite_sql_read_columns, err))
		return err->status;
	while (!sqlite_query_step(&query, &row, err)) {
		if (!row)
			return LG_OK;
		add_identity("column", text_of(&query, 0), text_of(&query, 1), &identity);
		schema_add(out, "column", identity.text, "");
	}
	return err->status;
}

static enum lg_status read_all(
	struct sqlite_session *session, struct schema *out, struct lg_error *err)
{
	if (read_objects(session, out, err))
		return err->status;
	return read_columns(session, out, err);
}

enum lg_status sqlite_read_schema(struct target *target, struct schema *out, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);
	enum lg_status status;

	/* Several queries, one state of the database. */
	if (sqlite_run(session, sqlite_sql_begin_read, err))
		return err->status;
	status = read_all(session, out, err);
	sqlite_roll_back(session);
	if (status)
		return lg_wrap(err, "cannot read the schema");
	schema_add(out, SCHEMA_SERVER, target->driver->name, "3");
	schema_sort(out);
	return LG_OK;
}

static const char *keep(struct schema_record *record, const char *text)
{
	return text ? lg_arena_add(&record->strings, text) : NULL;
}

static enum lg_status take_object(
	struct sqlite_query *query, struct schema_record *out, struct lg_error *err)
{
	const char *kind = text_of(query, 1);
	struct lg_digest digest;

	if (sqlite_column_number(query, 0)) {
		schema_add(&out->schema, kind, text_of(query, 2), text_of(query, 4));
		if (strcmp(kind, SCHEMA_SERVER) == 0)
			out->batch_id = keep(out, sqlite_column(query, 5));
		return LG_OK;
	}
	if (lg_digest_parse(text_of(query, 3), sqlite_column_bytes(query, 3), &digest, err))
		return lg_wrap(err, "the recorded schema is damaged");
	schema_add_digest(&out->others, kind, text_of(query, 2), &digest);
	return LG_OK;
}

static enum lg_status read_recorded(
	struct sqlite_session *session, struct schema_record *out, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	LG_CLEANUP(sqlite_query_end) struct sqlite_query run = {0};
	bool row = true;

	if (sqlite_query_begin_scoped(&query, session, sqlite_sql_read_objects, err))
		return err->status;
	while (row) {
		if (sqlite_query_step(&query, &row, err) || (row && take_object(&query, out, err)))
			return err->status;
	}
	if (sqlite_query_begin_scoped(&run, session, sqlite_sql_find_last_run, err) ||
		sqlite_query_step(&run, &row, err))
		return err->status;
	out->last_run = row ? keep(out, sqlite_column(&run, 0)) : NULL;
	return LG_OK;
}

enum lg_status sqlite_read_record(
	struct target *target, struct schema_record *out, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);
	struct history_summary summary;
	enum lg_status status;

	if (sqlite_probe(target, &summary, err))
		return err->status;
	if (!summary.layout_version)
		return LG_OK;
	if (sqlite_run(session, sqlite_sql_begin_read, err))
		return err->status;
	status = read_recorded(session, out, err);
	sqlite_roll_back(session);
	schema_sort(&out->schema);
	schema_sort(&out->others);
	return status;
}

static enum lg_status write_object(struct sqlite_session *session, const char *batch_id,
	const struct schema_write *write, struct lg_error *err)
{
	const struct schema_object *object = write->object;
	struct sqlite_query query;

	if (sqlite_query_begin_scoped(&query, session,
		    write->is_removal ? sqlite_sql_drop_object : sqlite_sql_put_object, err))
		return err->status;
	sqlite_bind_text(&query, object->kind);
	sqlite_bind_text(&query, object->identity);
	if (write->is_removal)
		return sqlite_query_run(&query, err);
	sqlite_bind_digest(&query, &object->digest);
	sqlite_bind_text(&query, object->definition);
	sqlite_bind_text(&query, batch_id);
	return sqlite_query_write(&query, err);
}

enum lg_status sqlite_record_schema(struct target *target, const char *batch_id,
	const struct schema_writes *writes, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);
	enum lg_status status = LG_OK;

	if (sqlite_begin_own(session, err))
		return err->status;
	for (size_t i = 0; i < writes->count && !status; i++)
		status = write_object(session, batch_id, &writes->items[i], err);
	status = sqlite_end_write(session, status, err);
	return status ? lg_wrap(err, "cannot record the schema") : LG_OK;
}

/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/mem.h"
#include "gate/postgres/layout.h"
#include "gate/postgres/records.h"
#include "gate/postgres/schema.h"
#include "gate/postgres/sql.h"
#include "gate/postgres/transaction.h"
#include "gate/postgres/trust.h"

enum {
	STRING_BYTES = 1 << 20, /* a longer one costs the server many times its size */
	WAIT_MS = 30000,
};

struct reading {
	struct schema_record *record;
	size_t objects, run; /* which pieces of the string tell what */
};

static const char *keep(struct schema_record *record, const char *text)
{
	return text ? lg_arena_add(&record->strings, text) : NULL;
}

/* The table may have lost its NOT NULL. */
static const char *text_at(const struct pg_result *rows, int row, int column)
{
	const char *text = postgres_column(rows, row, column);

	return text ? text : "";
}

/* The one that stands for the server is written by every batch that records. */
static void take_own(struct schema_record *record, const struct pg_result *rows, int row)
{
	const char *kind = text_at(rows, row, 1);

	schema_add(&record->schema, kind, text_at(rows, row, 2), text_at(rows, row, 4));
	if (strcmp(kind, SCHEMA_SERVER) == 0)
		record->batch_id = keep(record, postgres_column(rows, row, 5));
}

static enum lg_status take_objects(
	struct schema_record *record, const struct pg_result *rows, struct lg_error *err)
{
	int count = postgres_row_count(rows);
	struct lg_digest digest;

	for (int row = 0; row < count; row++) {
		if (*postgres_column(rows, row, 0) == 't') {
			take_own(record, rows, row);
			continue;
		}
		if (lg_digest_parse(text_at(rows, row, 3), postgres_column_bytes(rows, row, 3),
			    &digest, err))
			return lg_wrap(err, "the recorded schema is damaged");
		schema_add_digest(
			&record->others, text_at(rows, row, 1), text_at(rows, row, 2), &digest);
	}
	return LG_OK;
}

static enum lg_status take(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct reading *reading = context;

	if (statement == reading->objects)
		return take_objects(reading->record, rows, err);
	if (statement == reading->run)
		reading->record->last_run = keep(reading->record, postgres_column(rows, 0, 0));
	return LG_OK;
}

enum lg_status postgres_read_record(
	struct target *target, struct schema_record *out, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	struct postgres_session *session = postgres_session_of(target);
	struct reading reading = {.record = out};
	struct postgres_reply reply = {.take = take, .context = &reading};
	struct lg_error failure;

	postgres_string_init(&string);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_begin_read);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_hold_objects);
	postgres_add_reading(session, true, &string);
	reading.objects = string.count;
	POSTGRES_ADD(&string, postgres_sql_read_objects, postgres_text(session->project),
		postgres_text(session->scope));
	reading.run = string.count;
	POSTGRES_ADD(&string, postgres_sql_find_last_run, postgres_text(session->project),
		postgres_text(session->scope));
	postgres_add_commit(&string);
	if (postgres_execute(session, &string, &reply, &failure)) {
		postgres_roll_back(session);
		if (postgres_explain_absence(session, &failure)) {
			*err = failure;
			return err->status;
		}
	}
	schema_sort(&out->schema);
	schema_sort(&out->others);
	return LG_OK;
}

/* Arrays on their way, a column each (PostgreSQL manual, "Array Input and Output Syntax"). */
enum column { KIND, IDENTITY, HASH, DEFINITION, COLUMNS };

struct recording {
	struct postgres_session *session;
	const char *batch_id;
	struct postgres_string string;
	struct lg_buf columns[COLUMNS];
	int64_t count;
	bool is_removal;
	bool has_begun; /* the transaction */
};

static void add_element(struct lg_buf *array, const char *text)
{
	lg_buf_addc(array, array->len ? ',' : '{');
	lg_buf_addc(array, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			lg_buf_addc(array, '\\');
		lg_buf_addc(array, *text);
	}
	lg_buf_addc(array, '"');
}

static struct postgres_value value_of(struct recording *recording, enum column column)
{
	struct lg_buf *array = &recording->columns[column];

	lg_buf_addc(array, '}');
	return postgres_bytes(array->text, array->len);
}

/* Puts the arrays into the string, and begins anew. */
static void add_statement(struct recording *recording)
{
	const struct postgres_session *session = recording->session;
	struct postgres_value project = postgres_text(session->project);
	struct postgres_value scope = postgres_text(session->scope);

	if (recording->count == 0)
		return;
	if (recording->is_removal)
		POSTGRES_ADD(&recording->string, postgres_sql_drop_objects, project, scope,
			value_of(recording, KIND), value_of(recording, IDENTITY));
	else
		POSTGRES_ADD(&recording->string, postgres_sql_put_objects, project, scope,
			postgres_text(recording->batch_id), value_of(recording, KIND),
			value_of(recording, IDENTITY), value_of(recording, HASH),
			value_of(recording, DEFINITION), postgres_number(recording->count));
	for (size_t i = 0; i < COLUMNS; i++)
		lg_buf_clear(&recording->columns[i]);
	recording->count = 0;
}

static void add_object(struct recording *recording, const struct schema_object *object)
{
	char hash[LG_DIGEST_CHARS + 1];

	recording->count++;
	add_element(&recording->columns[KIND], object->kind);
	add_element(&recording->columns[IDENTITY], object->identity);
	if (recording->is_removal)
		return;
	lg_digest_format(&object->digest, hash);
	add_element(&recording->columns[HASH], hash);
	add_element(&recording->columns[DEFINITION], object->definition);
}

/* The first string begins the transaction, and is fenced. */
static enum lg_status send_string(struct recording *recording, struct lg_error *err)
{
	struct postgres_reply reply = {0};
	enum lg_status status =
		recording->has_begun
			? postgres_execute(recording->session, &recording->string, &reply, err)
			: postgres_send_fenced(recording->session, &recording->string,
				  POSTGRES_HEAD, WAIT_MS, &reply, err);

	recording->has_begun = true;
	postgres_string_clear(&recording->string);
	return status;
}

/* The removals, or the others, in as many strings as their size asks for. */
static enum lg_status send_writes(struct recording *recording, const struct schema_writes *writes,
	bool is_removal, struct lg_error *err)
{
	recording->is_removal = is_removal;
	for (size_t i = 0; i < writes->count; i++) {
		if (writes->items[i].is_removal != is_removal)
			continue;
		add_object(recording, writes->items[i].object);
		if (recording->columns[DEFINITION].len + recording->columns[IDENTITY].len <
			STRING_BYTES)
			continue;
		add_statement(recording);
		if (send_string(recording, err))
			return err->status;
	}
	add_statement(recording);
	return LG_OK;
}

static enum lg_status send_all(
	struct recording *recording, const struct schema_writes *writes, struct lg_error *err)
{
	postgres_add_begin(recording->session, &recording->string);
	if (send_writes(recording, writes, true, err) || send_writes(recording, writes, false, err))
		return err->status;
	postgres_add_commit(&recording->string);
	return send_string(recording, err);
}

enum lg_status postgres_record_schema(struct target *target, const char *batch_id,
	const struct schema_writes *writes, struct lg_error *err)
{
	struct recording recording = {.session = postgres_session_of(target), .batch_id = batch_id};
	enum lg_status status;

	postgres_string_init(&recording.string);
	for (size_t i = 0; i < COLUMNS; i++)
		lg_buf_init(&recording.columns[i], LG_BUF_MAX_BYTES);
	status = send_all(&recording, writes, err);
	if (status)
		postgres_roll_back(recording.session);
	postgres_string_release(&recording.string);
	for (size_t i = 0; i < COLUMNS; i++)
		lg_buf_release(&recording.columns[i]);
	return status ? lg_wrap(err, "cannot record the schema") : LG_OK;
}

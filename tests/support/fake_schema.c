/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tests/support/fake_session.h"

enum lg_status fake_read_schema(struct target *target, struct schema *out, struct lg_error *err)
{
	struct fake_session *session = fake_session_of(target);
	const struct fake_tables *tables = &session->database->tables;

	if (fake_enter(session, err))
		return err->status;
	for (size_t i = 0; i < tables->count; i++)
		schema_add(out, "table", tables->names[i], "");
	schema_add(out, SCHEMA_SERVER, SCHEMA_SERVER, "1");
	schema_sort(out);
	return LG_OK;
}

static void take_object(struct schema_record *out, const struct fake_object *object, bool is_ours)
{
	struct lg_digest digest = lg_digest_of(object->definition, strlen(object->definition));

	if (!is_ours) {
		schema_add_digest(&out->others, object->kind, object->identity, &digest);
		return;
	}
	schema_add(&out->schema, object->kind, object->identity, object->definition);
	if (strcmp(object->kind, SCHEMA_SERVER) == 0)
		out->batch_id = lg_arena_add(&out->strings, object->batch_id);
}

static bool is_of(const struct fake_session *session, const char *project, const char *scope)
{
	return strcmp(project, session->project) == 0 && strcmp(scope, session->scope) == 0;
}

enum lg_status fake_read_record(
	struct target *target, struct schema_record *out, struct lg_error *err)
{
	struct fake_session *session = fake_session_of(target);
	const struct fake_database *database = session->database;

	if (fake_enter(session, err))
		return err->status;
	for (size_t i = 0; i < database->object_count; i++)
		take_object(out, &database->objects[i],
			is_of(session, database->objects[i].project, database->objects[i].scope));
	for (size_t i = 0; i < database->batch_count; i++) {
		const struct fake_batch *batch = &database->batches[i];

		if (is_of(session, batch->project, batch->scope) &&
			(strcmp(batch->action, "apply") == 0 ||
				strcmp(batch->action, "revert") == 0) &&
			(!out->last_run || strcmp(batch->id, out->last_run) > 0))
			out->last_run = lg_arena_add(&out->strings, batch->id);
	}
	schema_sort(&out->schema);
	schema_sort(&out->others);
	return LG_OK;
}

enum lg_status fake_record_schema(struct target *target, const char *batch_id,
	const struct schema_writes *writes, struct lg_error *err)
{
	struct fake_session *session = fake_session_of(target);

	if (fake_enter_writing(session, err))
		return err->status;
	for (size_t i = 0; i < writes->count; i++) {
		const struct schema_object *object = writes->items[i].object;
		const struct fake_object copy = {.project = session->project,
			.scope = session->scope,
			.kind = object->kind,
			.identity = object->identity,
			.definition = object->definition,
			.batch_id = batch_id};
		struct fake_object *stands = fake_find_object(session->database, &copy);

		if (!writes->items[i].is_removal)
			fake_put_object(session->database, &copy);
		else if (stands)
			fake_remove_object(session->database, stands);
	}
	return LG_OK;
}

/* SPDX-License-Identifier: MIT */
#include "gate/schema_watch.h"

#include <string.h>

#include "base/mem.h"
#include "gate/schema_compare.h"

void schema_watch_init(struct schema_watch *watch)
{
	*watch = (struct schema_watch){0};
	schema_record_init(&watch->record);
	schema_init(&watch->before);
}

void schema_watch_release(struct schema_watch *watch)
{
	schema_record_release(&watch->record);
	schema_release(&watch->before);
}

void schema_watch_begin(struct schema_watch *watch, struct target *target)
{
	const struct target_driver *driver = target->driver;

	if (driver->read_record(target, &watch->record, &watch->failure))
		return;
	watch->has_before = watch->record.schema.release || watch->record.others.count > 0;
	if (watch->has_before && driver->read_schema(target, &watch->before, &watch->failure))
		return;
	watch->failure = (struct lg_error){0};
}

void schema_watch_add_server(
	struct schema_writes *writes, struct schema_object *server, const char *release)
{
	*server = (struct schema_object){
		.kind = SCHEMA_SERVER,
		.identity = SCHEMA_SERVER,
		.definition = release,
		.digest = lg_digest_of(release, strlen(release)),
	};
	writes->items = lg_grow(writes->items, writes->count, sizeof(*writes->items));
	writes->items[writes->count++] = (struct schema_write){.object = server};
}

/*
 * What another release has written stays of that release until somebody accepts the whole. Where
 * other projects keep a record, the first one of this project takes up no more than its own work:
 * what nobody has recorded is nobody's.
 */
static void write_record(struct schema_watch *watch, struct target *target, const char *batch_id,
	const struct schema *after)
{
	LG_CLEANUP(schema_writes_release) struct schema_writes writes = {0};
	const char *release = watch->record.schema.release;
	struct schema_object server;

	if (watch->has_before)
		schema_writes_of_run(&watch->record, &watch->before, after, &writes);
	else
		schema_writes_of_all(&watch->record, after, &writes);
	schema_watch_add_server(&writes, &server, release ? release : after->release);
	if (!target->driver->record_schema(target, batch_id, &writes, &watch->failure))
		watch->failure = (struct lg_error){0};
}

void schema_watch_end(struct schema_watch *watch, struct target *target, const char *batch_id,
	enum lg_status status)
{
	LG_CLEANUP(schema_release) struct schema after;
	struct lg_error ignored;

	schema_init(&after);
	if (status != LG_OK && status != LG_FAILED && status != LG_LOCKED && status != LG_CANCELLED)
		return;
	if (!watch->failure.status && !target->driver->read_schema(target, &after, &watch->failure))
		write_record(watch, target, batch_id, &after);
	if (watch->failure.status)
		lg_ignore(target->driver->note(target, batch_id, NULL, "schema not recorded",
			watch->failure.text, &ignored));
}

/* SPDX-License-Identifier: MIT */
#include "gate/adopting.h"

#include "base/fault.h"
#include "base/mem.h"
#include "gate/schema_watch.h"

void adopting_init(struct adopting *adopting, size_t capacity)
{
	adopting->changes = lg_calloc(capacity, sizeof(*adopting->changes));
	adopting->rows = lg_calloc(capacity, sizeof(*adopting->rows));
	adopting->downs = lg_calloc(capacity, sizeof(*adopting->downs));
}

void adopting_release(struct adopting *adopting)
{
	for (size_t i = 0; i < adopting->count; i++)
		body_view_close(&adopting->downs[i]);
	free(adopting->changes);
	free(adopting->rows);
	free(adopting->downs);
}

enum lg_status adopting_add(struct adopting *adopting, const struct bundle *bundle,
	const struct migration *migration, const struct history_row *common, const char *detail,
	struct lg_error *err)
{
	size_t i = adopting->count;
	struct body_view *down = &adopting->downs[i];
	struct history_row *row = &adopting->rows[i];

	*row = *common;
	row->kind = migration->kind;
	row->version = migration->version;
	row->name = migration->name;
	row->position += i + 1;
	row->hashes = migration->up.hashes;
	row->has_down = migration_has(&migration->down);
	row->down_content = migration->down.hashes.content;
	row->phase = migration->up.directives.phase;
	row->statements_done = migration->up.statements;
	row->statements_total = migration->up.statements;
	if (row->has_down && bundle_view(bundle, &migration->down, down, err))
		return err->status;
	adopting->changes[i] = (struct target_change){.kind = TARGET_ROW_ADD,
		.row = row,
		.down_sql = row->has_down ? down->text : NULL,
		.down_len = down->len,
		.event = "adopted",
		.detail = detail};
	adopting->count++;
	return LG_OK;
}

static void remember(struct gate_adoption *out, const struct history_row *row)
{
	out->done = lg_grow(out->done, out->done_count, sizeof(*out->done));
	out->done[out->done_count++] = (struct gate_done){.kind = row->kind,
		.version = row->version,
		.name = row->name,
		.statements = row->statements_total};
}

enum lg_status adopting_write(struct target *target, const struct adopting *adopting,
	struct gate_adoption *out, struct lg_error *err)
{
	lg_fault("gate adopt");
	if (target->driver->change(target, out->batch.id, adopting->changes, adopting->count, err))
		return err->status;
	for (size_t i = 0; i < adopting->count; i++)
		remember(out, adopting->changes[i].row);
	return LG_OK;
}

void adopting_record_schema(struct target *target, const struct gate_adoption *adoption)
{
	LG_CLEANUP(schema_watch_release) struct schema_watch watch;

	schema_watch_init(&watch);
	schema_watch_begin(&watch, target);
	/* What is taken over is everything that no other project has recorded. */
	watch.has_before = false;
	if (!watch.record.schema.release)
		schema_watch_end(&watch, target, adoption->batch.id, LG_OK);
}

enum lg_status adopting_demand_engine(
	struct target *target, const struct bundle *bundle, struct lg_error *err)
{
	const char *actual = bundle_engine_name(target->driver->facts(target)->engine);

	if (bundle->engine == target->driver->facts(target)->engine)
		return LG_OK;
	(void)lg_fail(err, LG_REFUSED, "the bundle is for %s, but the target is %s",
		bundle_engine_name(bundle->engine), actual);
	return lg_hint(err,
		"check --db, or pack the migrations for this engine: lockgate bundle --dialect %s",
		actual);
}

enum lg_status adopting_demand_empty(
	const struct adopt_request *request, const struct gate_adoption *out, struct lg_error *err)
{
	if (out->history.count == 0 || request->may_add)
		return LG_OK;
	(void)lg_fail(err, LG_REFUSED, "the history is not empty: it has %zu migration%s",
		out->history.count, out->history.count == 1 ? "" : "s");
	return lg_hint(err, "'lockgate status' shows them; to add to them all the same, say --yes "
			    "and --reason TEXT, or take an adoption back with 'adopt --undo'");
}

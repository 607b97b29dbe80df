/* SPDX-License-Identifier: MIT */
#include "gate/adopt.h"

#include "base/clock.h"
#include "base/mem.h"
#include "bundles/version.h"

void adoption_init(struct gate_adoption *adoption)
{
	*adoption = (struct gate_adoption){0};
	history_init(&adoption->history);
}

void adoption_release(struct gate_adoption *adoption)
{
	history_release(&adoption->history);
	free(LG_TAKE(adoption->done));
}

static void remember(struct gate_adoption *out, const struct gate_done *done)
{
	out->done = lg_grow(out->done, out->done_count, sizeof(*out->done));
	out->done[out->done_count++] = *done;
}

/* The highest baseline that `to_version` has reached, NULL for none. */
static const struct migration *reached_baseline(const struct bundle *bundle, const char *to_version)
{
	const struct migration *found = NULL;

	for (size_t i = 0; i < bundle->count; i++) {
		const struct migration *migration = &bundle->migrations[i];

		if (migration->kind == MIGRATION_BASELINE &&
			version_compare(migration->version, to_version) <= 0)
			found = migration;
	}
	return found;
}

static bool is_covered(
	const struct migration *migration, const char *to_version, const struct migration *baseline)
{
	if (migration->kind == MIGRATION_BASELINE)
		return migration == baseline;
	return migration->kind == MIGRATION_VERSIONED &&
	       version_compare(migration->version, to_version) <= 0;
}

/* What is to be written in one transaction, and what it borrows from. */
struct writing {
	struct target_change *changes;
	struct history_row *rows;
	struct body_view *downs;
	size_t count;
};

static void writing_init(struct writing *writing, size_t capacity)
{
	writing->changes = lg_calloc(capacity, sizeof(*writing->changes));
	writing->rows = lg_calloc(capacity, sizeof(*writing->rows));
	writing->downs = lg_calloc(capacity, sizeof(*writing->downs));
}

static void writing_release(struct writing *writing)
{
	for (size_t i = 0; i < writing->count; i++)
		body_view_close(&writing->downs[i]);
	free(writing->changes);
	free(writing->rows);
	free(writing->downs);
}

static enum lg_status write_all(struct target *target, const struct writing *writing,
	struct gate_adoption *out, struct lg_error *err)
{
	if (target->driver->change(target, out->batch.id, writing->changes, writing->count, err))
		return err->status;
	for (size_t i = 0; i < writing->count; i++) {
		const struct history_row *row = writing->changes[i].row;

		remember(out, &(struct gate_done){.kind = row->kind,
				      .version = row->version,
				      .name = row->name,
				      .statements = row->statements_total});
	}
	return LG_OK;
}

static enum lg_status add_adopted(struct writing *writing, const struct bundle *bundle,
	const struct migration *migration, const struct history_row *common, struct lg_error *err)
{
	size_t i = writing->count;
	struct body_view *down = &writing->downs[i];
	struct history_row *row = &writing->rows[i];

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
	writing->changes[i] = (struct target_change){.kind = TARGET_ROW_ADD,
		.row = row,
		.down_sql = row->has_down ? down->text : NULL,
		.down_len = down->len,
		.event = "adopted",
		.detail = "baseline"};
	writing->count++;
	return LG_OK;
}

static enum lg_status adopt_all(struct target *target, const struct adopt_request *request,
	struct gate_adoption *out, struct lg_error *err)
{
	const struct bundle *bundle = request->request->bundle;
	const struct migration *baseline = reached_baseline(bundle, request->to_version);
	LG_CLEANUP(writing_release) struct writing writing = {0};
	char now[LG_MOMENT_CHARS + 1];
	const struct history_row common = {.position = history_last_position(&out->history),
		.state = HISTORY_APPLIED,
		.algorithm = SCRIPT_ALGORITHM,
		.batch_id = out->batch.id,
		.started_at = now,
		.applied_at = now,
		.adopted_from = "baseline"};

	lg_clock_format(lg_clock_now_us(), now);
	writing_init(&writing, bundle->count);
	for (size_t i = 0; i < bundle->count; i++) {
		const struct migration *migration = &bundle->migrations[i];

		if (!is_covered(migration, request->to_version, baseline) ||
			history_find(&out->history, migration->kind, migration->version))
			continue;
		if (add_adopted(&writing, bundle, migration, &common, err))
			return err->status;
	}
	return write_all(target, &writing, out, err);
}

static enum lg_status demand_version(
	const struct bundle *bundle, const char *version, struct lg_error *err)
{
	if (version_is_valid(version) && (bundle_find(bundle, MIGRATION_VERSIONED, version) ||
						 bundle_find(bundle, MIGRATION_BASELINE, version)))
		return LG_OK;
	(void)lg_fail(err, LG_USAGE, "the source has no version '%s'", version);
	return lg_hint(err, "--to names the newest migration whose changes the database has "
			    "already; 'lockgate plan' lists the versions");
}

static enum lg_status demand_empty(
	const struct adopt_request *request, const struct gate_adoption *out, struct lg_error *err)
{
	if (out->history.count == 0 || request->may_add)
		return LG_OK;
	(void)lg_fail(err, LG_REFUSED, "the history is not empty: it has %zu migration%s",
		out->history.count, out->history.count == 1 ? "" : "s");
	return lg_hint(err, "'lockgate status' shows them; to add to them all the same, say --yes "
			    "and --reason TEXT, or take an adoption back with 'adopt --undo'");
}

enum lg_status gate_adopt(struct target *target, const struct adopt_request *request,
	struct gate_adoption *out, struct lg_error *err)
{
	const struct gate_request *common = request->request;

	if (demand_version(common->bundle, request->to_version, err) ||
		gate_lock(target, common, err) ||
		target->driver->read_history(target, &out->history, err) ||
		demand_empty(request, out, err) ||
		batch_begin(&out->batch, target, "adopt", common, err))
		return err->status;
	return batch_finish(&out->batch, adopt_all(target, request, out, err), err);
}

static enum lg_status forget_adopted(
	struct target *target, struct gate_adoption *out, struct lg_error *err)
{
	LG_CLEANUP(writing_release) struct writing writing = {0};

	writing_init(&writing, out->history.count);
	for (size_t i = 0; i < out->history.count; i++)
		if (out->history.rows[i].adopted_from)
			writing.changes[writing.count++] =
				(struct target_change){.kind = TARGET_ROW_FORGET,
					.row = &out->history.rows[i],
					.event = "adoption undone"};
	return write_all(target, &writing, out, err);
}

enum lg_status gate_adopt_undo(struct target *target, const struct gate_request *request,
	struct gate_adoption *out, struct lg_error *err)
{
	if (gate_lock(target, request, err) ||
		target->driver->read_history(target, &out->history, err) ||
		batch_begin(&out->batch, target, "adopt", request, err))
		return err->status;
	return batch_finish(&out->batch, forget_adopted(target, out, err), err);
}

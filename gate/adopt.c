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

static enum lg_status adopt_one(struct target *target, const struct bundle *bundle,
	const struct migration *migration, uint64_t position, struct gate_adoption *out,
	struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view down = {0};
	char now[LG_MOMENT_CHARS + 1];
	const struct history_row row = {
		.kind = migration->kind,
		.version = migration->version,
		.name = migration->name,
		.position = position,
		.state = HISTORY_APPLIED,
		.algorithm = SCRIPT_ALGORITHM,
		.hashes = migration->up.hashes,
		.has_down = migration_has(&migration->down),
		.down_content = migration->down.hashes.content,
		.phase = migration->up.directives.phase,
		.batch_id = out->batch.id,
		.started_at = now,
		.applied_at = now,
		.statements_done = migration->up.statements,
		.statements_total = migration->up.statements,
		.adopted_from = "baseline",
	};
	struct target_change change = {
		.kind = TARGET_ROW_ADD, .row = &row, .event = "adopted", .detail = "baseline"};

	lg_clock_format(lg_clock_now_us(), now);
	if (row.has_down) {
		if (bundle_view(bundle, &migration->down, &down, err))
			return err->status;
		change.down_sql = down.text;
		change.down_len = down.len;
	}
	if (target->driver->change(target, out->batch.id, &change, err))
		return err->status;
	remember(out, &(struct gate_done){.kind = migration->kind,
			      .version = migration->version,
			      .name = migration->name,
			      .statements = migration->up.statements});
	return LG_OK;
}

static enum lg_status adopt_all(struct target *target, const struct adopt_request *request,
	struct gate_adoption *out, struct lg_error *err)
{
	const struct bundle *bundle = request->request->bundle;
	const struct migration *baseline = reached_baseline(bundle, request->to_version);
	uint64_t position = history_last_position(&out->history);

	for (size_t i = 0; i < bundle->count; i++) {
		const struct migration *migration = &bundle->migrations[i];

		if (!is_covered(migration, request->to_version, baseline) ||
			history_find(&out->history, migration->kind, migration->version))
			continue;
		if (adopt_one(target, bundle, migration, ++position, out, err))
			return err->status;
	}
	return LG_OK;
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
		target->driver->lock(target, common->lock_wait_ms, err) ||
		target->driver->read_history(target, &out->history, err) ||
		demand_empty(request, out, err) ||
		batch_begin(&out->batch, target, "adopt", common, err))
		return err->status;
	return batch_finish(&out->batch, adopt_all(target, request, out, err), err);
}

static enum lg_status forget_adopted(
	struct target *target, struct gate_adoption *out, struct lg_error *err)
{
	for (size_t i = 0; i < out->history.count; i++) {
		const struct history_row *row = &out->history.rows[i];
		const struct target_change change = {
			.kind = TARGET_ROW_FORGET, .row = row, .event = "adoption undone"};

		if (!row->adopted_from)
			continue;
		if (target->driver->change(target, out->batch.id, &change, err))
			return err->status;
		remember(out, &(struct gate_done){.kind = row->kind,
				      .version = row->version,
				      .name = row->name,
				      .statements = row->statements_total});
	}
	return LG_OK;
}

enum lg_status gate_adopt_undo(struct target *target, const struct gate_request *request,
	struct gate_adoption *out, struct lg_error *err)
{
	if (target->driver->lock(target, request->lock_wait_ms, err) ||
		target->driver->read_history(target, &out->history, err) ||
		batch_begin(&out->batch, target, "adopt", request, err))
		return err->status;
	return batch_finish(&out->batch, forget_adopted(target, out, err), err);
}

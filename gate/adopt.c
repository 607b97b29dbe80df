/* SPDX-License-Identifier: MIT */
#include "gate/adopt.h"

#include "base/clock.h"
#include "base/mem.h"
#include "bundles/version.h"
#include "gate/adopting.h"

void adoption_init(struct gate_adoption *adoption)
{
	*adoption = (struct gate_adoption){0};
	history_init(&adoption->history);
	verdict_init(&adoption->verdict);
}

void adoption_release(struct gate_adoption *adoption)
{
	foreign_match_release(&adoption->match);
	foreign_release(&adoption->foreign);
	verdict_release(&adoption->verdict);
	history_release(&adoption->history);
	free(LG_TAKE(adoption->done));
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

static enum lg_status adopt_all(struct target *target, const struct adopt_request *request,
	struct gate_adoption *out, struct lg_error *err)
{
	const struct bundle *bundle = request->request->bundle;
	const struct migration *baseline = reached_baseline(bundle, request->to_version);
	LG_CLEANUP(adopting_release) struct adopting adopting = {0};
	char now[LG_MOMENT_CHARS + 1];
	const struct history_row common = {.position = history_last_position(&out->history),
		.state = HISTORY_APPLIED,
		.algorithm = SCRIPT_ALGORITHM,
		.batch_id = out->batch.id,
		.started_at = now,
		.applied_at = now,
		.adopted_from = "baseline"};

	lg_clock_format(lg_clock_now_us(), now);
	adopting_init(&adopting, bundle->count);
	for (size_t i = 0; i < bundle->count; i++) {
		const struct migration *migration = &bundle->migrations[i];

		if (!is_covered(migration, request->to_version, baseline) ||
			history_find(&out->history, migration->kind, migration->version))
			continue;
		if (adopting_add(&adopting, bundle, migration, &common, "baseline", err))
			return err->status;
	}
	return adopting_write(target, &adopting, out, err);
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

enum lg_status gate_adopt(struct target *target, const struct adopt_request *request,
	struct gate_adoption *out, struct lg_error *err)
{
	const struct gate_request *common = request->request;
	enum lg_status status;

	if (demand_version(common->bundle, request->to_version, err) ||
		adopting_demand_engine(target, common->bundle, err) ||
		gate_lock(target, common, err) ||
		target->driver->read_history(target, &out->history, err) ||
		adopting_demand_empty(request, out, err) ||
		batch_begin(&out->batch, target, "adopt", common, err))
		return err->status;
	status = adopt_all(target, request, out, err);
	if (!status)
		adopting_record_schema(target, out);
	return batch_finish(&out->batch, status, err);
}

static enum lg_status end_in_step(
	struct target *target, struct gate_adoption *out, struct lg_error *err)
{
	if (!out->history.in_step)
		return LG_OK;
	return target->driver->note(target, out->batch.id, NULL, HISTORY_IN_STEP, NULL, err);
}

static enum lg_status forget_adopted(
	struct target *target, struct gate_adoption *out, struct lg_error *err)
{
	LG_CLEANUP(adopting_release) struct adopting adopting = {0};

	adopting_init(&adopting, out->history.count);
	if (end_in_step(target, out, err))
		return err->status;
	for (size_t i = 0; i < out->history.count; i++)
		if (out->history.rows[i].adopted_from)
			adopting.changes[adopting.count++] =
				(struct target_change){.kind = TARGET_ROW_FORGET,
					.row = &out->history.rows[i],
					.event = "adoption undone"};
	return adopting_write(target, &adopting, out, err);
}

static bool has_adopted(const struct history *history)
{
	for (size_t i = 0; i < history->count; i++)
		if (history->rows[i].adopted_from)
			return true;
	return false;
}

enum lg_status gate_adopt_undo(struct target *target, const struct gate_request *request,
	struct gate_adoption *out, struct lg_error *err)
{
	if (gate_lock(target, request, err) ||
		target->driver->read_history(target, &out->history, err))
		return err->status;
	/* A batch would say that somebody knows this database. */
	if (!has_adopted(&out->history))
		return LG_OK;
	if (batch_begin(&out->batch, target, "forget", request, err))
		return err->status;
	return batch_finish(&out->batch, forget_adopted(target, out, err), err);
}

enum lg_status gate_adopt_leave_step(struct target *target, const struct gate_request *request,
	struct gate_adoption *out, struct lg_error *err)
{
	if (gate_lock(target, request, err) ||
		target->driver->read_history(target, &out->history, err))
		return err->status;
	if (!out->history.in_step)
		return lg_fail(err, LG_USAGE, "no table of another tool is kept in step here");
	if (batch_begin(&out->batch, target, "adopt", request, err))
		return err->status;
	return batch_finish(&out->batch, end_in_step(target, out, err), err);
}

/* SPDX-License-Identifier: MIT */

/* Adopting what another tool has applied: a part of adopt.h. */

#include "base/clock.h"
#include "base/mem.h"
#include "gate/adopting.h"

static enum lg_status demand_keepable(const struct adopt_request *request, struct lg_error *err)
{
	const struct foreign_trait *trait = foreign_trait(request->from);

	if (!request->keeps_in_step || trait->can_keep_in_step)
		return LG_OK;
	(void)lg_fail(err, LG_USAGE, "the history table of %s cannot be kept in step", trait->name);
	return lg_hint(err, "leave --keep-in-step out, and let %s migrate this database no more",
		trait->name);
}

static enum lg_status demand_unlocked(const struct gate_adoption *adoption, struct lg_error *err)
{
	const struct foreign_history *foreign = &adoption->foreign;
	const struct foreign_trait *trait = foreign_trait(foreign->tool);

	if (!foreign->lock_holder)
		return LG_OK;
	(void)lg_fail(err, LG_REFUSED, "'%s' says that %s is at work%s%s", foreign->lock->name,
		trait->name, *foreign->lock_holder ? ": " : "", foreign->lock_holder);
	return lg_hint(err, "wait until it is done; if nobody is at work, give the lock back: %s",
		trait->release);
}

static enum lg_status demand_certainty(const struct gate_adoption *adoption, struct lg_error *err)
{
	const struct foreign_history *foreign = &adoption->foreign;
	const char *tool = foreign_trait(foreign->tool)->name;

	if (!adoption->match.doubtful)
		return LG_OK;
	(void)lg_fail(err, LG_REFUSED,
		"'%s' has failed or is half done, says '%s', the history table of %s",
		adoption->match.doubtful->identity, foreign->table->name, tool);
	return lg_hint(err,
		"look at what it left behind, then let %s finish it or take it back, so that its "
		"table says what is so, and adopt again",
		tool);
}

/* What stands in the history already is left alone. */
static enum lg_status add_pairs(const struct adopt_request *request, struct adopting *adopting,
	struct gate_adoption *out, struct lg_error *err)
{
	const char *tool = foreign_trait(request->from)->name;
	char now[LG_MOMENT_CHARS + 1];
	struct history_row common = {.position = history_last_position(&out->history),
		.state = HISTORY_APPLIED,
		.algorithm = SCRIPT_ALGORITHM,
		.batch_id = out->batch.id,
		.adopted_from = tool};

	lg_clock_format(lg_clock_now_us(), now);
	common.started_at = lg_arena_add(&out->match.strings, now);
	common.applied_at = common.started_at;
	for (size_t i = 0; i < out->match.count; i++) {
		const struct foreign_pair *pair = &out->match.pairs[i];
		const char *at = pair->entry->applied_at;
		const char *detail = lg_arena_addf(&out->match.strings, "%s: '%s'%s%s", tool,
			pair->entry->identity, at ? ", at " : "", at ? at : "");

		if (history_find(&out->history, pair->migration->kind, pair->migration->version))
			continue;
		if (adopting_add(adopting, request->request->bundle, pair->migration, &common,
			    detail, err))
			return err->status;
	}
	return LG_OK;
}

/* Said before the rows are there: without them it counts for nothing. */
static enum lg_status remember_table(struct target *target, const struct adopt_request *request,
	struct gate_adoption *out, struct lg_error *err)
{
	const struct foreign_table *table = out->foreign.table;
	LG_FREE_BY_SCOPE char *detail = lg_format(
		"%s %s.%s", foreign_trait(request->from)->name, table->schema, table->name);

	if (!request->keeps_in_step)
		return LG_OK;
	return target->driver->note(target, out->batch.id, NULL, HISTORY_IN_STEP, detail, err);
}

static enum lg_status record(struct target *target, const struct adopt_request *request,
	struct gate_adoption *out, struct lg_error *err)
{
	LG_CLEANUP(adopting_release) struct adopting adopting = {0};

	adopting_init(&adopting, out->match.count);
	if (add_pairs(request, &adopting, out, err) ||
		batch_record_waivers(&out->batch, &out->verdict, err) ||
		remember_table(target, request, out, err))
		return err->status;
	return adopting_write(target, &adopting, out, err);
}

static enum lg_status decide(struct target *target, const struct adopt_request *request,
	struct gate_adoption *out, struct lg_error *err)
{
	foreign_init(&out->foreign, request->from);
	if (target->driver->read_history(target, &out->history, err) ||
		adopting_demand_empty(request, out, err) ||
		target->driver->read_foreign(target, request->history_table, &out->foreign, err) ||
		demand_unlocked(out, err))
		return err->status;
	foreign_settle(&out->foreign);
	foreign_match_make(request->request->bundle, &out->foreign, &out->match);
	if (demand_certainty(out, err))
		return err->status;
	return adopting_judge(request, out, err);
}

enum lg_status gate_adopt_from(struct target *target, const struct adopt_request *request,
	struct gate_adoption *out, struct lg_error *err)
{
	enum lg_status status;

	if (demand_keepable(request, err) ||
		adopting_demand_engine(target, request->request->bundle, err) ||
		gate_lock(target, request->request, err) || decide(target, request, out, err))
		return err->status;
	if (out->verdict.is_blocked)
		return LG_OK;
	if (batch_begin(&out->batch, target, "adopt", request->request, err))
		return err->status;
	status = record(target, request, out, err);
	if (!status)
		adopting_record_schema(target, out);
	return batch_finish(&out->batch, status, err);
}

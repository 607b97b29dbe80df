/* SPDX-License-Identifier: MIT */
#include "gate/resolve.h"

#include "base/clock.h"
#include "base/fault.h"
#include "bundles/version.h"

/* The kinds in which a version is looked for, likeliest first. */
static const enum migration_kind kinds[] = {
	MIGRATION_VERSIONED, MIGRATION_BASELINE, MIGRATION_REPEATABLE, MIGRATION_SEED};

void resolution_init(struct resolution *resolution)
{
	*resolution = (struct resolution){0};
	history_init(&resolution->history);
}

void resolution_release(struct resolution *resolution)
{
	history_release(&resolution->history);
}

const char *resolve_decision_name(enum resolve_decision decision)
{
	static const char *const names[] = {"applied", "done", "retry", "reverted"};

	return names[decision];
}

/* What is decided about, and all that is known of it. */
struct matter {
	const struct bundle *bundle;       /* NULL: no source was given */
	const struct migration *migration; /* NULL: the source does not have it */
	const struct history_row *row;     /* NULL: the history does not have it */
	const char *now;
};

static bool fits(enum migration_kind kind, const char *version)
{
	return kind == MIGRATION_REPEATABLE || version_is_valid(version);
}

static enum lg_status find_matter(const struct gate_request *request, const char *version,
	const struct history *history, struct matter *out, struct lg_error *err)
{
	out->bundle = request->bundle;
	for (size_t i = 0; i < LG_COUNT_OF(kinds); i++) {
		if (!fits(kinds[i], version))
			continue;
		if (!out->row)
			out->row = history_find(history, kinds[i], version);
		if (!out->migration && request->bundle && (!out->row || out->row->kind == kinds[i]))
			out->migration = bundle_find(request->bundle, kinds[i], version);
	}
	if (out->row || out->migration)
		return LG_OK;
	(void)lg_fail(
		err, LG_USAGE, "neither the history nor the source has version '%s'", version);
	return lg_hint(err, "'lockgate status SOURCE' lists the versions");
}

static enum lg_status refuse_state(const struct matter *matter, struct lg_error *err)
{
	if (!matter->row)
		(void)lg_fail(err, LG_REFUSED,
			"version '%s' is not in the history: there is nothing half done",
			matter->migration->version);
	else
		(void)lg_fail(
			err, LG_REFUSED, "version '%s' is applied already", matter->row->version);
	return lg_hint(err, "'lockgate status' shows the state of each version");
}

/* A row of its own for what was never in the history. */
static void describe_outside(
	const struct migration *migration, const struct history *history, struct history_row *out)
{
	*out = (struct history_row){
		.kind = migration->kind,
		.version = migration->version,
		.name = migration->name,
		.position = history_last_position(history) + 1,
		.algorithm = SCRIPT_ALGORITHM,
		.hashes = migration->up.hashes,
		.has_down = migration_has(&migration->down),
		.down_content = migration->down.hashes.content,
		.phase = migration->up.directives.phase,
		.statements_total = migration->up.statements,
		.adopted_from = "resolve",
	};
}

static void mark_applied(const struct matter *matter, struct history_row *row)
{
	row->state = HISTORY_APPLIED;
	row->applied_at = matter->now;
	if (matter->migration) {
		row->hashes = matter->migration->up.hashes;
		row->statements_total = matter->migration->up.statements;
	}
	row->statements_done = row->statements_total;
}

static enum lg_status decide_applied(const struct matter *matter, struct resolution *out,
	struct target_change *change, struct lg_error *err)
{
	if (matter->row && matter->row->state == HISTORY_APPLIED)
		return refuse_state(matter, err);
	change->kind = matter->row ? TARGET_ROW_SET : TARGET_ROW_ADD;
	if (matter->row)
		out->row = *matter->row;
	else
		describe_outside(matter->migration, &out->history, &out->row);
	if (!out->row.started_at)
		out->row.started_at = matter->now;
	mark_applied(matter, &out->row);
	return LG_OK;
}

/* The statements that an earlier run has done must be the ones that the script begins with now. */
static enum lg_status demand_same_beginning(const struct matter *matter, struct lg_error *err)
{
	const struct migration_part *up = &matter->migration->up;
	const struct history_row *row = matter->row;
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct lg_digest now_done;

	if (lg_digest_equal(&up->hashes.content, &row->hashes.content))
		return LG_OK;
	if (bundle_view(matter->bundle, up, &view, err))
		return err->status;
	now_done = script_prefix_tokens(&view, matter->bundle->engine, row->statements_done);
	if (up->statements >= row->statements_done &&
		lg_digest_equal(&now_done, &row->hashes.tokens))
		return LG_OK;
	(void)lg_fail(err, LG_REFUSED,
		"the script has changed in the %u statements that have taken effect already",
		row->statements_done);
	(void)lg_hint(err, "put those statements back as they were; what comes behind them may "
			   "change");
	return lg_place(err, up->file, up->first_line, 1);
}

/* The same of a row that is being undone: behind the last statement there is no row any more. */
static void go_on_reverting(const struct matter *matter, uint32_t done, struct resolution *out,
	struct target_change *change)
{
	out->row = *matter->row;
	out->row.statements_done = done;
	if (done >= out->row.statements_total)
		change->kind = TARGET_ROW_FORGET;
}

/* Goes on with the row as it stands, `done` statements in. */
static enum lg_status go_on(
	const struct matter *matter, uint32_t done, struct resolution *out, struct lg_error *err)
{
	out->row = *matter->row;
	if (matter->migration) {
		if (demand_same_beginning(matter, err))
			return err->status;
		out->row.hashes.raw = matter->migration->up.hashes.raw;
		out->row.hashes.content = matter->migration->up.hashes.content;
		out->row.statements_total = matter->migration->up.statements;
	}
	out->row.statements_done = done;
	if (done >= out->row.statements_total)
		mark_applied(matter, &out->row);
	return LG_OK;
}

static enum lg_status decide_done(const struct matter *matter, struct resolution *out,
	struct target_change *change, struct lg_error *err)
{
	if (!matter->row || matter->row->state == HISTORY_APPLIED)
		return refuse_state(matter, err);
	if (matter->row->is_reverting) {
		go_on_reverting(matter, matter->row->statements_done + 1, out, change);
		return LG_OK;
	}
	return go_on(matter, matter->row->statements_done + 1, out, err);
}

/* Where nothing has taken effect, trying again means starting anew. */
static enum lg_status decide_retry(const struct matter *matter, struct resolution *out,
	struct target_change *change, struct lg_error *err)
{
	if (!matter->row || matter->row->state == HISTORY_APPLIED)
		return refuse_state(matter, err);
	out->row = *matter->row;
	if (out->row.is_reverting)
		return LG_OK;
	if (out->row.statements_done == 0 ||
		(matter->migration && matter->migration->up.directives.is_transactional)) {
		change->kind = TARGET_ROW_FORGET;
		return LG_OK;
	}
	if (go_on(matter, matter->row->statements_done, out, err))
		return err->status;
	/* All statements are done and the check has failed: it is the check that runs again. */
	out->row.state = HISTORY_RUNNING;
	out->row.applied_at = NULL;
	return LG_OK;
}

static enum lg_status decide_reverted(const struct matter *matter, struct resolution *out,
	struct target_change *change, struct lg_error *err)
{
	if (!matter->row)
		return refuse_state(matter, err);
	out->row = *matter->row;
	change->kind = TARGET_ROW_FORGET;
	return LG_OK;
}

static enum lg_status decide(const struct matter *matter, enum resolve_decision decision,
	struct resolution *out, struct target_change *change, struct lg_error *err)
{
	switch (decision) {
	case RESOLVE_APPLIED:
		return decide_applied(matter, out, change, err);
	case RESOLVE_DONE:
		return decide_done(matter, out, change, err);
	case RESOLVE_RETRY:
		return decide_retry(matter, out, change, err);
	case RESOLVE_REVERTED:
		return decide_reverted(matter, out, change, err);
	}
	return lg_fail(err, LG_INTERNAL, "unknown decision");
}

static enum lg_status write_decision(struct target *target, const struct matter *matter,
	struct resolution *out, struct target_change *change, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view down = {0};

	out->row.batch_id = out->batch.id;
	out->is_forgotten = change->kind == TARGET_ROW_FORGET;
	change->row = &out->row;
	if (change->kind == TARGET_ROW_ADD && out->row.has_down) {
		if (bundle_view(matter->bundle, &matter->migration->down, &down, err))
			return err->status;
		change->down_sql = down.text;
		change->down_len = down.len;
	}
	lg_fault("gate resolve");
	return target->driver->change(target, out->batch.id, change, 1, err);
}

enum lg_status gate_resolve(struct target *target, const struct gate_request *request,
	const char *version, enum resolve_decision decision, struct resolution *out,
	struct lg_error *err)
{
	char now[LG_MOMENT_CHARS + 1];
	struct matter matter = {0};
	struct target_change change = {.kind = TARGET_ROW_SET,
		.event = "resolved",
		.detail = resolve_decision_name(decision)};

	lg_clock_format(lg_clock_now_us(), now);
	if (gate_lock(target, request, err) ||
		target->driver->read_history(target, &out->history, err))
		return err->status;
	matter.now = lg_arena_add(&out->history.strings, now);
	if (find_matter(request, version, &out->history, &matter, err) ||
		decide(&matter, decision, out, &change, err) ||
		batch_begin(&out->batch, target, "resolve", request, err))
		return err->status;
	return batch_finish(&out->batch, write_decision(target, &matter, out, &change, err), err);
}

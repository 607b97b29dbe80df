/* SPDX-License-Identifier: MIT */
#include "gate/reversal.h"

#include <stdlib.h>

#include "base/mem.h"
#include "bundles/limits.h"

void reversal_init(struct gate_reversal *reversal)
{
	*reversal = (struct gate_reversal){0};
	history_init(&reversal->history);
	verdict_init(&reversal->verdict);
	in_step_init(&reversal->in_step);
	schema_watch_init(&reversal->watch);
}

void reversal_release(struct gate_reversal *reversal)
{
	history_release(&reversal->history);
	verdict_release(&reversal->verdict);
	in_step_release(&reversal->in_step);
	schema_watch_release(&reversal->watch);
	for (size_t i = 0; i < reversal->step_count; i++)
		free(reversal->steps[i].sql);
	free(LG_TAKE(reversal->steps));
}

/* The bundle's down script, for a row that was recorded without one. */
static enum lg_status read_from_bundle(const struct bundle *bundle, struct revert_step *step,
	struct lg_buf *out, struct lg_error *err)
{
	const struct migration *migration =
		bundle_find(bundle, step->row->kind, step->row->version);
	LG_CLEANUP(body_view_close) struct body_view view = {0};

	if (!migration || !migration_has(&migration->down))
		return lg_fail(err, LG_FORMAT, "no down script");
	if (bundle_view(bundle, &migration->down, &view, err))
		return err->status;
	step->file = migration->down.file;
	step->first_line = migration->down.first_line;
	lg_buf_add(out, view.text, view.len);
	return lg_buf_status(out, "the down script", err);
}

static void find_irreversible(struct gate_reversal *out, const struct history_row *row)
{
	LG_FREE_BY_SCOPE char *message =
		lg_format("version '%s' has no down script, so nothing is undone", row->version);
	LG_FREE_BY_SCOPE char *hint = lg_format(
		"undo it by hand and record that with 'lockgate resolve %s --reverted', or select "
		"less with --steps or --to",
		row->version);
	struct gate_finding *finding =
		verdict_add(&out->verdict, FINDING_IRREVERSIBLE, FINDING_BLOCK, message, hint);

	finding->kind = row->kind;
	finding->version = row->version;
	finding->name = row->name;
}

enum lg_status reversal_place(const struct revert_step *step, struct lg_error *err)
{
	uint32_t line = err->line;
	uint32_t column = err->column;

	if (step->file)
		return lg_place(err, step->file, line, column);
	/* It is the database that holds it, not a bundle. */
	if (err->status == LG_FORMAT || err->status == LG_LIMIT)
		err->status = LG_DATABASE;
	err->file[0] = '\0';
	err->line = 0;
	err->column = 0;
	if (line == 0)
		return err->status;
	return lg_wrap(err, "down script of version '%s', line %u, column %u", step->row->version,
		line, column);
}

/* What is stored is foreign text: it is read as strictly as a bundle's. */
static enum lg_status scan_step(struct target *target, struct gate_reversal *out,
	struct revert_step *step, struct lg_error *err)
{
	struct body_view view = body_view_of_text(step->sql, step->sql_len);

	if (!script_scan(&view, target->driver->facts(target)->engine, SCRIPT_DOWN,
		    &out->history.strings, &step->facts, err))
		return LG_OK;
	err->line += err->line ? step->first_line - 1 : 0;
	return reversal_place(step, err);
}

static enum lg_status demand_recorded(const struct revert_step *step, struct lg_error *err)
{
	if (step->row->has_down &&
		lg_digest_equal(&step->facts.hashes.content, &step->row->down_content))
		return LG_OK;
	(void)lg_fail(err, LG_DATABASE,
		"the stored down script of version '%s' is not the one that was recorded",
		step->row->version);
	return lg_hint(err,
		"somebody has changed it in the history: restore it from a backup, or undo by "
		"hand and say 'lockgate resolve %s --reverted'",
		step->row->version);
}

static enum lg_status load_step(struct target *target, const struct bundle *bundle,
	struct gate_reversal *out, struct revert_step *step, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf sql;
	bool is_stored;
	enum lg_status status;

	lg_buf_init(&sql, BUNDLE_MAX_BODY_BYTES);
	status = target->driver->read_down(target, step->row->kind, step->row->version, &sql, err);
	is_stored = status == LG_OK;
	if (status == LG_FORMAT && bundle)
		status = read_from_bundle(bundle, step, &sql, err);
	if (status == LG_FORMAT) {
		find_irreversible(out, step->row);
		return LG_OK;
	}
	if (status)
		return status;
	step->sql_len = sql.len;
	step->sql = lg_buf_take(&sql);
	if (scan_step(target, out, step, err))
		return err->status;
	return is_stored ? demand_recorded(step, err) : LG_OK;
}

/* A revert that was interrupted goes on by itself, if it is known how far it came. */
static bool goes_on(const struct history_row *row)
{
	return row->is_reverting && row->is_resumable && row->has_down;
}

static char *advise_dirty(const struct history_row *row)
{
	if (!row->is_reverting)
		return lg_format("apply again, or decide with 'lockgate resolve %s'", row->version);
	return lg_format(
		"look at what its revert left behind, then say how it is: lockgate resolve "
		"%s --retry|--done|--applied|--reverted",
		row->version);
}

/* True if the bundle, which is signed, has this very script for the row. */
static bool is_signed(const struct bundle *bundle, const struct revert_step *step)
{
	const struct migration *migration =
		bundle ? bundle_find(bundle, step->row->kind, step->row->version) : NULL;

	return migration && migration_has(&migration->down) &&
	       lg_digest_equal(&migration->down.hashes.raw, &step->facts.hashes.raw);
}

/* What the database keeps is signed by nobody, and whoever can write there can write code. */
static void find_untrusted(
	const struct bundle *bundle, struct gate_reversal *out, const struct revert_step *step)
{
	const struct history_row *row = step->row;
	LG_FREE_BY_SCOPE char *message = lg_format(
		"the stored down script of version '%s' is not one that the signed source has",
		row->version);
	struct gate_finding *finding;

	if (!step->sql || is_signed(bundle, step))
		return;
	finding = verdict_add(&out->verdict, FINDING_UNTRUSTED, FINDING_BLOCK, message,
		bundle ? "name the signed bundle from which it was applied"
		       : "name a signed SOURCE that carries the script");
	finding->kind = row->kind;
	finding->version = row->version;
	finding->name = row->name;
	out->untrusted_count++;
}

/* Nothing is undone on top of a migration that stands half done. */
static void find_dirty(struct gate_reversal *out)
{
	for (size_t i = 0; i < out->history.count; i++) {
		const struct history_row *row = &out->history.rows[i];
		LG_FREE_BY_SCOPE char *message = NULL;
		LG_FREE_BY_SCOPE char *hint = NULL;
		struct gate_finding *finding;

		if (row->state != HISTORY_RUNNING || goes_on(row))
			continue;
		message = lg_format("version '%s' stands half %s, after statement %u of %u",
			row->version, row->is_reverting ? "undone" : "done", row->statements_done,
			row->statements_total);
		hint = advise_dirty(row);
		finding = verdict_add(&out->verdict, FINDING_DIRTY, FINDING_BLOCK, message, hint);
		finding->kind = row->kind;
		finding->version = row->version;
		finding->name = row->name;
	}
}

enum lg_status gate_revert_plan(struct target *target, const struct gate_request *request,
	const struct revert_selection *selection, struct gate_reversal *out, struct lg_error *err)
{
	reversal_release(out);
	reversal_init(out);
	if (target->driver->read_history(target, &out->history, err) ||
		reversal_select(out, selection, err))
		return err->status;
	find_dirty(out);
	for (size_t i = 0; i < out->step_count; i++) {
		if (load_step(target, request->bundle, out, &out->steps[i], err))
			return lg_about(err, out->steps[i].row->version);
		if (request->demands_signature)
			find_untrusted(request->bundle, out, &out->steps[i]);
	}
	if (out->untrusted_count == 0)
		return LG_OK;
	(void)lg_fail(err, LG_FORMAT,
		"untrusted: of %zu down script%s that would run, %zu %s not signed",
		out->step_count, out->step_count == 1 ? "" : "s", out->untrusted_count,
		out->untrusted_count == 1 ? "is" : "are");
	return lg_hint(err, "name a signed SOURCE that carries the scripts as they were applied");
}

/* SPDX-License-Identifier: MIT */
#include "gate/in_step.h"

#include <string.h>

#include "base/mem.h"

void in_step_init(struct in_step *step)
{
	*step = (struct in_step){0};
}

void in_step_release(struct in_step *step)
{
	foreign_release(&step->foreign);
	lg_arena_release(&step->strings);
}

static bool has_rows_of(const struct history *history, const char *tool, size_t len)
{
	for (size_t i = 0; i < history->count; i++) {
		const char *from = history->rows[i].adopted_from;

		if (from && strlen(from) == len && strncmp(from, tool, len) == 0)
			return true;
	}
	return false;
}

/* The tool that the last row came from which came from one; false if none did. */
static bool find_tool(const struct history *history, enum foreign_tool *out)
{
	uint64_t newest = 0;

	for (size_t i = 0; i < history->count; i++) {
		const struct history_row *row = &history->rows[i];

		if (row->adopted_from && row->position > newest &&
			foreign_tool_parse(row->adopted_from, out))
			newest = row->position;
	}
	return newest > 0;
}

static enum lg_status read_table(struct in_step *step, struct target *target,
	enum foreign_tool tool, const char *table, struct lg_error *err)
{
	if (!foreign_trait(tool)->can_keep_in_step) {
		(void)lg_fail(err, LG_USAGE, "the history table of %s cannot be kept in step",
			foreign_trait(tool)->name);
		return lg_hint(err, "leave --keep-in-step out");
	}
	foreign_init(&step->foreign, tool);
	if (target->driver->read_foreign(target, table, &step->foreign, err)) {
		if (err->status == LG_USAGE)
			(void)lg_hint(err,
				"it is to be kept in step; if %s is no longer in use, end that, and keep "
				"what was adopted: lockgate adopt --undo --keep-in-step",
				foreign_trait(tool)->name);
		return err->status;
	}
	foreign_settle(&step->foreign);
	step->is_on = true;
	return LG_OK;
}

/* "TOOL TABLE", as the adoption has left it. */
static enum lg_status begin_remembered(
	struct in_step *step, struct target *target, const char *in_step, struct lg_error *err)
{
	size_t len = strcspn(in_step, " ");
	LG_FREE_BY_SCOPE char *name = lg_strndup(in_step, len);
	enum foreign_tool tool;

	if (!in_step[len] || !foreign_tool_parse(name, &tool))
		return lg_fail(err, LG_DATABASE,
			"the history says '%s' is to be kept in step, which names no table of a "
			"tool",
			in_step);
	return read_table(step, target, tool, in_step + len + 1, err);
}

enum lg_status in_step_begin(struct in_step *step, struct target *target,
	const struct history *history, const struct gate_request *request, struct lg_error *err)
{
	const char *in_step = history->in_step;
	enum foreign_tool tool;

	if (in_step && has_rows_of(history, in_step, strcspn(in_step, " ")))
		return begin_remembered(step, target, in_step, err);
	if (!request->keeps_in_step)
		return LG_OK;
	if (find_tool(history, &tool))
		return read_table(step, target, tool, request->history_table, err);
	(void)lg_fail(err, LG_USAGE,
		"there is no table to keep in step: no migration was adopted from another tool");
	return lg_hint(err, "adopt first: lockgate adopt SOURCE --from TOOL --keep-in-step");
}

const struct foreign_record *in_step_add(
	struct in_step *step, const struct migration *migration, const struct body_view *view)
{
	if (!step->is_on || !foreign_record_add(&step->foreign, migration, view->text, view->len,
				    &step->strings, &step->record))
		return NULL;
	return &step->record;
}

const struct foreign_record *in_step_remove(
	struct in_step *step, const struct history_row *row, const char *former)
{
	if (!step->is_on || !foreign_record_remove(&step->foreign, row->version, row->name, former,
				    &step->strings, &step->record))
		return NULL;
	return &step->record;
}

/* SPDX-License-Identifier: MIT */
#include "plugin/show_sql.h"

#include <stdio.h>

static void show_script(const struct output *output, const char *text, size_t len)
{
	output_bytes(output, text, len);
	if (len > 0 && text[len - 1] != '\n')
		(void)fputc('\n', stdout);
}

static enum lg_status show_part(const struct run *run, const struct migration_part *part,
	const char *what, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};

	if (!migration_has(part))
		return LG_OK;
	if (bundle_view(&run->source.bundle, part, &view, err))
		return err->status;
	output_line(&run->output, TONE_DIM, "-- %s: %s%s", what, part->file,
		part->directives.is_transactional ? "" : " (outside a transaction)");
	show_script(&run->output, view.text, view.len);
	return LG_OK;
}

enum lg_status show_plan_sql(
	const struct run *run, const struct gate_verdict *verdict, struct lg_error *err)
{
	if (run->output.is_json)
		return LG_OK;
	for (size_t i = 0; i < verdict->plan_count; i++) {
		const struct migration *migration = verdict->plan[i].migration;

		output_line(&run->output, TONE_DIM, "-- %zu of %zu: %s %s", i + 1,
			verdict->plan_count, migration->version, migration->name);
		if (show_part(run, &migration->up, "up", err) ||
			show_part(run, &migration->check, "check", err))
			return err->status;
	}
	return LG_OK;
}

void show_revert_sql(const struct run *run, const struct gate_reversal *reversal)
{
	if (run->output.is_json)
		return;
	for (size_t i = 0; i < reversal->step_count; i++) {
		const struct revert_step *step = &reversal->steps[i];

		output_line(&run->output, TONE_DIM, "-- %zu of %zu: down of %s %s", i + 1,
			reversal->step_count, step->row->version, step->row->name);
		if (step->sql)
			show_script(&run->output, step->sql, step->sql_len);
	}
}

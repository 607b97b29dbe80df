/* SPDX-License-Identifier: MIT */
#include "gate/target.h"

#include "base/mem.h"
#include "bundles/compiled.h"

static const struct target_driver *const drivers[] = {&target_postgres, &target_sqlite};

const struct target_driver *target_driver_find(const char *url)
{
	for (size_t i = 0; i < LG_COUNT_OF(drivers); i++)
		if (drivers[i]->accepts(url))
			return drivers[i];
	return NULL;
}

struct history_row target_apply_row(const struct target_apply *step)
{
	return (struct history_row){
		.kind = step->kind,
		.version = step->version,
		.name = step->name,
		.position = step->position,
		.algorithm = SCRIPT_ALGORITHM,
		.hashes = *step->up.hashes,
		.has_down = step->down_sql != NULL,
		.down_content = step->down_content,
		.phase = step->up.directives->phase,
		.batch_id = step->batch_id,
		.statements_done = step->statements_done,
		.statements_total = step->up.statements,
	};
}

struct history_row target_revert_row(const struct target_revert *step)
{
	struct history_row row = *step->row;

	row.batch_id = step->batch_id;
	if (!row.is_reverting)
		row.statements_done = 0;
	row.statements_total = step->down.statements;
	return row;
}

void target_script_place(const struct target_script *script, uint32_t *line, uint32_t *column)
{
	if (!script->file || !compiled_is_source(script->file)) {
		*line += script->first_line - 1;
		return;
	}
	*line = compiled_line(script->view->text, script->view->len, script->file, *line);
	*column = 0;
}

bool target_is_passing(const struct lg_error *err)
{
	static const char *const passing[] = {"55P03", "40P01", "40001"};

	for (size_t i = 0; i < LG_COUNT_OF(passing); i++)
		if (err->status && strcmp(err->sqlstate, passing[i]) == 0)
			return true;
	return false;
}

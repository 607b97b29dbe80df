/* SPDX-License-Identifier: MIT */
#include "gate/simulate.h"

static void add_applied(struct history *history, const struct migration *migration)
{
	struct history_row *row = history_add(history);

	*row = (struct history_row){
		.kind = migration->kind,
		.version = migration->version,
		.name = migration->name,
		.position = history->count,
		.state = HISTORY_APPLIED,
		.algorithm = SCRIPT_ALGORITHM,
		.hashes = migration->up.hashes,
		.has_down = migration_has(&migration->down),
		.down_content = migration->down.hashes.content,
		.phase = migration->up.directives.phase,
		.statements_done = migration->up.statements,
		.statements_total = migration->up.statements,
	};
}

void history_simulate(const struct bundle *base, bool with_seeds, struct history *out)
{
	out->layout_version = HISTORY_LAYOUT_VERSION;
	out->has_batches = true;
	for (size_t i = 0; i < base->count; i++)
		if (base->migrations[i].kind != MIGRATION_SEED || with_seeds)
			add_applied(out, &base->migrations[i]);
	history_sort(out);
}

/* SPDX-License-Identifier: MIT */
#include "gate/comparison.h"

#include <string.h>

#include "base/mem.h"

const char *comparison_describe(struct comparison *comparison, const struct merge_pair *pair)
{
	static const char *const nouns[] = {
		[MIGRATION_VERSIONED] = "migration",
		[MIGRATION_BASELINE] = "baseline",
		[MIGRATION_REPEATABLE] = "repeatable migration",
		[MIGRATION_SEED] = "seed",
	};
	enum migration_kind kind = pair->migration ? pair->migration->kind : pair->row->kind;
	const char *name = pair->migration ? pair->migration->name : pair->row->name;
	struct lg_arena *strings = &comparison->verdict->strings;

	if (!name || !*name || strcmp(name, merge_pair_version(pair)) == 0)
		return lg_arena_addf(strings, "%s '%s'", nouns[kind], merge_pair_version(pair));
	return lg_arena_addf(strings, "%s '%s' (%s)", nouns[kind], merge_pair_version(pair), name);
}

/* The history may be gone before the verdict is. */
static void place_by_row(
	struct comparison *comparison, const struct history_row *row, struct gate_finding *finding)
{
	const struct bundle *base = comparison->question->base;
	const struct migration *theirs = base ? bundle_find(base, row->kind, row->version) : NULL;
	struct lg_arena *strings = &comparison->verdict->strings;

	finding->kind = row->kind;
	finding->version = lg_arena_add(strings, row->version);
	finding->name = lg_arena_add(strings, row->name ? row->name : "");
	if (!theirs)
		return;
	finding->file = lg_arena_add(strings, theirs->up.file);
	finding->line = theirs->up.first_line;
	finding->column = 1;
	finding->is_in_base = true;
}

struct gate_finding *comparison_report(struct comparison *comparison, enum finding_code code,
	enum policy_level level, const struct merge_pair *pair, struct finding_text text)
{
	struct gate_verdict *verdict = comparison->verdict;
	struct gate_finding *finding;
	const struct migration_part *part;

	if (level == POLICY_ALLOW)
		return NULL;
	finding = verdict_add(verdict, code, level == POLICY_BLOCK ? FINDING_BLOCK : FINDING_WARN,
		text.message, text.hint);
	if (!pair->migration) {
		place_by_row(comparison, pair->row, finding);
		return finding;
	}
	part = &pair->migration->up;
	if (code == FINDING_DOWN_CHANGED && migration_has(&pair->migration->down))
		part = &pair->migration->down;
	finding->kind = pair->migration->kind;
	finding->version = pair->migration->version;
	finding->name = pair->migration->name;
	finding->file = part->file;
	finding->line = part->first_line;
	finding->column = 1;
	return finding;
}

enum policy_level comparison_level(const struct comparison *comparison, enum policy_key key)
{
	return comparison->question->policy->levels[key];
}

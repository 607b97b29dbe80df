/* SPDX-License-Identifier: MIT */
#include "gate/compare.h"

#include "base/mem.h"
#include "gate/baseline.h"
#include "gate/comparison.h"

static void refuse_engine(const struct gate_question *question, struct gate_verdict *out)
{
	const char *packed = bundle_engine_name(question->bundle->engine);
	const char *actual = bundle_engine_name(question->target_engine);
	const char *other = question->base ? "base" : "target";

	(void)verdict_add(out, FINDING_WRONG_ENGINE, FINDING_BLOCK,
		lg_arena_addf(&out->strings, "the bundle is for %s, but the %s is %s%s", packed,
			other, question->base ? "for " : "", actual),
		lg_arena_addf(&out->strings,
			"check --%s, or pack the migrations for this engine: lockgate bundle "
			"--dialect %s",
			question->base ? "base" : "db", actual));
}

/*
 * What the history alone tells. Rows are in order of version, so the last one is the highest. A
 * base that keeps what its baseline stands for is also what older databases have run, so nothing
 * may come late there.
 */
static void survey(struct comparison *comparison)
{
	const struct history *history = comparison->question->history;
	bool keeps_versions = false;

	comparison->baseline = baseline_of(comparison->question->bundle);
	for (size_t i = 0; i < history->count; i++) {
		const struct history_row *row = &history->rows[i];

		if (!history_row_is_versioned(row))
			break;
		comparison->highest = row->version;
		if (row->kind == MIGRATION_VERSIONED)
			keeps_versions = comparison->question->base != NULL;
		else if (!keeps_versions)
			comparison->started_at = row->version;
	}
}

struct merge comparison_merge(const struct comparison *comparison)
{
	return (struct merge){
		.bundle = comparison->question->bundle,
		.history = comparison->question->history,
		.with_seeds = comparison->question->with_seeds,
	};
}

void gate_compare(const struct gate_question *question, struct gate_verdict *out)
{
	struct comparison comparison = {.question = question, .verdict = out};

	if (question->bundle->engine != question->target_engine) {
		refuse_engine(question, out);
		return;
	}
	waiver_index_init(&comparison.waivers, &question->bundle->waivers);
	survey(&comparison);
	comparison_plan(&comparison);
	comparison_find_moved(&comparison);
	comparison_judge_whole(&comparison);
	comparison_judge_rows(&comparison);
	waiver_index_release(&comparison.waivers);
	free(comparison.moved_to);
	free(comparison.is_moved);
}

bool gate_needs_settling(const struct gate_question *question)
{
	const struct history *history = question->history;

	if (question->bundle->engine != question->target_engine)
		return false;
	for (size_t i = 0; i < history->count; i++) {
		const struct history_row *row = &history->rows[i];

		if (row->state == HISTORY_RUNNING &&
			(row->kind != MIGRATION_SEED || question->with_seeds))
			return true;
	}
	return comparison_first_finding(question) != FINDING_CODE_COUNT;
}

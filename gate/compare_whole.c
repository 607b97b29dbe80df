/* SPDX-License-Identifier: MIT */
#include "gate/comparison.h"

#include "base/mem.h"

enum finding_code comparison_first_finding(const struct gate_question *question)
{
	const struct history *history = question->history;
	enum policy_level level = question->policy->levels[POLICY_FIRST];

	if (history->has_batches || history->count > 0 || level == POLICY_ALLOW)
		return FINDING_CODE_COUNT;
	if (history->other_project)
		return FINDING_WRONG_PROJECT;
	if (history->unmanaged_table || level == POLICY_BLOCK)
		return FINDING_UNMANAGED;
	return FINDING_CODE_COUNT;
}

static void report_wrong_project(struct comparison *comparison)
{
	struct gate_verdict *verdict = comparison->verdict;
	const char *other = comparison->question->history->other_project;
	const char *ours = comparison->question->bundle->project;

	(void)verdict_add(verdict, FINDING_WRONG_PROJECT, FINDING_BLOCK,
		lg_arena_addf(&verdict->strings,
			"this database has a history of project '%s' and none of project '%s'",
			other, ours),
		"check --db and --project; if both projects share this database, say so once with "
		"--policy first=allow");
}

/* What the unmanaged database is, and how to take it over. */
static void report_unmanaged(struct comparison *comparison)
{
	const struct history *history = comparison->question->history;
	const char *project = comparison->question->bundle->project;
	struct gate_verdict *verdict = comparison->verdict;
	const char *message;
	const char *hint;

	if (history->foreign_tool) {
		message = lg_arena_addf(&verdict->strings,
			"this database has no lockgate history of project '%s', but '%s', the "
			"history table of %s",
			project, history->foreign_table, history->foreign_tool);
		hint = lg_arena_addf(&verdict->strings,
			"take over what %s has applied: lockgate adopt SOURCE --from %s --db URL",
			history->foreign_tool, history->foreign_tool);
	} else if (history->unmanaged_table) {
		message = lg_arena_addf(&verdict->strings,
			"this database has tables, such as '%s', but no lockgate history of "
			"project '%s'",
			history->unmanaged_table, project);
		hint = "take it over, VERSION being the last one that it has: lockgate adopt "
		       "SOURCE --to VERSION; or, if every migration must run here, --policy "
		       "first=allow";
	} else {
		message = lg_arena_addf(&verdict->strings,
			"this database has no lockgate history of project '%s', and policy first "
			"is block",
			project);
		hint = "check --db; if this database is to be set up now, use --policy first=allow";
	}
	(void)verdict_add(verdict, FINDING_UNMANAGED, FINDING_BLOCK, message, hint);
}

static void report_pending(struct comparison *comparison)
{
	struct gate_verdict *verdict = comparison->verdict;
	const char *first = verdict->plan[0].migration->version;
	const char *message =
		verdict->plan_count == 1
			? lg_arena_addf(&verdict->strings, "1 migration is pending: '%s'", first)
			: lg_arena_addf(&verdict->strings,
				  "%zu migrations are pending, the first is '%s'",
				  verdict->plan_count, first);

	(void)verdict_add(verdict, FINDING_PENDING, FINDING_BLOCK, message,
		"apply them first: lockgate apply SOURCE --db URL");
}

/* One that stands half done is the journal's business, with the index that it may have left. */
static bool has_running(const struct history *history)
{
	for (size_t i = 0; i < history->count; i++)
		if (history->rows[i].state == HISTORY_RUNNING)
			return true;
	return false;
}

static void report_invalid_indexes(struct comparison *comparison)
{
	const struct history *history = comparison->question->history;
	enum policy_level level = comparison_level(comparison, POLICY_INVALID_INDEX);
	struct gate_verdict *verdict = comparison->verdict;

	if (level == POLICY_ALLOW || has_running(history))
		return;
	for (size_t i = 0; i < history->invalid_count; i++) {
		const char *index = history->invalid_indexes[i];
		struct gate_finding *finding = verdict_add(verdict, FINDING_INVALID_INDEX,
			level == POLICY_BLOCK ? FINDING_BLOCK : FINDING_WARN,
			lg_arena_addf(&verdict->strings,
				"index '%s' is invalid and nobody is building it: queries do not "
				"use it, and IF NOT EXISTS takes it for one that is there",
				index),
			lg_arena_addf(&verdict->strings,
				"rebuild it: REINDEX INDEX CONCURRENTLY %s; or drop it", index));

		finding->name = lg_arena_addf(&verdict->strings, "index %s", index);
	}
}

void comparison_judge_whole(struct comparison *comparison)
{
	const struct gate_question *question = comparison->question;
	enum finding_code first = comparison_first_finding(question);

	/* Somebody may be at their first batch right now. */
	if (!question->is_settled)
		first = FINDING_CODE_COUNT;
	if (first == FINDING_WRONG_PROJECT)
		report_wrong_project(comparison);
	if (first == FINDING_UNMANAGED)
		report_unmanaged(comparison);
	report_invalid_indexes(comparison);
	if (question->policy->levels[POLICY_PENDING] == POLICY_BLOCK &&
		comparison->verdict->plan_count > 0)
		report_pending(comparison);
}

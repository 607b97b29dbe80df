/* SPDX-License-Identifier: MIT */
#include "gate/comparison.h"

#include "gate/baseline.h"

/* Where a run was interrupted. */
static const char *describe_stop(struct comparison *comparison, const struct history_row *row)
{
	struct lg_arena *strings = &comparison->verdict->strings;

	if (row->statements_done >= row->statements_total)
		return lg_arena_addf(strings,
			"all %u statements were done, but that was not recorded",
			row->statements_total);
	return lg_arena_addf(strings, "statement %u of %u was under way or failed",
		row->statements_done + 1, row->statements_total);
}

static struct finding_text describe_half_reverted(
	struct comparison *comparison, const struct history_row *row)
{
	struct lg_arena *strings = &comparison->verdict->strings;
	const char *message =
		lg_arena_addf(strings, "the revert of version '%s' was interrupted: %s",
			row->version, describe_stop(comparison, row));

	if (row->is_resumable)
		return (struct finding_text){message, "let it come to its end: lockgate revert"};
	return (struct finding_text){
		message,
		lg_arena_addf(strings,
			"look at what it left behind, then say how it is: lockgate resolve %s "
			"--retry|--done|--applied|--reverted",
			row->version),
	};
}

static struct finding_text describe_dirty(
	struct comparison *comparison, const struct merge_pair *pair)
{
	struct lg_arena *strings = &comparison->verdict->strings;
	const char *subject = comparison_describe(comparison, pair);
	const char *stop = describe_stop(comparison, pair->row);
	const char *version = merge_pair_version(pair);

	if (pair->row->is_reverting)
		return describe_half_reverted(comparison, pair->row);
	if (pair->migration && pair->row->is_resumable &&
		!lg_digest_equal(&pair->row->hashes.content, &pair->migration->up.hashes.content))
		return (struct finding_text){
			lg_arena_addf(strings,
				"%s was interrupted and its script has changed since: %s", subject,
				stop),
			lg_arena_addf(strings,
				"put '%s' back as it was, or go on with the new script where the "
				"old one stopped: lockgate resolve %s SOURCE --retry",
				pair->migration->up.file, version),
		};
	return (struct finding_text){
		lg_arena_addf(strings, "%s was interrupted: %s", subject, stop),
		lg_arena_addf(strings,
			"look at what it left behind, then say how to go on: lockgate resolve %s "
			"SOURCE --retry|--done|--applied",
			version),
	};
}

void comparison_judge_running(struct comparison *comparison, const struct merge_pair *pair)
{
	bool is_needed = pair->migration || comparison->verdict->plan_count > 0;

	if (!comparison->question->is_settled || comparison_can_resume(pair))
		return;
	comparison_report(comparison, FINDING_DIRTY, is_needed ? POLICY_BLOCK : POLICY_WARN, pair,
		describe_dirty(comparison, pair));
}

static struct finding_text describe_removed(
	struct comparison *comparison, const struct merge_pair *pair)
{
	struct lg_arena *strings = &comparison->verdict->strings;
	const char *version = pair->row->version;

	if (comparison->question->base)
		return (struct finding_text){
			lg_arena_addf(strings,
				"%s is in the base, below others that both have, and not here: "
				"either it was deleted here, or the base got it after this branch "
				"began",
				comparison_describe(comparison, pair)),
			lg_arena_addf(strings,
				"put its file back, or merge the base first; or accept that it is "
				"gone with this line in waivers.txt: removed %s REASON",
				version),
		};
	return (struct finding_text){
		.message = lg_arena_addf(strings,
			"%s was applied, but the bundle does not have it, although it has later "
			"ones",
			comparison_describe(comparison, pair)),
		.hint = lg_arena_addf(strings,
			"put its file back, or accept that it is gone with this line in "
			"waivers.txt: removed %s REASON",
			version),
	};
}

static struct finding_text describe_ahead(
	struct comparison *comparison, const struct merge_pair *pair)
{
	struct lg_arena *strings = &comparison->verdict->strings;

	if (comparison->question->base)
		return (struct finding_text){
			lg_arena_addf(strings,
				"%s is in the base, above all that both have, and not here: either "
				"the base got it after this branch began, or it was deleted here",
				comparison_describe(comparison, pair)),
			"merge the base first, which brings it; if it is missing even then, put "
			"its file back",
		};
	return (struct finding_text){
		.message = lg_arena_addf(strings,
			"%s was applied after everything in this bundle: the database is ahead",
			comparison_describe(comparison, pair)),
		.hint = lg_arena_addf(strings,
			"fine if an older release was put back on purpose and can work with '%s'; "
			"else deploy the bundle that has it",
			pair->row->version),
	};
}

/* What became of it tells more than that it is missing: a new version would run it again. */
static struct finding_text describe_moved(
	struct comparison *comparison, const struct merge_pair *pair, const struct migration *now)
{
	struct lg_arena *strings = &comparison->verdict->strings;
	const char *was = pair->row->version;
	const struct bundle *base = comparison->question->base;
	const char *hint = "or, if it is another one on purpose, accept that this one is gone with "
			   "this line in waivers.txt: removed";

	if (base)
		return (struct finding_text){
			lg_arena_addf(strings, "%s was renumbered: '%s' of the base is '%s' here",
				comparison_describe(comparison, pair),
				bundle_find(base, pair->row->kind, was)->up.file, now->up.file),
			lg_arena_addf(strings,
				"give '%s' the base's version, for where that is applied this one "
				"would run it again; %s %s REASON",
				now->up.file, hint, was),
		};
	return (struct finding_text){
		lg_arena_addf(strings,
			"%s was applied, and then renumbered: the bundle has its script as '%s' "
			"('%s'), which would run it again",
			comparison_describe(comparison, pair), now->version, now->up.file),
		lg_arena_addf(strings, "give '%s' its version '%s' back; %s %s REASON",
			now->up.file, was, hint, was),
	};
}

static void report_moved(
	struct comparison *comparison, const struct merge_pair *pair, const struct migration *now)
{
	struct gate_finding *finding = comparison_report(comparison, FINDING_REMOVED,
		comparison_level(comparison, POLICY_REMOVED), pair,
		describe_moved(comparison, pair, now));

	if (!finding)
		return;
	finding->file = now->up.file;
	finding->line = now->up.first_line;
	finding->column = 1;
	finding->is_in_base = false;
}

static void report_contracted(struct comparison *comparison, const struct merge_pair *pair)
{
	struct lg_arena *strings = &comparison->verdict->strings;
	struct finding_text text = {
		.message = lg_arena_addf(strings,
			"%s has taken away what builds without it need (phase=contract), and this "
			"bundle does not have it",
			comparison_describe(comparison, pair)),
		.hint = lg_arena_addf(strings,
			"this build is too old for the database: deploy one whose bundle has '%s'",
			pair->row->version),
	};

	comparison_report(comparison, FINDING_CONTRACTED, POLICY_BLOCK, pair, text);
}

bool comparison_accounts_for(const struct comparison *comparison, const struct history_row *row)
{
	const struct bundle *bundle = comparison->question->bundle;

	if (comparison->baseline && baseline_covers(comparison->baseline->version, row->version))
		return true;
	return row->kind == MIGRATION_BASELINE &&
	       bundle_find(bundle, MIGRATION_VERSIONED, row->version);
}

/*
 * True if the bundle has what came after the row. New versions of the bundle are to come after it,
 * but what only a base has may yet be merged in front of them.
 */
static bool is_passed(const struct comparison *comparison, const struct history_row *row)
{
	return row->position < comparison->known_position ||
	       (comparison->has_new_versions && !comparison->question->base);
}

/* True if the row took away what the bundle needs. A base's does so when it is merged. */
static bool is_contracting(const struct comparison *comparison, const struct history_row *row)
{
	return !is_passed(comparison, row) && row->phase == PHASE_CONTRACT &&
	       !comparison->question->base;
}

static void judge_removed(struct comparison *comparison, const struct merge_pair *pair)
{
	const struct history_row *row = pair->row;
	const struct migration *now = comparison_moved_to(comparison, row);

	if (comparison_accounts_for(comparison, row))
		return;
	if (waiver_use(waiver_index_find(&comparison->waivers, WAIVER_REMOVED, row->version),
		    comparison->verdict))
		return;
	if (now)
		report_moved(comparison, pair, now);
	else if (is_passed(comparison, row))
		comparison_report(comparison, FINDING_REMOVED,
			comparison_level(comparison, POLICY_REMOVED), pair,
			describe_removed(comparison, pair));
	else if (is_contracting(comparison, row))
		report_contracted(comparison, pair);
	else if (!comparison->is_contracted)
		comparison_report(comparison, FINDING_DATABASE_AHEAD,
			comparison_level(comparison, POLICY_AHEAD), pair,
			describe_ahead(comparison, pair));
}

void comparison_find_contracted(struct comparison *comparison)
{
	struct merge merge = comparison_merge(comparison);
	struct merge_pair pair;

	while (!comparison->is_contracted && merge_next(&merge, &pair))
		comparison->is_contracted = !pair.migration && pair.row->state == HISTORY_APPLIED &&
					    history_row_is_versioned(pair.row) &&
					    !comparison_accounts_for(comparison, pair.row) &&
					    !waiver_index_find(&comparison->waivers, WAIVER_REMOVED,
						    pair.row->version) &&
					    is_contracting(comparison, pair.row);
}

void comparison_judge_absent(struct comparison *comparison, const struct merge_pair *pair)
{
	if (pair->row->state == HISTORY_RUNNING)
		comparison_judge_running(comparison, pair);
	else if (history_row_is_versioned(pair->row))
		judge_removed(comparison, pair);
}

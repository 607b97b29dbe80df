/* SPDX-License-Identifier: MIT */
#include "gate/comparison.h"

#include <string.h>

#include "bundles/version.h"
#include "gate/baseline.h"

static void report_checksum(struct comparison *comparison, const struct merge_pair *pair)
{
	struct lg_arena *strings = &comparison->verdict->strings;
	char was[LG_DIGEST_CHARS + 1];
	char is[LG_DIGEST_CHARS + 1];
	struct finding_text text;

	lg_digest_format(&pair->row->hashes.content, was);
	lg_digest_format(&pair->migration->up.hashes.content, is);
	text.message = lg_arena_addf(strings,
		"%s was changed after it was applied: its content was %s and is %s",
		comparison_describe(comparison, pair), was, is);
	text.hint = lg_arena_addf(strings,
		"put '%s' back as it was and make the change in a new migration, or accept it with "
		"this line in waivers.txt: checksum %s %s %s REASON",
		pair->migration->up.file, pair->migration->version, was, is);
	comparison_report(comparison, FINDING_CHECKSUM_CHANGED, POLICY_BLOCK, pair, text);
}

static void report_comment(struct comparison *comparison, const struct merge_pair *pair)
{
	struct lg_arena *strings = &comparison->verdict->strings;
	struct finding_text text = {
		.message = lg_arena_addf(strings,
			"%s was changed after it was applied, but only in comments or blanks",
			comparison_describe(comparison, pair)),
		.hint = lg_arena_addf(strings,
			"put '%s' back as it was, or let such changes pass with --policy "
			"cosmetic=allow",
			pair->migration->up.file),
	};

	comparison_report(comparison, FINDING_COMMENT_CHANGED,
		comparison_level(comparison, POLICY_COSMETIC), pair, text);
}

/* Holds the content of a migration against what was applied; false if it must not be so. */
static bool judge_content(struct comparison *comparison, const struct merge_pair *pair)
{
	const struct script_hashes *was = &pair->row->hashes;
	const struct script_hashes *is = &pair->migration->up.hashes;

	if (lg_digest_equal(&was->content, &is->content) ||
		comparison_use_waiver(
			comparison, waiver_index_find_checksum(&comparison->waivers,
					    pair->migration->version, &was->content, &is->content)))
		return true;
	if (!lg_digest_equal(&was->tokens, &is->tokens)) {
		report_checksum(comparison, pair);
		return false;
	}
	report_comment(comparison, pair);
	return true;
}

static void judge_down(struct comparison *comparison, const struct merge_pair *pair)
{
	struct lg_arena *strings = &comparison->verdict->strings;
	bool has_down = migration_has(&pair->migration->down);
	const char *change = "has another down script than it was applied with";
	struct finding_text text;

	if (has_down && !pair->row->has_down)
		change = "has a down script, but was applied without one";
	else if (!has_down && pair->row->has_down)
		change = "has lost the down script that it was applied with";
	else if (!has_down ||
		 lg_digest_equal(&pair->row->down_content, &pair->migration->down.hashes.content))
		return;

	text.message =
		lg_arena_addf(strings, "%s %s", comparison_describe(comparison, pair), change);
	text.hint = "a revert runs what was stored when it was applied; put the script back as it "
		    "was, or let such changes pass with --policy down=allow";
	comparison_report(comparison, FINDING_DOWN_CHANGED,
		comparison_level(comparison, POLICY_DOWN), pair, text);
}

static void judge_name(struct comparison *comparison, const struct merge_pair *pair)
{
	struct finding_text text;

	if (!pair->row->name || strcmp(pair->row->name, pair->migration->name) == 0 ||
		!lg_digest_equal(&pair->row->hashes.content, &pair->migration->up.hashes.content))
		return;
	text.message =
		lg_arena_addf(&comparison->verdict->strings, "%s was applied under the name '%s'",
			comparison_describe(comparison, pair), pair->row->name);
	text.hint = "its content is the same, so nothing runs; give the file its old name back to "
		    "end this warning";
	comparison_report(comparison, FINDING_RENAMED, POLICY_WARN, pair, text);
}

static void judge_applied(struct comparison *comparison, const struct merge_pair *pair)
{
	if (pair->migration->kind == MIGRATION_REPEATABLE)
		return;
	if (judge_content(comparison, pair))
		judge_down(comparison, pair);
	judge_name(comparison, pair);
}

/* Versions that a baseline stands for are never pending, so never late. */
static void judge_order(struct comparison *comparison, const struct merge_pair *pair)
{
	struct lg_arena *strings = &comparison->verdict->strings;
	const char *version = pair->migration->version;
	struct finding_text text;

	if (pair->migration->kind != MIGRATION_VERSIONED || !comparison->highest ||
		version_compare(version, comparison->highest) >= 0 ||
		baseline_covers(comparison->started_at, version))
		return;
	if (comparison_level(comparison, POLICY_ORDER) == POLICY_ALLOW ||
		comparison_use_waiver(
			comparison, waiver_index_find(&comparison->waivers, WAIVER_ORDER, version)))
		return;
	text.message =
		lg_arena_addf(strings, "%s is pending, but the later '%s' has already been applied",
			comparison_describe(comparison, pair), comparison->highest);
	text.hint = lg_arena_addf(strings,
		"give it a version above %s, or accept its place with this line in waivers.txt: "
		"order %s REASON",
		comparison->highest, version);
	comparison_report(comparison, FINDING_OUT_OF_ORDER,
		comparison_level(comparison, POLICY_ORDER), pair, text);
}

static void judge_present(struct comparison *comparison, const struct merge_pair *pair)
{
	if (!pair->row)
		judge_order(comparison, pair);
	else if (pair->row->state == HISTORY_RUNNING)
		comparison_judge_running(comparison, pair);
	else
		judge_applied(comparison, pair);
}

void comparison_judge_rows(struct comparison *comparison)
{
	struct merge merge = comparison_merge(comparison);
	struct merge_pair pair;

	while (merge_next(&merge, &pair))
		if (pair.migration)
			judge_present(comparison, &pair);
	comparison_find_contracted(comparison);
	merge = comparison_merge(comparison);
	while (merge_next(&merge, &pair))
		if (!pair.migration)
			comparison_judge_absent(comparison, &pair);
}

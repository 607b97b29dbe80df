/* SPDX-License-Identifier: MIT */
#include "gate/comparison.h"

#include <string.h>

#include "bundles/version.h"
#include "gate/baseline.h"

/* Two branches have taken one version, or somebody has changed what is shared. */
static struct finding_text describe_unlike_base(struct comparison *comparison,
	const struct merge_pair *pair, const char *was, const char *is)
{
	struct lg_arena *strings = &comparison->verdict->strings;
	const struct migration *migration = pair->migration;

	if (strcmp(pair->row->name, migration->name) != 0)
		return (struct finding_text){
			lg_arena_addf(strings,
				"version '%s' is taken: it is '%s' here and '%s' in the base",
				migration->version, migration->name, pair->row->name),
			"give the one that is new here a later version: lockgate rebase SOURCE "
			"--base BASE",
		};
	return (struct finding_text){
		lg_arena_addf(strings,
			"%s is not as in the base, where it may be applied already: its content "
			"was %s and is %s",
			comparison_describe(comparison, pair), was, is),
		lg_arena_addf(strings,
			"put '%s' back as the base has it and make the change in a new migration, "
			"or accept it with this line in waivers.txt: checksum %s %s %s REASON",
			migration->up.file, migration->version, was, is),
	};
}

static struct finding_text describe_changed(struct comparison *comparison,
	const struct merge_pair *pair, const char *was, const char *is)
{
	struct lg_arena *strings = &comparison->verdict->strings;

	return (struct finding_text){
		lg_arena_addf(strings,
			"%s was changed after it was applied: its content was %s and is %s",
			comparison_describe(comparison, pair), was, is),
		lg_arena_addf(strings,
			"put '%s' back as it was and make the change in a new migration, or accept "
			"it with this line in waivers.txt: checksum %s %s %s REASON",
			pair->migration->up.file, pair->migration->version, was, is),
	};
}

static void report_checksum(struct comparison *comparison, const struct merge_pair *pair)
{
	char was[LG_DIGEST_CHARS + 1];
	char is[LG_DIGEST_CHARS + 1];

	lg_digest_format(&pair->row->hashes.content, was);
	lg_digest_format(&pair->migration->up.hashes.content, is);
	comparison_report(comparison, FINDING_CHECKSUM_CHANGED, POLICY_BLOCK, pair,
		comparison->question->base ? describe_unlike_base(comparison, pair, was, is)
					   : describe_changed(comparison, pair, was, is));
}

static void report_comment(struct comparison *comparison, const struct merge_pair *pair)
{
	struct lg_arena *strings = &comparison->verdict->strings;
	struct finding_text text = {
		.message = lg_arena_addf(strings, "%s %s, but only in comments or blanks",
			comparison_describe(comparison, pair),
			comparison->question->base ? "is not as in the base"
						   : "was changed after it was applied"),
		.hint = lg_arena_addf(strings,
			"put '%s' back as it was, or let such changes pass with --policy "
			"cosmetic=allow",
			pair->migration->up.file),
	};

	comparison_report(comparison, FINDING_COMMENT_CHANGED,
		comparison_level(comparison, POLICY_COSMETIC), pair, text);
}

/* The file is the same; what its migration library makes of it is not. */
static void judge_compilation(struct comparison *comparison, const struct merge_pair *pair)
{
	const struct migration_part *up = &pair->migration->up;
	struct finding_text text;

	if (!up->compiled || lg_digest_equal(&pair->row->hashes.raw, &up->hashes.raw))
		return;
	text.message = lg_arena_addf(&comparison->verdict->strings,
		"%s was compiled to other SQL than was applied, from the same file",
		comparison_describe(comparison, pair));
	text.hint =
		"nothing runs; look for an upgrade of Sequelize, another NODE_ENV, or a change in "
		"a file that it imports";
	comparison_report(comparison, FINDING_RECOMPILED, POLICY_WARN, pair, text);
}

/* True if the base has accepted the step from this content to its own: this branch is older. */
static bool is_superseded(const struct comparison *comparison, const struct merge_pair *pair)
{
	const struct bundle *base = comparison->question->base;

	for (size_t i = 0; base && i < base->waivers.count; i++) {
		const struct waiver *waiver = &base->waivers.items[i];

		if (waiver->kind == WAIVER_CHECKSUM &&
			lg_digest_equal(
				&waiver->old_content, &pair->migration->up.hashes.content) &&
			lg_digest_equal(&waiver->new_content, &pair->row->hashes.content))
			return true;
	}
	return false;
}

/* Holds the content of a migration against what was applied; false if it must not be so. */
static bool judge_content(struct comparison *comparison, const struct merge_pair *pair)
{
	const struct script_hashes *was = &pair->row->hashes;
	const struct script_hashes *is = &pair->migration->up.hashes;

	if (lg_digest_equal(&was->content, &is->content) || is_superseded(comparison, pair) ||
		waiver_use(waiver_index_find_checksum(&comparison->waivers,
				   pair->migration->version, &was->content, &is->content),
			comparison->verdict))
		return true;
	if (!lg_digest_equal(&was->tokens, &is->tokens)) {
		report_checksum(comparison, pair);
		return false;
	}
	report_comment(comparison, pair);
	return true;
}

/* What has become of the down script; NULL: nothing. */
static const char *describe_down(const struct comparison *comparison, const struct merge_pair *pair)
{
	const bool is_base = comparison->question->base != NULL;
	const bool has_down = migration_has(&pair->migration->down);

	if (has_down && !pair->row->has_down)
		return is_base ? "has a down script, but none in the base"
			       : "has a down script, but was applied without one";
	if (!has_down && pair->row->has_down)
		return is_base ? "has lost the down script that it has in the base"
			       : "has lost the down script that it was applied with";
	if (!has_down ||
		lg_digest_equal(&pair->row->down_content, &pair->migration->down.hashes.content))
		return NULL;
	return is_base ? "has another down script than in the base"
		       : "has another down script than it was applied with";
}

static void judge_down(struct comparison *comparison, const struct merge_pair *pair)
{
	struct lg_arena *strings = &comparison->verdict->strings;
	const char *change = describe_down(comparison, pair);
	struct finding_text text;

	if (!change)
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
	text.message = lg_arena_addf(&comparison->verdict->strings, "%s %s '%s'",
		comparison_describe(comparison, pair),
		comparison->question->base ? "is in the base under the name"
					   : "was applied under the name",
		pair->row->name);
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
	if (lg_digest_equal(&pair->row->hashes.content, &pair->migration->up.hashes.content))
		judge_compilation(comparison, pair);
	judge_name(comparison, pair);
}

static struct finding_text describe_late(
	struct comparison *comparison, const struct merge_pair *pair)
{
	struct lg_arena *strings = &comparison->verdict->strings;
	const char *subject = comparison_describe(comparison, pair);
	const char *version = pair->migration->version;
	const char *highest = comparison->highest;

	if (comparison->question->base)
		return (struct finding_text){
			lg_arena_addf(strings,
				"%s is new here, but the base has the later '%s' already", subject,
				highest),
			lg_arena_addf(strings,
				"give it a version above %s: lockgate rebase SOURCE --base BASE; "
				"or accept its place with this line in waivers.txt: order %s "
				"REASON",
				highest, version),
		};
	return (struct finding_text){
		lg_arena_addf(strings, "%s is pending, but the later '%s' has already been applied",
			subject, highest),
		lg_arena_addf(strings,
			"give it a version above %s, or accept its place with this line in "
			"waivers.txt: order %s REASON",
			highest, version),
	};
}

/* Versions that a baseline stands for are never pending, so never late. */
static void judge_order(struct comparison *comparison, const struct merge_pair *pair)
{
	const char *version = pair->migration->version;

	if (pair->migration->kind != MIGRATION_VERSIONED || !comparison->highest ||
		version_compare(version, comparison->highest) >= 0 ||
		baseline_covers(comparison->started_at, version) ||
		comparison_is_moved(comparison, pair->migration))
		return;
	if (comparison_level(comparison, POLICY_ORDER) == POLICY_ALLOW ||
		waiver_use(waiver_index_find(&comparison->waivers, WAIVER_ORDER, version),
			comparison->verdict))
		return;
	comparison_report(comparison, FINDING_OUT_OF_ORDER,
		comparison_level(comparison, POLICY_ORDER), pair, describe_late(comparison, pair));
}

/* Its script was left out of the bundle, so to apply it would record what was not done. */
static void judge_adopted_only(struct comparison *comparison, const struct merge_pair *pair)
{
	struct lg_arena *strings = &comparison->verdict->strings;
	const char *version = pair->migration->version;
	struct finding_text text;

	if (pair->migration->kind != MIGRATION_VERSIONED ||
		baseline_covers(comparison->started_at, version) ||
		!waiver_index_find(&comparison->waivers, WAIVER_ADOPTED_ONLY, version))
		return;
	text.message = lg_arena_addf(strings,
		"%s is pending, but waivers.txt says that it can only be adopted",
		comparison_describe(comparison, pair));
	text.hint = lg_arena_addf(strings,
		"if this database has it, adopt it: lockgate adopt SOURCE --from sequelize; if it is "
		"new, put 'recorded %s REASON' into waivers.txt instead, or start it from a baseline",
		version);
	comparison_report(comparison, FINDING_ADOPTED_ONLY, POLICY_BLOCK, pair, text);
}

static void judge_pending(struct comparison *comparison, const struct merge_pair *pair)
{
	judge_order(comparison, pair);
	judge_adopted_only(comparison, pair);
}

static void judge_present(struct comparison *comparison, const struct merge_pair *pair)
{
	if (!pair->row)
		judge_pending(comparison, pair);
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

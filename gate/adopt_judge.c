/* SPDX-License-Identifier: MIT */

/* What speaks against adopting another tool's history, or stays open: a part of adopting.h. */

#include <string.h>

#include "base/mem.h"
#include "gate/adopting.h"
#include "gate/foreign_checksum.h"
#include "gate/foreign_name.h"
#include "gate/waiver_index.h"

struct judging {
	const struct adopt_request *request;
	const struct bundle *bundle;
	const struct foreign_trait *trait;
	struct gate_adoption *out;
	struct gate_verdict *verdict;
	struct waiver_index waivers;
	const char *const *atlas; /* the hash of each migration of the bundle; NULL: another tool */
	bool atlas_differs;       /* from some file on, so nothing more can be told */
};

static const char *table_of(const struct judging *judging)
{
	return judging->out->foreign.table->name;
}

static void judge_unknown(struct judging *judging, const struct foreign_entry *entry)
{
	struct lg_arena *strings = &judging->verdict->strings;
	enum policy_level level = judging->request->request->policy->levels[POLICY_REMOVED];
	const char *version = foreign_version_of(judging->request->from, entry, strings);
	struct waiver_entry *waiver = waiver_index_find(&judging->waivers, WAIVER_REMOVED, version);
	struct gate_finding *finding;

	if (waiver_use(waiver, judging->verdict) || level == POLICY_ALLOW)
		return;
	finding = verdict_add(judging->verdict, FINDING_REMOVED,
		level == POLICY_BLOCK ? FINDING_BLOCK : FINDING_WARN,
		lg_arena_addf(strings,
			"'%s' was applied by %s, says '%s', but the source does not "
			"have it",
			entry->identity, judging->trait->name, table_of(judging)),
		lg_arena_addf(strings,
			"put its file back, or accept that it is gone with this line in "
			"waivers.txt: removed %s REASON, or all such with --policy removed=warn",
			version));
	finding->kind = MIGRATION_VERSIONED;
	finding->version = lg_arena_add(strings, version);
	finding->name = lg_arena_add(strings, "");
}

static const char *describe(struct judging *judging, const struct migration *migration)
{
	return lg_arena_addf(&judging->verdict->strings, "migration '%s' (%s)", migration->version,
		migration->name);
}

static void report(struct judging *judging, enum finding_code code, enum finding_severity severity,
	const struct migration *migration, const char *message, const char *hint)
{
	struct gate_finding *finding = verdict_add(judging->verdict, code, severity, message, hint);

	finding->kind = migration->kind;
	finding->version = migration->version;
	finding->name = migration->name;
	finding->file = migration->up.file;
	finding->line = migration->up.first_line;
	finding->column = 1;
}

/* The waiver names what the tool has by the digest of its text, for that has no content of ours. */
static void judge_changed(struct judging *judging, const struct foreign_pair *pair)
{
	struct lg_arena *strings = &judging->verdict->strings;
	const struct migration *migration = pair->migration;
	const char *stored = pair->entry->checksum;
	struct lg_digest old = lg_digest_of(stored, strlen(stored));
	struct waiver_entry *waiver = waiver_index_find_checksum(
		&judging->waivers, migration->version, &old, &migration->up.hashes.content);
	char old_hex[LG_DIGEST_CHARS + 1];
	char new_hex[LG_DIGEST_CHARS + 1];

	if (waiver_use(waiver, judging->verdict))
		return;
	lg_digest_format(&old, old_hex);
	lg_digest_format(&migration->up.hashes.content, new_hex);
	report(judging, FINDING_CHECKSUM_CHANGED, FINDING_BLOCK, migration,
		lg_arena_addf(strings,
			"%s is not the script that %s has applied: '%s' has the checksum %s for "
			"it, and '%s' has another one",
			describe(judging, migration), judging->trait->name, table_of(judging),
			stored, migration->up.file),
		lg_arena_addf(strings,
			"put the script back as it was, or accept the change with this line in "
			"waivers.txt: checksum %s %s %s REASON",
			migration->version, old_hex, new_hex));
}

static void judge_unproven(struct judging *judging, const struct foreign_pair *pair)
{
	struct lg_arena *strings = &judging->verdict->strings;
	const char *stored = pair->entry->checksum;

	report(judging, FINDING_UNPROVEN, FINDING_WARN, pair->migration,
		lg_arena_addf(strings,
			"'%s' has %s for %s, so nothing tells whether it is the script that %s has "
			"applied",
			table_of(judging),
			stored ? "no checksum that can be computed again" : "no checksum",
			describe(judging, pair->migration), judging->trait->name),
		"look at it; from now on lockgate knows its content");
}

/* A file that is not as it was changes the hash of every later one too. */
static enum foreign_proof prove_by_atlas(struct judging *judging, const struct foreign_pair *pair)
{
	const char *stored = pair->entry->checksum;

	if (judging->atlas_differs)
		return FOREIGN_UNPROVEN;
	if (strncmp(stored, "h1:", 3) == 0)
		stored += 3;
	if (strcmp(stored, judging->atlas[pair->migration - judging->bundle->migrations]) == 0)
		return FOREIGN_PROVEN;
	judging->atlas_differs = true;
	return FOREIGN_CHANGED;
}

static enum lg_status prove(struct judging *judging, const struct foreign_pair *pair,
	enum foreign_proof *out, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	enum foreign_tool tool = judging->request->from;

	*out = FOREIGN_UNPROVEN;
	if (!foreign_checksum_is_known(tool, pair->entry->checksum))
		return LG_OK;
	if (judging->atlas) {
		*out = prove_by_atlas(judging, pair);
		return LG_OK;
	}
	if (bundle_view(judging->bundle, &pair->migration->up, &view, err))
		return err->status;
	if (foreign_checksum_fits(tool, pair->entry->checksum, view.text, view.len))
		*out = FOREIGN_PROVEN;
	else if (tool == FOREIGN_LIQUIBASE || pair->migration->up.first_line == 1)
		*out = FOREIGN_CHANGED;
	/* Else the script is a part of its file, and the rest is not in the bundle. */
	return LG_OK;
}

/* A repeatable that has changed since is to run again, so it is none of those that are adopted. */
static void forget_pair(struct judging *judging, size_t index)
{
	struct foreign_match *match = &judging->out->match;

	match->count--;
	for (size_t i = index; i < match->count; i++)
		match->pairs[i] = match->pairs[i + 1];
}

static enum lg_status judge_pairs(struct judging *judging, struct lg_error *err)
{
	struct foreign_match *match = &judging->out->match;
	enum foreign_proof proof = FOREIGN_UNPROVEN;

	for (size_t i = 0; i < match->count;) {
		const struct foreign_pair pair = match->pairs[i];

		if (pair.is_assumed) {
			i++;
			continue;
		}
		if (prove(judging, &pair, &proof, err))
			return err->status;
		if (proof == FOREIGN_CHANGED && pair.entry->is_repeatable) {
			forget_pair(judging, i);
			continue;
		}
		if (proof == FOREIGN_CHANGED)
			judge_changed(judging, &pair);
		if (proof == FOREIGN_UNPROVEN)
			judge_unproven(judging, &pair);
		i++;
	}
	return LG_OK;
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* One line for what is the same for all. */
static void judge_whole(struct judging *judging)
{
	const struct foreign_match *match = &judging->out->match;
	struct lg_arena *strings = &judging->verdict->strings;
	const char *hint = "compare the schema with a fresh one that has all of them, if in doubt";
	const struct foreign_entry *baseline = NULL;
	size_t assumed = 0;

	for (size_t i = 0; i < match->count; i++)
		if (match->pairs[i].is_assumed) {
			baseline = match->pairs[i].entry;
			assumed++;
		}
	if (assumed > 0)
		(void)verdict_add(judging->verdict, FINDING_UNPROVEN, FINDING_WARN,
			lg_arena_addf(strings,
				"%s says '%s' and nothing of what stands before it, so %zu "
				"migration%s up to it count%s as applied without proof",
				judging->trait->name, baseline->identity, assumed, plural(assumed),
				assumed == 1 ? "s" : ""),
			hint);
	if (!judging->trait->has_checksums && match->count > assumed)
		(void)verdict_add(judging->verdict, FINDING_UNPROVEN, FINDING_WARN,
			lg_arena_addf(strings,
				"%s records no checksums, so nothing tells whether the scripts of "
				"%zu migration%s are those that it has applied",
				judging->trait->name, match->count - assumed,
				plural(match->count - assumed)),
			hint);
}

enum lg_status adopting_judge(
	const struct adopt_request *request, struct gate_adoption *out, struct lg_error *err)
{
	const struct bundle *bundle = request->request->bundle;
	struct judging judging = {
		.request = request,
		.bundle = bundle,
		.trait = foreign_trait(request->from),
		.out = out,
		.verdict = &out->verdict,
	};
	enum lg_status status = LG_OK;

	waiver_index_init(&judging.waivers, &bundle->waivers);
	judge_whole(&judging);
	for (size_t i = 0; i < out->match.unknown_count; i++)
		judge_unknown(&judging, out->match.unknown[i]);
	if (request->from == FOREIGN_ATLAS)
		status = foreign_atlas_hashes(bundle, &out->match.strings, &judging.atlas, err);
	if (!status && judging.trait->has_checksums)
		status = judge_pairs(&judging, err);
	waiver_index_release(&judging.waivers);
	return status;
}

/* SPDX-License-Identifier: MIT */
#include "gate/foreign_match.h"

#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "bundles/version.h"
#include "gate/foreign_name.h"

/* A migration and what its tool knows it by. */
struct item {
	const char *key;
	const struct migration *migration;
};

struct matching {
	const struct bundle *bundle;
	const struct foreign_history *foreign;
	struct foreign_match *out;
	struct item *items; /* versioned migrations and repeatables, by key */
	size_t count;
	bool *is_paired; /* of each migration of the bundle */
};

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left;
	const struct item *b = right;
	int order = strcmp(a->key, b->key);

	return order ? order : (a->migration > b->migration) - (a->migration < b->migration);
}

static void index_bundle(struct matching *matching)
{
	const struct bundle *bundle = matching->bundle;

	matching->items = lg_calloc(bundle->count, sizeof(*matching->items));
	for (size_t i = 0; i < bundle->count; i++) {
		const struct migration *migration = &bundle->migrations[i];

		if (migration->kind == MIGRATION_SEED)
			continue;
		matching->items[matching->count++] = (struct item){
			.key = migration->kind == MIGRATION_REPEATABLE
				       ? migration->name
				       : foreign_key_of_migration(matching->foreign->tool,
						 migration, &matching->out->strings),
			.migration = migration};
	}
	qsort(matching->items, matching->count, sizeof(*matching->items), compare_items);
}

/* The number of the first item that is not below the key. */
static size_t find_first(const struct matching *matching, const char *key)
{
	size_t low = 0;
	size_t high = matching->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(matching->items[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* 2: the path is the file; 1: their last parts are equal, or there is no path to hold it against.
 */
static int fit_path(const struct foreign_entry *entry, const struct migration *migration)
{
	if (!entry->path)
		return 1;
	if (strcmp(entry->path, migration->up.file) == 0)
		return 2;
	return strcmp(lg_path_base(entry->path), lg_path_base(migration->up.file)) == 0;
}

static const struct migration *find_by_key(
	const struct matching *matching, const struct foreign_entry *entry)
{
	const char *key =
		foreign_key_of_entry(matching->foreign->tool, entry, &matching->out->strings);
	bool by_path = foreign_trait(matching->foreign->tool)->key == FOREIGN_BY_CHANGESET;
	const struct migration *found = NULL;
	int highest = by_path ? 0 : -1;

	for (size_t i = find_first(matching, key);
		i < matching->count && strcmp(matching->items[i].key, key) == 0; i++) {
		const struct migration *migration = matching->items[i].migration;
		int value = fit_path(entry, migration);

		if ((migration->kind == MIGRATION_REPEATABLE) != entry->is_repeatable ||
			value <= highest)
			continue;
		highest = value;
		found = migration;
	}
	return found;
}

/* Leading zeros and 1.0 for 1 make no difference. */
static const struct migration *find_by_version(
	const struct matching *matching, const struct foreign_entry *entry)
{
	const char *version =
		foreign_version(matching->foreign->tool, entry->identity, &matching->out->strings);
	const struct migration *found = bundle_find(matching->bundle, MIGRATION_VERSIONED, version);

	return found ? found : bundle_find(matching->bundle, MIGRATION_BASELINE, version);
}

static const struct migration *find(
	const struct matching *matching, const struct foreign_entry *entry)
{
	if (foreign_trait(matching->foreign->tool)->key == FOREIGN_BY_VERSION &&
		!entry->is_repeatable)
		return find_by_version(matching, entry);
	return find_by_key(matching, entry);
}

static void add_pair(struct matching *matching, const struct foreign_entry *entry,
	const struct migration *migration, bool is_assumed)
{
	struct foreign_match *out = matching->out;
	bool *is_paired = &matching->is_paired[migration - matching->bundle->migrations];

	if (*is_paired)
		return;
	*is_paired = true;
	out->pairs = lg_grow(out->pairs, out->count, sizeof(*out->pairs));
	out->pairs[out->count++] = (struct foreign_pair){
		.entry = entry, .migration = migration, .is_assumed = is_assumed};
}

static void add_unknown(struct foreign_match *out, const struct foreign_entry *entry)
{
	out->unknown =
		lg_grow(out->unknown, out->unknown_count, sizeof(const struct foreign_entry *));
	out->unknown[out->unknown_count++] = entry;
}

/* Of the bundle's baselines, the highest one that is reached is one of them. */
static void add_covered(struct matching *matching, const struct foreign_entry *entry)
{
	const struct bundle *bundle = matching->bundle;
	const char *version =
		foreign_version(matching->foreign->tool, entry->identity, &matching->out->strings);
	const struct migration *baseline = NULL;

	if (!version_is_valid(version)) {
		add_unknown(matching->out, entry);
		return;
	}
	for (size_t i = 0; i < bundle->count; i++) {
		const struct migration *migration = &bundle->migrations[i];

		if (migration->kind > MIGRATION_BASELINE ||
			version_compare(migration->version, version) > 0)
			continue;
		if (migration->kind == MIGRATION_BASELINE)
			baseline = migration;
		else
			add_pair(matching, entry, migration, true);
	}
	if (baseline)
		add_pair(matching, entry, baseline, true);
}

static void match_entry(struct matching *matching, const struct foreign_entry *entry)
{
	const struct migration *migration;

	switch (entry->state) {
	case FOREIGN_APPLIED:
		migration = find(matching, entry);
		if (migration)
			add_pair(matching, entry, migration, false);
		else
			add_unknown(matching->out, entry);
		break;
	case FOREIGN_FAILED:
		if (!matching->out->doubtful)
			matching->out->doubtful = entry;
		break;
	case FOREIGN_BASELINE:
		add_covered(matching, entry);
		break;
	case FOREIGN_UNDONE:
	case FOREIGN_FORGOTTEN:
		break;
	}
}

/* Migrations that stand below the newest one that was applied, and were not. */
static void find_late(struct matching *matching)
{
	const struct bundle *bundle = matching->bundle;
	struct foreign_match *out = matching->out;
	size_t newest = 0;

	for (size_t i = 0; i < bundle->count; i++)
		if (matching->is_paired[i] && bundle->migrations[i].kind <= MIGRATION_BASELINE)
			newest = i;
	for (size_t i = 0; i < newest; i++) {
		if (matching->is_paired[i] || bundle->migrations[i].kind != MIGRATION_VERSIONED)
			continue;
		out->late = lg_grow(out->late, out->late_count, sizeof(const struct migration *));
		out->late[out->late_count++] = &bundle->migrations[i];
	}
}

void foreign_match_make(const struct bundle *bundle, const struct foreign_history *foreign,
	struct foreign_match *out)
{
	LG_FREE_BY_SCOPE bool *is_paired = lg_calloc(bundle->count, sizeof(*is_paired));
	struct matching matching = {
		.bundle = bundle, .foreign = foreign, .out = out, .is_paired = is_paired};

	*out = (struct foreign_match){0};
	index_bundle(&matching);
	for (size_t i = 0; i < foreign->count; i++)
		if (!foreign->entries[i].is_superseded)
			match_entry(&matching, &foreign->entries[i]);
	find_late(&matching);
	free(matching.items);
}

void foreign_match_release(struct foreign_match *match)
{
	free(match->pairs);
	free(match->unknown);
	free(match->late);
	lg_arena_release(&match->strings);
	*match = (struct foreign_match){0};
}

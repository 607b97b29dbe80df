/* SPDX-License-Identifier: MIT */
#include "bundles/renumber.h"

#include <string.h>

#include "base/mem.h"
#include "bundles/version.h"
#include "bundles/version_step.h"

void renumber_plan_release(struct renumber_plan *plan)
{
	free(LG_TAKE(plan->steps));
	plan->count = 0;
	lg_arena_release(&plan->strings);
}

static bool has_same_content(const struct migration *a, const struct migration *b)
{
	return lg_digest_equal(&a->up.hashes.content, &b->up.hashes.content);
}

static bool is_in_base(const struct bundle *base, const struct migration *migration)
{
	const struct migration *theirs = bundle_find(base, migration->kind, migration->version);

	return theirs &&
	       (strcmp(theirs->name, migration->name) == 0 || has_same_content(theirs, migration));
}

/* Renumbering it once more would run it twice where the base is applied. */
static enum lg_status check_twin(
	const struct bundle *base, const struct migration *migration, struct lg_error *err)
{
	for (size_t i = 0; i < base->count; i++) {
		const struct migration *theirs = &base->migrations[i];

		if (theirs->kind != migration->kind || migration->up.statements == 0 ||
			!has_same_content(theirs, migration) ||
			strcmp(theirs->name, migration->name) != 0)
			continue;
		(void)lg_fail(err, LG_REFUSED, "'%s' is in the base already, as '%s'",
			migration->up.file, theirs->up.file);
		return lg_hint(err, "delete it, and merge the base if that one is missing here");
	}
	return LG_OK;
}

/* A baseline that is new here says what the database is like at its version. */
static enum lg_status check_baselines(const struct bundle *folder, const struct bundle *base,
	const struct migration *migration, struct lg_error *err)
{
	for (size_t i = 0; i < folder->count && migration->kind == MIGRATION_VERSIONED; i++) {
		const struct migration *baseline = &folder->migrations[i];

		if (baseline->kind != MIGRATION_BASELINE || is_in_base(base, baseline) ||
			version_compare(baseline->version, migration->version) < 0)
			continue;
		(void)lg_fail(err, LG_REFUSED,
			"'%s' needs a later version, but the baseline '%s' stands for it",
			migration->up.file, baseline->up.file);
		return lg_hint(err, "make the baseline anew when the base is merged");
	}
	return LG_OK;
}

static bool is_shared(const struct bundle *base, const struct waiver *waiver)
{
	for (size_t i = 0; i < base->waivers.count; i++) {
		const struct waiver *theirs = &base->waivers.items[i];

		if (theirs->kind == waiver->kind && strcmp(theirs->version, waiver->version) == 0 &&
			strcmp(theirs->reason, waiver->reason) == 0)
			return true;
	}
	return false;
}

/* What was reviewed for a version is not carried over to another one by a program. */
static enum lg_status check_waivers(const struct bundle *folder, const struct bundle *base,
	const struct migration *migration, struct lg_error *err)
{
	for (size_t i = 0; i < folder->waivers.count; i++) {
		const struct waiver *waiver = &folder->waivers.items[i];

		if (!version_is_valid(waiver->version) ||
			version_compare(waiver->version, migration->version) != 0 ||
			is_shared(base, waiver))
			continue;
		(void)lg_fail(err, LG_REFUSED,
			"'%s' needs a later version, but waivers.txt has a line for this one: %s "
			"%s",
			migration->up.file, waiver_kind_name(waiver->kind), waiver->version);
		return lg_hint(err,
			"take that line out, rebase, and write one for the new version if it still "
			"needs one");
	}
	return LG_OK;
}

/* The base's highest version of that kind, baselines counting as versions; NULL for none. */
static const char *highest_of(const struct bundle *base, enum migration_kind kind)
{
	const char *highest = NULL;

	for (size_t i = 0; i < base->count; i++)
		if (base->migrations[i].kind == kind ||
			(kind == MIGRATION_VERSIONED &&
				base->migrations[i].kind == MIGRATION_BASELINE))
			highest = base->migrations[i].version;
	return highest;
}

/* The migrations of one kind that the base has not, in order. */
struct own {
	const struct migration **items;
	size_t count;
};

static void drop_own(struct own *own)
{
	free(own->items);
}

static void collect(const struct bundle *folder, const struct bundle *base,
	enum migration_kind kind, struct own *out)
{
	out->items = lg_calloc(folder->count, sizeof(const struct migration *));
	for (size_t i = 0; i < folder->count; i++)
		if (folder->migrations[i].kind == kind && !is_in_base(base, &folder->migrations[i]))
			out->items[out->count++] = &folder->migrations[i];
}

/* The first own version above `last`, which can stay if what goes before it stays below. */
static const char *next_above(const struct own *own, size_t from, const char *last)
{
	for (size_t i = from; i < own->count; i++)
		if (version_compare(own->items[i]->version, last) > 0)
			return own->items[i]->version;
	return NULL;
}

/* True if a migration of that name has the version, whose files would be in the way. */
static bool is_taken(
	const struct bundle *folder, const struct migration *migration, const char *version)
{
	for (size_t i = 0; i < folder->count; i++) {
		const struct migration *other = &folder->migrations[i];

		if (other->kind == migration->kind && strcmp(other->name, migration->name) == 0 &&
			version_compare(other->version, version) == 0)
			return true;
	}
	return false;
}

/* The next version above `last` for the migration, below `above` if there is room. */
static const char *choose_version(struct renumber_plan *plan, const struct bundle *folder,
	const struct migration *migration, const char *last, const char *above)
{
	const char *style = migration->version;
	LG_FREE_BY_SCOPE char *version = version_after_at(last, style, plan->moment_us);

	if (above && version_compare(version, above) >= 0) {
		free(version);
		version = version_after(last, style);
	}
	while (is_taken(folder, migration, version)) {
		char *next = version_after(version, style);

		free(version);
		version = next;
	}
	return lg_arena_add(&plan->strings, version);
}

static void add_step(
	struct renumber_plan *plan, const struct migration *migration, const char *version)
{
	plan->steps = lg_grow(plan->steps, plan->count, sizeof(*plan->steps));
	plan->steps[plan->count++] = (struct renumber_step){migration, version};
}

static enum lg_status plan_kind(const struct bundle *folder, const struct bundle *base,
	enum migration_kind kind, struct renumber_plan *out, struct lg_error *err)
{
	LG_CLEANUP(drop_own) struct own own = {0};
	const char *last = highest_of(base, kind);

	collect(folder, base, kind, &own);
	for (size_t i = 0; i < own.count && last; i++) {
		const struct migration *migration = own.items[i];

		if (version_compare(migration->version, last) > 0) {
			last = migration->version;
			continue;
		}
		if (check_twin(base, migration, err) ||
			check_baselines(folder, base, migration, err) ||
			check_waivers(folder, base, migration, err))
			return err->status;
		last = choose_version(out, folder, migration, last, next_above(&own, i + 1, last));
		add_step(out, migration, last);
	}
	return LG_OK;
}

enum lg_status renumber_plan(const struct bundle *folder, const struct bundle *base,
	int64_t moment_us, struct renumber_plan *out, struct lg_error *err)
{
	out->moment_us = moment_us;
	if (plan_kind(folder, base, MIGRATION_VERSIONED, out, err))
		return err->status;
	return plan_kind(folder, base, MIGRATION_SEED, out, err);
}

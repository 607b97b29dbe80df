/* SPDX-License-Identifier: MIT */
#include "bundles/migration.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/version.h"

static const char *const kind_names[] = {
	[MIGRATION_VERSIONED] = "versioned",
	[MIGRATION_BASELINE] = "baseline",
	[MIGRATION_REPEATABLE] = "repeatable",
	[MIGRATION_SEED] = "seed",
};

static const char *const role_names[] = {
	[SCRIPT_UP] = "up",
	[SCRIPT_DOWN] = "down",
	[SCRIPT_CHECK] = "check",
};

const char *migration_role_name(enum script_role role)
{
	return role_names[role];
}

const char *migration_kind_name(enum migration_kind kind)
{
	return kind_names[kind];
}

bool migration_kind_parse(const char *name, enum migration_kind *out)
{
	for (size_t i = 0; i < LG_COUNT_OF(kind_names); i++)
		if (strcmp(kind_names[i], name) == 0) {
			*out = (enum migration_kind)i;
			return true;
		}
	return false;
}

/* Versioned migrations and baselines share one row of versions. */
static int rank_of(enum migration_kind kind)
{
	return kind == MIGRATION_BASELINE ? MIGRATION_VERSIONED : (int)kind;
}

int migration_compare(const struct migration *a, const struct migration *b)
{
	int order = rank_of(a->kind) - rank_of(b->kind);

	if (order)
		return order;
	if (a->kind == MIGRATION_REPEATABLE)
		return strcmp(a->version, b->version);
	order = version_compare(a->version, b->version);
	return order ? order : (int)b->kind - (int)a->kind;
}

/* Letter case of ASCII only: no locale may change what a bundle is. */
static unsigned char fold(char character)
{
	return (unsigned char)(character >= 'A' && character <= 'Z' ? character | 0x20 : character);
}

static int compare_folded(const char *a, const char *b)
{
	while (*a && fold(*a) == fold(*b)) {
		a++;
		b++;
	}
	return (int)fold(*a) - (int)fold(*b);
}

static int compare_names(const void *a, const void *b)
{
	const struct migration *const *left = a;
	const struct migration *const *right = b;

	return compare_folded((*left)->version, (*right)->version);
}

static enum lg_status refuse_letter_case(const struct migration **repeatables, size_t count,
	const struct migration **out_culprit, struct lg_error *err)
{
	qsort(repeatables, count, sizeof(const struct migration *), compare_names);
	for (size_t i = 1; i < count; i++) {
		const struct migration *a = repeatables[i - 1];
		const struct migration *b = repeatables[i];

		if (compare_names(&a, &b) != 0)
			continue;
		*out_culprit = b;
		return lg_fail(err, LG_FORMAT, "'%s' and '%s' differ only in letter case",
			a->up.file, b->up.file);
	}
	return LG_OK;
}

/* Byte order keeps names that differ in letter case apart, so they are sorted once more. */
static enum lg_status check_repeatables(
	const struct migration *migrations, size_t count, size_t *out_culprit, struct lg_error *err)
{
	const struct migration *culprit = migrations;
	LG_FREE_BY_SCOPE const struct migration **repeatables = NULL;
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += migrations[i].kind == MIGRATION_REPEATABLE;
	if (found < 2)
		return LG_OK;

	repeatables = lg_calloc(found, sizeof(const struct migration *));
	found = 0;
	for (size_t i = 0; i < count; i++)
		if (migrations[i].kind == MIGRATION_REPEATABLE)
			repeatables[found++] = &migrations[i];
	if (refuse_letter_case(repeatables, found, &culprit, err) == LG_OK)
		return LG_OK;
	*out_culprit = (size_t)(culprit - migrations);
	return err->status;
}

enum lg_status migration_check_order(
	const struct migration *migrations, size_t count, size_t *out_culprit, struct lg_error *err)
{
	for (size_t i = 1; i < count; i++) {
		const struct migration *before = &migrations[i - 1];
		const struct migration *after = &migrations[i];
		int order = migration_compare(before, after);

		if (order >= 0)
			*out_culprit = i;
		if (order == 0)
			return lg_fail(err, LG_FORMAT, "version '%s' is in '%s' and in '%s'",
				after->version, before->up.file, after->up.file);
		if (order > 0)
			return lg_fail(err, LG_FORMAT, "'%s' stands before '%s'", before->up.file,
				after->up.file);
	}
	return check_repeatables(migrations, count, out_culprit, err);
}

struct migration_part *migration_part_of(struct migration *migration, enum script_role role)
{
	if (role == SCRIPT_DOWN)
		return &migration->down;
	return role == SCRIPT_CHECK ? &migration->check : &migration->up;
}

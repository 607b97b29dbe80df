/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_MIGRATION_H
#define LOCKGATE_BUNDLES_MIGRATION_H

/* One unit of change, as a folder or a bundle describes it. All texts are borrowed from there. */

#include <stdbool.h>
#include <stdint.h>

#include "bundles/directive.h"
#include "bundles/script.h"

/* In the order in which they are applied: see migration_compare(). */
enum migration_kind {
	MIGRATION_VERSIONED,
	MIGRATION_BASELINE,   /* where a fresh database starts */
	MIGRATION_REPEATABLE, /* runs again whenever its content changed; its version is its name */
	MIGRATION_SEED,       /* data, run on request only */
};

/* One script of a migration. */
struct migration_part {
	const char *file;    /* its name in the folder; NULL: the migration has no such part */
	uint32_t first_line; /* the line of `file` on which the part begins, from 1 */
	uint32_t statements;
	uint64_t offset, size;       /* where its bytes are in the bundle's store */
	struct script_hashes hashes; /* of a compiled part, content and tokens are the file's */
	const char *compiled; /* the NODE_ENV that it was made under, or ""; NULL: it was not */
	struct directives directives;
};

struct migration {
	enum migration_kind kind;
	const char *version;
	const char *name;
	struct migration_part up, down, check;
};

/* "versioned", "baseline", "repeatable", "seed": the words of manifest and history. */
const char *migration_kind_name(enum migration_kind kind);

/* False if `name` is no kind's word. */
bool migration_kind_parse(const char *name, enum migration_kind *out);

/*
 * The order of a manifest: versioned migrations and baselines by version (a baseline first among
 * equals), then repeatables by name in byte order, then seeds by version. 0 only for equals.
 */
int migration_compare(const struct migration *a, const struct migration *b);

/*
 * Holds `count` migrations against what a manifest demands: each after the one before it, none
 * twice, and no two repeatables whose names differ only in letter case (ASCII). The sentence
 * names both files. Errors: LG_FORMAT, with the place of the later one in *out_culprit.
 */
LG_MUST_USE
enum lg_status migration_check_order(const struct migration *migrations, size_t count,
	size_t *out_culprit, struct lg_error *err);

/* The part for that role, whether the migration has it or not. */
struct migration_part *migration_part_of(struct migration *migration, enum script_role role);

/* "up", "down", "check": the words of manifest and archive, in the order of both. */
const char *migration_role_name(enum script_role role);

static inline bool migration_has(const struct migration_part *part)
{
	return part->file != NULL;
}

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_RENUMBER_H
#define LOCKGATE_BUNDLES_RENUMBER_H

/*
 * Which migrations of a folder get which new version, so that all that the base has not come after
 * all that it has, in the order that they have among each other (lockgate.1, PULL REQUESTS). Pure.
 *
 * The base has a migration if it has its version, with its name or its content. Baselines and
 * repeatables keep their versions; seeds have an order of their own.
 */

#include "bundles/bundle.h"

struct renumber_step {
	const struct migration *migration; /* of the folder */
	const char *version;               /* the new one */
};

struct renumber_plan {
	struct renumber_step *steps; /* in the order of the new versions, seeds behind */
	size_t count;
	int64_t moment_us;       /* where new versions that are times begin */
	struct lg_arena strings; /* owns the new versions */
};

void renumber_plan_release(struct renumber_plan *plan);

/*
 * Fills `out`, which is all zero. `folder` comes from folder_survey() or folder_pack(); times are
 * taken from `moment_us`. Errors: LG_REFUSED (a waiver or a baseline stands for a version that
 * would change, or the base has the migration under another version: `err` says which and what to
 * do).
 */
LG_MUST_USE
enum lg_status renumber_plan(const struct bundle *folder, const struct bundle *base,
	int64_t moment_us, struct renumber_plan *out, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_LINT_LINT_H
#define LOCKGATE_BUNDLES_LINT_LINT_H

/*
 * The linter: what is risky about a migration, by its words alone. It knows no database, so what
 * depends on one (whether a table is large, what a column's old type is) it takes for the worse.
 * A table that the same script creates is nobody's yet and may be locked. Up scripts are looked at;
 * bodies of functions and DO are not. Pure.
 */

#include <stdint.h>

#include "base/arena.h"
#include "bundles/bundle.h"
#include "bundles/lint/policy.h"

/* Of one migration, no more than this many findings are kept. */
enum { LINT_MAX_FINDINGS = 1000 };

struct lint_finding {
	const struct migration *migration; /* borrowed */
	enum lint_code code;
	enum lint_level level; /* warn or block */
	uint32_t line, column; /* in the migration's file, from 1; 0: not known of compiled ones */
	const char *message;   /* one sentence; owned by the list */
};

struct lint_list {
	struct lint_finding *items; /* in the order of the scripts */
	size_t count;
	struct lg_arena strings;
};

/* One that is all zero is empty and ready. */
void lint_list_release(struct lint_list *list);

/*
 * Adds what is found in the up script of one of the bundle's migrations; the bundle has its bodies.
 * A baseline, which only fresh databases run, has none. Errors: LG_IO, LG_FORMAT (a rule is allowed
 * that does not exist; `err` has file, line and column).
 */
LG_MUST_USE
enum lg_status lint_migration(const struct bundle *bundle, const struct migration *migration,
	const struct lint_policy *policy, struct lint_list *out, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_SQITCH_PLAN_H
#define LOCKGATE_BUNDLES_FORMATS_SQITCH_PLAN_H

/*
 * The plan of sqitch (sqitchchanges, sqitch-plan): pragmas, changes with what they depend on, and
 * tags, in order. Pure.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

struct sqitch_change {
	const char *name;
	const char *version; /* the time at which it was planned, in digits, and a count behind it
				where that is not above the one before */
	const char *depends; /* the words between its brackets, or "" */
	uint32_t line;
	size_t next; /* the change that reworks it; the number of changes if there is none */
};

struct sqitch_tag {
	const char *name;
	size_t change; /* the last change before it */
};

struct sqitch_plan {
	const char *project; /* NULL if it names none */
	struct sqitch_change *changes;
	size_t change_count;
	struct sqitch_tag *tags;
	size_t tag_count;
	struct sqitch_change **by_name; /* sorted by name, then by place; private */
};

/*
 * Reads a plan, whose texts go to `strings`. Release with sqitch_plan_release(), also after an
 * error. Errors: LG_FORMAT with the line (what is no plan; a dependency that does not stand
 * before, a conflict that does; a change twice without a tag between).
 */
LG_MUST_USE
enum lg_status sqitch_plan_read(struct sqitch_plan *plan, const char *text, size_t len,
	struct lg_arena *strings, struct lg_error *err);
void sqitch_plan_release(struct sqitch_plan *plan);

/* The first change of that name; NULL if there is none. */
const struct sqitch_change *sqitch_plan_find(const struct sqitch_plan *plan, const char *name);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SCHEMA_COMPARE_H
#define LOCKGATE_GATE_SCHEMA_COMPARE_H

/* How a schema differs from what was recorded, and what is to be recorded now. Pure. */

#include "gate/schema.h"

enum schema_fate { SCHEMA_ADDED, SCHEMA_MISSING, SCHEMA_CHANGED };

struct schema_change {
	enum schema_fate fate;
	const struct schema_object *recorded; /* borrowed; NULL of one that was added */
	const struct schema_object *live;     /* borrowed; NULL of one that is missing */

	/* That of the table, view or function with which it came or went; NULL: it stands alone. */
	const struct schema_change *owner;
	size_t parts; /* so many changes have this one as owner */
};

/* The object that it is about, as it is or as it was. */
static inline const struct schema_object *schema_change_object(const struct schema_change *change)
{
	return change->live ? change->live : change->recorded;
}

struct schema_difference {
	struct schema_change *changes; /* in the order of schema_sort() */
	size_t count;
	size_t skipped; /* objects whose definitions different releases of the server write */
};

void schema_difference_release(struct schema_difference *difference);

/*
 * Compares what was recorded with what is there; both are sorted. What another project has recorded
 * just as it is now is no change. Where another release of the server wrote the record, views,
 * rules, collations, publications and extensions are compared by name alone. Release with
 * schema_difference_release().
 */
void schema_compare(const struct schema_record *record, const struct schema *live,
	struct schema_difference *out);

/* What is to be written: the object, or that it is gone. */
struct schema_write {
	const struct schema_object *object;
	bool is_removal;
};

struct schema_writes {
	struct schema_write *items;
	size_t count;
};

void schema_writes_release(struct schema_writes *writes);

/*
 * What a run has to write when it has found the schema `before` and leaves it `after`: what it has
 * changed itself, and nothing else, so that a change made by others stays one, also where the run
 * has changed the same object. All are sorted; texts are borrowed from them.
 */
void schema_writes_of_run(const struct schema_record *record, const struct schema *before,
	const struct schema *after, struct schema_writes *out);

/* Everything in which the record differs from `live`, but for what other projects have recorded. */
void schema_writes_of_all(
	const struct schema_record *record, const struct schema *live, struct schema_writes *out);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_ADOPTING_H
#define LOCKGATE_GATE_ADOPTING_H

/* Rows that are recorded without running anything; private to gate/adopt*.c. */

#include "gate/adopt.h"

/* What is to be written in one transaction, and what it borrows from. */
struct adopting {
	struct target_change *changes;
	struct history_row *rows;
	struct body_view *downs;
	size_t count;
};

/* Room for `capacity` rows. */
void adopting_init(struct adopting *adopting, size_t capacity);
void adopting_release(struct adopting *adopting);

/*
 * Adds a migration behind those that are there; `common` is what all rows have in common, its
 * position the last one in use. `detail` is for the event. Errors: LG_IO.
 */
LG_MUST_USE
enum lg_status adopting_add(struct adopting *adopting, const struct bundle *bundle,
	const struct migration *migration, const struct history_row *common, const char *detail,
	struct lg_error *err);

/* Writes them, and remembers them as done. */
LG_MUST_USE
enum lg_status adopting_write(struct target *target, const struct adopting *adopting,
	struct gate_adoption *out, struct lg_error *err);

/* Records the schema that was taken over, where none is recorded yet; see schema_watch.h. */
void adopting_record_schema(struct target *target, const struct gate_adoption *adoption);

/* Errors: LG_REFUSED, unless the bundle is for the target's engine. */
LG_MUST_USE
enum lg_status adopting_demand_engine(
	struct target *target, const struct bundle *bundle, struct lg_error *err);

/* Errors: LG_REFUSED, unless the history is empty or the request may add to it. */
LG_MUST_USE
enum lg_status adopting_demand_empty(
	const struct adopt_request *request, const struct gate_adoption *out, struct lg_error *err);

/* The findings that speak against it, or that it leaves open; private to adopt_from.c. */
LG_MUST_USE
enum lg_status adopting_judge(
	const struct adopt_request *request, struct gate_adoption *out, struct lg_error *err);

#endif

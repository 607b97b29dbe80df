/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_DRIFT_H
#define LOCKGATE_GATE_DRIFT_H

/*
 * The live schema against the one that the last run has recorded. What differs was changed by
 * others, unless a run ended before it could record what it did; then that is said.
 */

#include "gate/batch.h"
#include "gate/schema_compare.h"

struct gate_drift {
	struct schema_record record;
	struct schema live;
	struct schema_difference difference;
	struct gate_verdict verdict; /* `schema-missing` and `schema-drift` findings; no plan */
	struct gate_batch batch; /* of gate_drift_accept(); `id` is "" when nothing was to accept */
	size_t accepted;         /* objects that it has written or removed */
};

void drift_init(struct gate_drift *drift);
void drift_release(struct gate_drift *drift);

/*
 * Compares, and adds the findings; those about parts of a table that has come or gone stand in the
 * one about the table. Fills `out`, from drift_init(). Errors besides the driver's: LG_DATABASE
 * (nothing was recorded yet), LG_LOCKED (the schema differs, and a run is at work that may be what
 * has changed it).
 */
LG_MUST_USE
enum lg_status gate_drift(struct target *target, const struct gate_request *request,
	struct gate_drift *out, struct lg_error *err);

/*
 * Records the schema as it is, with an event that says why, which the request's batch tells. Errors
 * besides the driver's: LG_USAGE (this project and scope has no history to keep it in).
 */
LG_MUST_USE
enum lg_status gate_drift_accept(struct target *target, const struct gate_request *request,
	struct gate_drift *out, struct lg_error *err);

/*
 * The same findings for a verdict that is being made, where the policy asks for them. `is_locked`
 * says that this run has the lock; while another has it, nothing is decided. Nothing recorded is
 * nothing to find.
 */
LG_MUST_USE
enum lg_status drift_find(struct target *target, const struct gate_request *request, bool is_locked,
	struct gate_verdict *out, struct lg_error *err);

/* True if the request asks for it. */
bool drift_is_asked(const struct gate_request *request);

#endif

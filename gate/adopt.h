/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_ADOPT_H
#define LOCKGATE_GATE_ADOPT_H

/*
 * Taking over a database that was migrated by other means: rows are recorded as applied, with
 * `adopted_from` saying on whose word, and no script runs.
 */

#include "gate/batch.h"

struct adopt_request {
	const struct gate_request *request; /* its bundle must have its bodies, but for undo */
	const char *to_version;             /* the newest migration that the database has */
	bool may_add;                       /* also into a history that is not empty */
};

struct gate_adoption {
	struct history history; /* as it was before */
	struct gate_batch batch;
	struct gate_done *done;
	size_t done_count;
};

void adoption_init(struct gate_adoption *adoption);
void adoption_release(struct gate_adoption *adoption);

/*
 * Records every versioned migration up to `to_version`, and the highest baseline below it, as
 * applied, in one transaction under the lock; those that stand in the history already are left
 * alone.
 * Errors besides the driver's: LG_USAGE (the bundle has no such version), LG_REFUSED (the history
 * is not empty).
 */
LG_MUST_USE
enum lg_status gate_adopt(struct target *target, const struct adopt_request *request,
	struct gate_adoption *out, struct lg_error *err);

/* Forgets every adopted row, in one transaction; the request's bundle is not needed. */
LG_MUST_USE
enum lg_status gate_adopt_undo(struct target *target, const struct gate_request *request,
	struct gate_adoption *out, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_ADOPT_H
#define LOCKGATE_GATE_ADOPT_H

/*
 * Taking over a database that was migrated by other means: rows are recorded as applied, with
 * `adopted_from` saying on whose word, and no script runs.
 */

#include "gate/batch.h"
#include "gate/foreign_match.h"

struct adopt_request {
	const struct gate_request *request; /* its bundle must have its bodies, but for undo */
	const char *to_version;             /* the newest migration that the database has */
	bool may_add;                       /* also into a history that is not empty */

	/* Of gate_adopt_from(). */
	enum foreign_tool from;
	const char *history_table; /* where the tool's table was renamed; else NULL */
	bool keeps_in_step;        /* later runs write that table too */
};

struct gate_adoption {
	struct history history; /* as it was before */
	struct gate_batch batch;
	struct gate_done *done;
	size_t done_count;

	/* Of gate_adopt_from(). */
	struct foreign_history foreign;
	struct foreign_match match;
	struct gate_verdict verdict; /* blocked: nothing was recorded */
};

void adoption_init(struct gate_adoption *adoption);
void adoption_release(struct gate_adoption *adoption);

/*
 * Records every versioned migration up to `to_version`, and the highest baseline below it, as
 * applied, in one transaction under the lock; those that stand in the history already are left
 * alone.
 * Errors besides the driver's: LG_USAGE (the bundle has no such version), LG_REFUSED (the history
 * is not empty, the bundle is for another engine).
 */
LG_MUST_USE
enum lg_status gate_adopt(struct target *target, const struct adopt_request *request,
	struct gate_adoption *out, struct lg_error *err);

/*
 * Records what the history table of another tool has, in the order in which the tool applied it,
 * likewise. What the bundle does not have (`removed`), what has another checksum now
 * (`checksum-changed`) and what cannot be told from the table (`unproven`) are findings; one that
 * blocks is LG_OK with `verdict.is_blocked`. Errors besides: LG_USAGE (no such table; a tool whose
 * table cannot be kept in step), LG_REFUSED (the table says that a migration failed, or that the
 * tool is at work).
 */
LG_MUST_USE
enum lg_status gate_adopt_from(struct target *target, const struct adopt_request *request,
	struct gate_adoption *out, struct lg_error *err);

/* Forgets every adopted row, in one transaction; the request's bundle is not needed. */
LG_MUST_USE
enum lg_status gate_adopt_undo(struct target *target, const struct gate_request *request,
	struct gate_adoption *out, struct lg_error *err);

/*
 * Ends that another tool's table is kept in step; what was adopted stays. Errors besides the
 * driver's: LG_USAGE (none is).
 */
LG_MUST_USE
enum lg_status gate_adopt_leave_step(struct target *target, const struct gate_request *request,
	struct gate_adoption *out, struct lg_error *err);

#endif

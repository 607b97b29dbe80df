/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_STRETCH_H
#define LOCKGATE_GATE_STRETCH_H

/* Some steps of a plan with their scripts open, ready to be handed to the database together. */

#include "gate/in_step.h"
#include "gate/pace.h"
#include "gate/verdict.h"

/* The scripts of one migration. */
struct stretch_scripts {
	struct body_view up, down, check;
	struct target_script of_check;
};

struct gate_stretch {
	const char *batch_id; /* that the steps are recorded with */
	struct stretch_scripts scripts[PACE_MAX];
	struct target_apply steps[PACE_MAX];
	size_t count;
};

/*
 * Opens the first of `steps`, at most `count`, that may go together: one alone, or several that
 * have neither a journal, nor a check, nor another tool's record. Fills `out`, which starts
 * with its `batch_id` alone; texts are borrowed from the bundle. End it with stretch_close() in any
 * case.
 */
LG_MUST_USE
enum lg_status stretch_open(struct gate_stretch *out, const struct gate_request *request,
	const struct gate_step *steps, size_t count, struct in_step *in_step, struct lg_error *err);

/* Closes the scripts; an empty stretch may be closed too. */
void stretch_close(struct gate_stretch *stretch);

#endif

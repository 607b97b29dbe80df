/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_REVERSAL_H
#define LOCKGATE_GATE_REVERSAL_H

/* A reversal under way: selected, loaded, run; private to gate/revert*.c. */

#include "gate/revert.h"

/*
 * Adds the steps of what is selected in the history that `out` holds, newest first, and counts what
 * stays. Errors: LG_USAGE (no such batch or version). Pure.
 */
LG_MUST_USE
enum lg_status reversal_select(
	struct gate_reversal *out, const struct revert_selection *selection, struct lg_error *err);

/*
 * Ends an error whose place is in a down script. A stored script has no file, so the place becomes
 * part of the sentence: whoever reads the report takes `file` for one that can be opened.
 */
enum lg_status reversal_place(const struct revert_step *step, struct lg_error *err);

#endif

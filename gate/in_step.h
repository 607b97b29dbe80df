/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_IN_STEP_H
#define LOCKGATE_GATE_IN_STEP_H

/*
 * Writing the history table of the tool that a database was adopted from along with ours, so that
 * a server that still runs that tool sees nothing pending.
 */

#include "gate/request.h"

struct in_step {
	bool is_on;
	struct foreign_history foreign; /* as it was when the run began */
	struct foreign_record record;   /* of the step under way */
	struct lg_arena strings;
};

void in_step_init(struct in_step *step);
void in_step_release(struct in_step *step);

/*
 * Looks whether the adoption was made to be kept in step, or the request asks for it, and reads
 * the table then. Errors besides the driver's: LG_USAGE (nothing was adopted from a tool, or its
 * table is gone or cannot be kept in step).
 */
LG_MUST_USE
enum lg_status in_step_begin(struct in_step *step, struct target *target,
	const struct history *history, const struct gate_request *request, struct lg_error *err);

/* What is to be written along when the migration is applied; borrowed until the next; or NULL. */
const struct foreign_record *in_step_add(
	struct in_step *step, const struct migration *migration, const struct body_view *view);

/* The same when it is reverted; `former` is the newest version that stays, or NULL. */
const struct foreign_record *in_step_remove(
	struct in_step *step, const struct history_row *row, const char *former);

#endif

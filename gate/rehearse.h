/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_REHEARSE_H
#define LOCKGATE_GATE_REHEARSE_H

/* Running what is pending in a transaction that is undone, to see what each statement does. */

#include "gate/decide.h"
#include "gate/trace.h"

/* A statement that was rehearsed, and the migration it is of. */
struct rehearsed_statement {
	const struct migration *migration;
	struct statement_trace trace; /* its texts are the rehearsal's own */
};

struct gate_rehearsal {
	struct gate_decision decision;          /* the one made under the lock */
	struct rehearsed_statement *statements; /* in order */
	size_t count;
	struct lg_arena strings;
	const struct migration *under_way;
	int64_t lock_us; /* spent waiting for the lock */
	int64_t run_us;  /* spent rehearsing */
};

void rehearsal_init(struct gate_rehearsal *rehearsal);
void rehearsal_release(struct gate_rehearsal *rehearsal);

/*
 * Takes the lock, for no other run may be in between, and rehearses what the verdict under it
 * plans; a verdict that blocks stops it before, which is LG_OK with `decision.verdict.is_blocked`.
 * Nothing is recorded. The bundle must have its bodies. On an error `out` still says what went well
 * before. Fills `out`, from rehearsal_init(); migrations are borrowed from the bundle. Errors
 * besides the driver's: LG_USAGE (there is no database yet; see also rehearse_check.h).
 */
LG_MUST_USE
enum lg_status gate_rehearse(struct target *target, const struct gate_request *request,
	struct gate_rehearsal *out, struct lg_error *err);

#endif

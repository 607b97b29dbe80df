/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_RESOLVE_H
#define LOCKGATE_GATE_RESOLVE_H

/* Deciding by hand about one migration that the history has half done, wrongly or not at all. */

#include "gate/batch.h"

enum resolve_decision {
	RESOLVE_APPLIED,  /* all of it was done outside: record it as applied */
	RESOLVE_DONE,     /* the statement in doubt took effect: go on behind it */
	RESOLVE_RETRY,    /* the statement in doubt did not: run it again */
	RESOLVE_REVERTED, /* none of it is there (any more): forget the row */
};

struct resolution {
	struct history history;
	struct gate_batch batch;
	struct history_row row; /* as it was decided; its texts belong to history or bundle */
	bool is_forgotten;      /* the row is gone from the history */
};

void resolution_init(struct resolution *resolution);
void resolution_release(struct resolution *resolution);

/*
 * Records the decision about `version` under the lock. With a bundle in the request, its hashes
 * are recorded, and the statements done before must be the same in it. Errors besides the
 * driver's: LG_USAGE (unknown version), LG_REFUSED (the decision does not fit the row's state).
 */
LG_MUST_USE
enum lg_status gate_resolve(struct target *target, const struct gate_request *request,
	const char *version, enum resolve_decision decision, struct resolution *out,
	struct lg_error *err);

/* "applied", "done", "retry", "reverted". */
const char *resolve_decision_name(enum resolve_decision decision);

#endif

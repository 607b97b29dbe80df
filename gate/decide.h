/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_DECIDE_H
#define LOCKGATE_GATE_DECIDE_H

/*
 * Verifying a bundle against a target. The fast path asks for one digest of the history; only when
 * that is not what the bundle predicts are its rows fetched and compared.
 */

#include "gate/compare.h"
#include "gate/request.h"

struct gate_decision {
	struct history_summary summary;
	struct history history; /* its rows are there when `has_rows` */
	bool has_rows;
	struct gate_verdict verdict;
	char plan_token[LG_DIGEST_CHARS + 1];
};

void decision_init(struct gate_decision *decision);
void decision_release(struct gate_decision *decision);

/*
 * Decides, with or without the lock. `wants_rows` fetches the history even where the fast path
 * would do. A running row or an unmanaged schema is judged only after the lock was seen free.
 * Fills `out`, from decision_init(); a second call begins anew.
 */
LG_MUST_USE
enum lg_status gate_decide(struct target *target, const struct gate_request *request,
	bool wants_rows, struct gate_decision *out, struct lg_error *err);

/* The same, by the one who holds the lock. */
LG_MUST_USE
enum lg_status gate_decide_locked(struct target *target, const struct gate_request *request,
	struct gate_decision *out, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_COMPARE_H
#define LOCKGATE_GATE_COMPARE_H

/*
 * The gate: bundle, history and policy in; findings and plan out. Pure: no I/O, no clock, no
 * environment. Each finding's rule is stated in lockgate.1, section FINDINGS.
 */

#include "gate/history.h"
#include "gate/policy.h"
#include "gate/verdict.h"

struct gate_question {
	const struct bundle *bundle;   /* its bodies are not needed */
	const struct history *history; /* sorted */
	const struct gate_policy *policy;
	enum sql_dialect target_engine;
	bool with_seeds;

	/*
	 * The bundle that `history` is simulated from, for there is no database; NULL: there is.
	 * What only the base has may then have come after this bundle's branch began.
	 */
	const struct bundle *base;

	/* The history was read after the lock was seen free, so a running row is nobody's. */
	bool is_settled;
};

/* Fills `out`, which comes from verdict_init(). */
void gate_compare(const struct gate_question *question, struct gate_verdict *out);

/* True if only a second look, with the lock free, can decide: a running row, or no batch yet. */
bool gate_needs_settling(const struct gate_question *question);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_DRIFT_JUDGE_H
#define LOCKGATE_GATE_DRIFT_JUDGE_H

/* What a difference of schemas means: findings. Pure. */

#include "gate/policy.h"
#include "gate/schema_compare.h"
#include "gate/verdict.h"

/* More findings than that say nothing to anybody; the last one counts what is left out. */
enum { DRIFT_MAX_FINDINGS = 200 };

/* POLICY_ALLOW: no finding. */
struct drift_levels {
	enum policy_level missing, changed;
};

void drift_judge(const struct schema_record *record, const struct schema_difference *difference,
	struct drift_levels levels, struct gate_verdict *out);

#endif

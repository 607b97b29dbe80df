/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_PLAN_TOKEN_H
#define LOCKGATE_GATE_PLAN_TOKEN_H

/*
 * One value for "this bundle, on this history, of this database, under this policy": what was
 * approved when a plan was read, and what `--plan-token` holds an apply to. Pure.
 */

#include "base/digest.h"
#include "gate/policy.h"
#include "gate/summary.h"

struct plan_basis {
	const struct lg_digest *bundle_id;
	const struct history_summary *summary;
	const char *target_identity; /* engine, database, project and scope */
	const struct gate_policy *policy;
	bool with_seeds;
};

/* Writes the token, LG_DIGEST_CHARS characters and a NUL. */
void plan_token_make(const struct plan_basis *basis, char out[LG_DIGEST_CHARS + 1]);

#endif

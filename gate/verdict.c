/* SPDX-License-Identifier: MIT */
#include "gate/verdict.h"

#include <stdlib.h>

#include "base/mem.h"

static const char *const code_names[FINDING_CODE_COUNT] = {
	[FINDING_CHECKSUM_CHANGED] = "checksum-changed",
	[FINDING_COMMENT_CHANGED] = "comment-changed",
	[FINDING_RECOMPILED] = "recompiled",
	[FINDING_DOWN_CHANGED] = "down-changed",
	[FINDING_PENDING] = "pending",
	[FINDING_IRREVERSIBLE] = "irreversible",
	[FINDING_UNMANAGED] = "unmanaged",
	[FINDING_OUT_OF_ORDER] = "out-of-order",
	[FINDING_ADOPTED_ONLY] = "adopted-only",
	[FINDING_REMOVED] = "removed",
	[FINDING_DATABASE_AHEAD] = "database-ahead",
	[FINDING_CONTRACTED] = "contracted",
	[FINDING_DIRTY] = "dirty",
	[FINDING_RENAMED] = "renamed",
	[FINDING_WRONG_PROJECT] = "wrong-project",
	[FINDING_WRONG_ENGINE] = "wrong-engine",
	[FINDING_PLAN_CHANGED] = "plan-changed",
	[FINDING_UNPROVEN] = "unproven",
	[FINDING_UNSIGNED] = "unsigned",
	[FINDING_UNTRUSTED] = "untrusted",
	[FINDING_SCHEMA_MISSING] = "schema-missing",
	[FINDING_SCHEMA_DRIFT] = "schema-drift",
	[FINDING_INVALID_INDEX] = "invalid-index",
};

void verdict_init(struct gate_verdict *verdict)
{
	*verdict = (struct gate_verdict){0};
}

void verdict_release(struct gate_verdict *verdict)
{
	free(verdict->findings);
	free(verdict->plan);
	free(verdict->waivers_used);
	lg_arena_release(&verdict->strings);
	*verdict = (struct gate_verdict){0};
}

struct gate_finding *verdict_add(struct gate_verdict *verdict, enum finding_code code,
	enum finding_severity severity, const char *message, const char *hint)
{
	struct gate_finding *finding;

	verdict->findings =
		lg_grow(verdict->findings, verdict->finding_count, sizeof(*verdict->findings));
	finding = &verdict->findings[verdict->finding_count++];
	*finding = (struct gate_finding){
		.code = code,
		.severity = severity,
		.message = lg_arena_add(&verdict->strings, message),
		.hint = lg_arena_add(&verdict->strings, hint),
	};
	verdict->is_blocked = verdict->is_blocked || severity == FINDING_BLOCK;
	return finding;
}

const char *finding_code_name(enum finding_code code)
{
	return code_names[code];
}

const char *finding_severity_name(enum finding_severity severity)
{
	return severity == FINDING_BLOCK ? "block" : "warn";
}

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_VERDICT_H
#define LOCKGATE_GATE_VERDICT_H

/*
 * What the gate has decided: findings (why not, or what to look at) and the plan (what an apply
 * would do). Codes are stable; lockgate.1 explains each in section FINDINGS.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "bundles/bundle.h"

enum finding_code {
	FINDING_CHECKSUM_CHANGED,
	FINDING_COMMENT_CHANGED,
	FINDING_RECOMPILED,
	FINDING_DOWN_CHANGED,
	FINDING_PENDING,
	FINDING_IRREVERSIBLE,
	FINDING_UNMANAGED,
	FINDING_OUT_OF_ORDER,
	FINDING_ADOPTED_ONLY,
	FINDING_REMOVED,
	FINDING_DATABASE_AHEAD,
	FINDING_CONTRACTED,
	FINDING_DIRTY,
	FINDING_RENAMED,
	FINDING_WRONG_PROJECT,
	FINDING_WRONG_ENGINE,
	FINDING_PLAN_CHANGED,
	FINDING_UNPROVEN,
	FINDING_UNSIGNED, /* these two end with exit 7, not with a verdict */
	FINDING_UNTRUSTED,
	FINDING_SCHEMA_MISSING,
	FINDING_SCHEMA_DRIFT,
	FINDING_INVALID_INDEX,
	FINDING_CODE_COUNT,
};

enum finding_severity { FINDING_WARN, FINDING_BLOCK };

struct gate_finding {
	enum finding_code code;
	enum finding_severity severity;
	enum migration_kind kind; /* meaningful where `version` is not NULL */
	const char *version;      /* NULL: about the whole */
	const char *name;      /* without a version: the object of the database that it is about */
	const char *file;      /* as the bundle names it; NULL: none */
	bool is_in_base;       /* `file` is the base's, for the bundle has none */
	uint32_t line, column; /* 0: none */
	const char *message;   /* one sentence: what is the matter */
	const char *hint;      /* what to do next */
};

struct gate_step {
	const struct migration *migration; /* borrowed from the bundle */
	uint64_t position;
	uint32_t statements_done; /* above 0 or `is_resumed`: what an earlier run has done */
	bool is_resumed;          /* a running row stands in the history */
	bool is_repeated;         /* a repeatable that stands in the history with other content */
};

struct gate_verdict {
	struct gate_finding *findings; /* in the order of the bundle, those about the whole first */
	size_t finding_count;
	struct gate_step *plan;
	size_t plan_count;
	const struct waiver **waivers_used; /* borrowed from the bundle */
	size_t waiver_count;
	bool is_blocked;         /* some finding blocks */
	struct lg_arena strings; /* owns the findings' texts */
};

void verdict_init(struct gate_verdict *verdict);
void verdict_release(struct gate_verdict *verdict);

/* Adds a finding and returns it, borrowed until the next call; `message` and `hint` are copied. */
struct gate_finding *verdict_add(struct gate_verdict *verdict, enum finding_code code,
	enum finding_severity severity, const char *message, const char *hint);

/* "checksum-changed", … */
const char *finding_code_name(enum finding_code code);

/* "warn" or "block". */
const char *finding_severity_name(enum finding_severity severity);

#endif

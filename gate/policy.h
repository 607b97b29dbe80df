/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POLICY_H
#define LOCKGATE_GATE_POLICY_H

/* What a project lets pass: `--policy KEY=VALUE`, one row a key (lockgate.1, POLICIES). Pure. */

#include "base/buf.h"
#include "base/error.h"

enum policy_level { POLICY_ALLOW, POLICY_WARN, POLICY_BLOCK, POLICY_AUTO, POLICY_OFF };

enum policy_key {
	POLICY_COSMETIC,      /* comment-changed */
	POLICY_DOWN,          /* down-changed */
	POLICY_PENDING,       /* pending */
	POLICY_FIRST,         /* unmanaged, wrong-project */
	POLICY_ORDER,         /* out-of-order */
	POLICY_REMOVED,       /* removed */
	POLICY_AHEAD,         /* database-ahead */
	POLICY_DRIFT,         /* schema-missing, schema-drift; see drift.h for POLICY_AUTO */
	POLICY_INVALID_INDEX, /* invalid-index */
	POLICY_KEY_COUNT,
};

struct gate_policy {
	enum policy_level levels[POLICY_KEY_COUNT];
};

struct gate_policy policy_default(void);

/* Sets one `KEY=VALUE`. Errors: LG_USAGE (no such key, or a value that the key does not take). */
LG_MUST_USE
enum lg_status policy_set(struct gate_policy *policy, const char *assignment, struct lg_error *err);

/* Adds every key and its value in a fixed order: "cosmetic=warn down=warn …". */
void policy_format(const struct gate_policy *policy, struct lg_buf *out);

/* Adds every KEY=VALUE that policy_set() takes, each behind a blank. */
void policy_add_words(struct lg_buf *out);

#endif

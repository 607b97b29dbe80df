/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_LINT_POLICY_H
#define LOCKGATE_BUNDLES_LINT_POLICY_H

/*
 * How severe the rules are for a project: `--policy lint=LEVEL` for all, `--policy CODE=LEVEL` for
 * one, which comes first whatever the order (lockgate.1, LINT). Pure.
 */

#include "base/buf.h"
#include "base/error.h"
#include "bundles/lint/rule.h"

/* One that is all zero leaves every rule as it is. */
struct lint_policy {
	enum lint_level all;
	enum lint_level levels[LINT_CODE_COUNT];
};

/* True if the key of `KEY=VALUE` is one of the linter's. */
bool lint_policy_knows(const char *assignment);

/* Sets one `KEY=VALUE`. Errors: LG_USAGE (no such key, or a value that is no level). */
LG_MUST_USE
enum lg_status lint_policy_set(
	struct lint_policy *policy, const char *assignment, struct lg_error *err);

enum lint_level lint_policy_level(const struct lint_policy *policy, enum lint_code code);

/* Adds every level of `lint`, as KEY=VALUE, each behind a blank. */
void lint_policy_add_words(struct lg_buf *out);

#endif

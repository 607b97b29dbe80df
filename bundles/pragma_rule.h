/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_PRAGMA_RULE_H
#define LOCKGATE_BUNDLES_PRAGMA_RULE_H

/*
 * Where a script for SQLite may say `PRAGMA foreign_keys=…`.
 *
 * https://www.sqlite.org/pragma.html#pragma_foreign_keys: within a transaction it does nothing,
 * silently. Among the first PRAGMAs of a script it is taken for the directive of that name; among
 * the last ones it sets back what lockgate sets back anyway; elsewhere it may say `off` where they
 * are off by default, and is a mistake otherwise. With transaction=off it may stand anywhere. Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "bundles/directive.h"
#include "bundles/lexer.h"

struct pragma_rule {
	enum foreign_keys leading; /* what a leading PRAGMA has said */
	bool is_past_leading;      /* a statement that is no PRAGMA was seen */
	bool has_trailing;         /* one was seen that may stand among the last only */
	size_t trailing_offset;
	size_t culprit; /* the offset that an error is about */
};

/* How many tokens of a statement are looked at: PRAGMA schema . foreign_keys = value */
enum { PRAGMA_RULE_TOKENS = 6 };

/*
 * Notes one statement, given by its first `count` tokens, comments apart. The value of a leading
 * PRAGMA is set in `directives`. Errors: LG_FORMAT; `rule->culprit` is then set.
 */
LG_MUST_USE
enum lg_status pragma_rule_statement(struct pragma_rule *rule, const struct sql_lexer *lexer,
	const struct sql_token *tokens, size_t count, struct directives *directives,
	struct lg_error *err);

#endif

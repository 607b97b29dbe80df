/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_STATEMENT_RULES_H
#define LOCKGATE_BUNDLES_STATEMENT_RULES_H

/*
 * What a script may not say, because it would end lockgate's transaction, give up its lock, or
 * mean nothing to the server: the refusals of script.h. Fed with every token of a script, in
 * order. Pure.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "bundles/directive.h"
#include "bundles/lexer.h"
#include "bundles/pragma_rule.h"

struct statement_rules {
	const struct sql_lexer *lexer; /* borrowed */
	struct directives *directives; /* borrowed; a leading PRAGMA is set there */
	bool is_check;                 /* the script may not have directives */

	uint32_t statements; /* begun so far, empty ones not counted */
	size_t first_offset; /* of the first statement */
	size_t culprit;      /* the offset that an error is about */

	/* Private. */
	struct sql_token tokens[PRAGMA_RULE_TOKENS]; /* the first of the statement under way */
	size_t token_count;                          /* of it, beyond the room for them, too */
	enum sql_token_kind last_kind;
	struct sql_token restricted; /* the open \restrict; len 0: none */
	struct pragma_rule pragma;
};

/* Errors of both: LG_FORMAT, LG_LIMIT (too many statements); `rules->culprit` is then set. */
LG_MUST_USE
enum lg_status statement_rules_token(
	struct statement_rules *rules, const struct sql_token *token, struct lg_error *err);

/* To be called behind the last token. */
LG_MUST_USE
enum lg_status statement_rules_finish(struct statement_rules *rules, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_LINT_ALLOW_H
#define LOCKGATE_BUNDLES_LINT_ALLOW_H

/* Which rules a script silences: `-- lockgate: allow=CODE REASON…` in its first comment block. */

#include "base/error.h"
#include "bundles/body.h"
#include "bundles/lexer.h"
#include "bundles/lint/rule.h"

/*
 * Sets `allowed[code]` for each rule that the script silences. The script is one that script_scan()
 * has accepted, so every such line gives a reason. Errors: LG_FORMAT (there is no such rule; line
 * and column, from the start of the view, are in `err`).
 */
LG_MUST_USE
enum lg_status lint_allow_read(struct body_view *view, enum sql_dialect dialect,
	bool allowed[LINT_CODE_COUNT], struct lg_error *err);

#endif

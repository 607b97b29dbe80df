/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_STATEMENT_MOMENT_H
#define LOCKGATE_BUNDLES_STATEMENT_MOMENT_H

/*
 * Whether what a statement answers differs from one time to the next although nothing has changed:
 * the clock, chance, the session's number. Judged by its words alone. Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "bundles/lexer.h"

/* True if some word of the text gives such an answer; *out is then that word, a token of the text.
 */
bool statement_moment_find(
	enum sql_dialect dialect, const char *text, size_t len, struct sql_token *out);

#endif

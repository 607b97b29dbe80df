/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_JAVASCRIPT_H
#define LOCKGATE_BUNDLES_JAVASCRIPT_H

/*
 * What can be known of a JavaScript file by reading it, without running it: the hashes that a
 * migration compiled from it has, and its directives. FORMAT.md, "Hashes". Pure.
 *
 * Tokens are those of ECMAScript 2024, clause 12, with two differences that only ever make two
 * texts differ: between tokens that a line end parts there is a token for it, because line ends
 * can end statements; and where a slash behind `)` or `}` may begin a regular expression or not,
 * the rest of its line is one token.
 */

#include "bundles/script.h"

struct javascript_facts {
	struct script_hashes hashes; /* `raw` is of the file's bytes */
	struct directives directives;
};

/*
 * Reads the text; directives are `// lockgate: key=value …` lines in its first comments.
 * Errors: LG_FORMAT (not UTF-8, a NUL, a bad directive), with the line.
 */
LG_MUST_USE
enum lg_status javascript_read(const char *text, size_t len, struct lg_arena *strings,
	struct javascript_facts *out, struct lg_error *err);

#endif

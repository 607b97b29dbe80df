/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_DIFF_H
#define LOCKGATE_BASE_DIFF_H

/*
 * The difference of two texts, as `diff -u` shows it. Pure.
 *
 * Form: POSIX.1-2017, diff, "Diff -u or -U Output Format", with three lines of context. Lines
 * are compared without the CR of a CRLF, and a byte-order mark at the beginning does not count.
 * Algorithm: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1
 * (1986), section 4, up to LG_DIFF_MAX_EDITS; texts that differ in more lines, or have more than
 * LG_DIFF_MAX_LINES, are shown as one change from the first line that differs to the last.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { LG_DIFF_MAX_EDITS = 1000, LG_DIFF_MAX_LINES = 20000, LG_DIFF_CONTEXT = 3 };

struct lg_diff_text {
	const char *name; /* for the head; without line ends */
	const char *text; /* `len` bytes, need not end in a NUL */
	size_t len;
	uint32_t first_line; /* the number of its first line in the file, from 1 */
};

/* Adds nothing where no line differs. What passes the ceiling of `out` is dropped. */
void lg_diff_unified(const struct lg_diff_text *old_text, const struct lg_diff_text *new_text,
	struct lg_buf *out);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_TEXT_LINE_H
#define LOCKGATE_BUNDLES_TEXT_LINE_H

/* The lines of a small text that was read whole: signatures, lists of keys. Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_lines {
	const char *at, *end;
	uint32_t number; /* of the line that was given last, from 1 */
};

struct text_line {
	const char *text; /* borrowed; does not end in a NUL */
	size_t len;       /* without its LF or CR LF */
};

static inline struct text_lines text_lines_of(const char *text, size_t len)
{
	return (struct text_lines){.at = text, .end = text + len};
}

/* The next line; the last one need not have a line end. False behind it. */
bool text_lines_next(struct text_lines *lines, struct text_line *out);

/* True if the line is, or begins with, `text`. */
bool text_line_is(const struct text_line *line, const char *text);
bool text_line_begins(const struct text_line *line, const char *text);

#endif

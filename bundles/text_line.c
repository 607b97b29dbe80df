/* SPDX-License-Identifier: MIT */
#include "bundles/text_line.h"

#include <string.h>

bool text_lines_next(struct text_lines *lines, struct text_line *out)
{
	const size_t left = (size_t)(lines->end - lines->at);
	const char *lf;

	if (left == 0)
		return false;
	lf = memchr(lines->at, '\n', left);
	*out = (struct text_line){lines->at, lf ? (size_t)(lf - lines->at) : left};
	lines->at = lf ? lf + 1 : lines->end;
	lines->number++;
	if (lf && out->len > 0 && out->text[out->len - 1] == '\r')
		out->len--;
	return true;
}

bool text_line_begins(const struct text_line *line, const char *text)
{
	const size_t len = strlen(text);

	return line->len >= len && memcmp(line->text, text, len) == 0;
}

bool text_line_is(const struct text_line *line, const char *text)
{
	return line->len == strlen(text) && text_line_begins(line, text);
}

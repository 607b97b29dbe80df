/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "ci/escape.h"
#include "ci/escape_hidden.h"

#define ZERO_WIDTH_SPACE "\xe2\x80\x8b"

enum { SHORTEST_FENCE = 3 };

static bool is_word(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= 'A' && byte <= 'Z');
}

static bool begins(const char *text, size_t len, const char *word)
{
	return len >= strlen(word) && strncasecmp(text, word, strlen(word)) == 0;
}

/*
 * True if what is written behind this character must not touch it: "@name", "#12", GitLab's "!12",
 * "~label", "%milestone", "&12" and "$12", the colon of "https://", the w of "www." and the
 * hyphen of "GH-12".
 */
static bool needs_space_behind(const char *text, size_t at, size_t len)
{
	const char next = (char)(at + 1 < len ? text[at + 1] : '\0');

	if (text[at] == '@')
		return true;
	if (strchr("#!~%&$^", text[at]))
		return is_word(next) || next == '"';
	if (text[at] == ':')
		return next == '/';
	if (text[at] == '-')
		return at >= 2 && strncasecmp(text + at - 2, "gh", 2) == 0 && is_word(next);
	return at >= 2 && next == '.' && begins(text + at - 2, len - at + 2, "www");
}

static void add_ascii(char byte, struct lg_buf *out)
{
	if (byte == '\n' || byte == '\r' || byte == '\t') {
		lg_buf_addc(out, ' ');
		return;
	}
	if (byte == '<') {
		lg_buf_adds(out, "&lt;");
		return;
	}
	if (byte && strchr("\\`*_[]>|~&$#", byte))
		lg_buf_addc(out, '\\');
	ci_add_shown(&byte, 1, out);
}

void ci_escape_markdown(const char *text, size_t len, struct lg_buf *out)
{
	for (size_t i = 0; i < len;) {
		size_t size = lg_utf8_character_len(text + i, len - i);

		if (size == 1)
			add_ascii(text[i], out);
		else
			ci_add_shown(text + i, size, out);
		if (size == 1 && needs_space_behind(text, i, len))
			lg_buf_adds(out, ZERO_WIDTH_SPACE);
		i += size ? size : 1;
	}
}

/* A bar ends the cell of a table even in a code span. */
static bool may_be_span(const char *text, size_t len)
{
	if (!len || text[0] == ' ' || text[len - 1] == ' ')
		return false;
	for (size_t i = 0; i < len;) {
		size_t size = lg_utf8_character_len(text + i, len - i);

		if (!size || lg_utf8_is_hidden(text + i, size))
			return false;
		if (text[i] == '`' || text[i] == '|' || text[i] == '\\')
			return false;
		i += size;
	}
	return true;
}

void ci_escape_code(const char *text, size_t len, struct lg_buf *out)
{
	if (!may_be_span(text, len)) {
		ci_escape_markdown(text, len, out);
		return;
	}
	lg_buf_addc(out, '`');
	lg_buf_add(out, text, len);
	lg_buf_addc(out, '`');
}

static size_t longest_run(const char *text, size_t len)
{
	size_t longest = 0;
	size_t run = 0;

	for (size_t i = 0; i < len; i++) {
		run = text[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

static void add_ticks(size_t count, struct lg_buf *out)
{
	while (count--)
		lg_buf_addc(out, '`');
}

static void add_lines(const char *text, size_t len, struct lg_buf *out)
{
	for (size_t i = 0; i < len;) {
		size_t size = lg_utf8_character_len(text + i, len - i);

		if (text[i] == '\n' || text[i] == '\t')
			lg_buf_addc(out, text[i]);
		else
			ci_add_shown(text + i, size, out);
		i += size ? size : 1;
	}
	if (len && text[len - 1] != '\n')
		lg_buf_addc(out, '\n');
}

void ci_add_fence(const char *language, const char *text, size_t len, struct lg_buf *out)
{
	size_t run = longest_run(text, len);
	size_t ticks = run < SHORTEST_FENCE ? SHORTEST_FENCE : run + 1;

	add_ticks(ticks, out);
	lg_buf_addf(out, "%s\n", language);
	add_lines(text, len, out);
	add_ticks(ticks, out);
	lg_buf_addc(out, '\n');
}

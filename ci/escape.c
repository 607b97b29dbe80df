/* SPDX-License-Identifier: MIT */
#include "ci/escape.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ci/escape_hidden.h"

#define ZERO_WIDTH_SPACE "\xe2\x80\x8b"

size_t ci_prefix_bytes(const char *text, size_t max_chars)
{
	size_t len = strlen(text);
	size_t done = 0;

	for (size_t i = 0; i < max_chars && done < len; i++) {
		size_t size = lg_utf8_character_len(text + done, len - done);

		done += size ? size : 1;
	}
	return done;
}

/* Where `instead` knows a text for an ASCII character, that stands for it. */
static void escape(
	const char *(*instead)(char byte), const char *text, size_t len, struct lg_buf *out)
{
	for (size_t i = 0; i < len;) {
		size_t size = lg_utf8_character_len(text + i, len - i);
		const char *known = size == 1 ? instead(text[i]) : NULL;

		if (known)
			lg_buf_adds(out, known);
		else
			ci_add_shown(text + i, size, out);
		i += size ? size : 1;
	}
}

static const char *instead_in_html(char byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\n':
		return "\n";
	case '\t':
		return "\t";
	default:
		return NULL;
	}
}

static const char *instead_in_xml(char byte)
{
	switch (byte) {
	case '\n':
		return "&#10;";
	case '\t':
		return "&#9;";
	case '\r':
		return "&#13;";
	case '\'':
		return NULL;
	default:
		return instead_in_html(byte);
	}
}

static const char *instead_in_slack(char byte)
{
	return byte == '"' || byte == '\'' ? NULL : instead_in_html(byte);
}

static const char *instead_in_line(char byte)
{
	return byte == '\n' || byte == '\r' || byte == '\t' ? " " : NULL;
}

static const char *instead_in_command(char byte)
{
	switch (byte) {
	case '%':
		return "%25";
	case '\r':
		return "%0D";
	case '\n':
		return "%0A";
	case '\t':
		return "\t";
	default:
		return NULL;
	}
}

static const char *instead_in_property(char byte)
{
	switch (byte) {
	case ':':
		return "%3A";
	case ',':
		return "%2C";
	default:
		return instead_in_command(byte);
	}
}

void ci_escape_xml(const char *text, size_t len, struct lg_buf *out)
{
	escape(instead_in_xml, text, len, out);
}

void ci_escape_html(const char *text, size_t len, struct lg_buf *out)
{
	escape(instead_in_html, text, len, out);
}

void ci_escape_slack(const char *text, size_t len, struct lg_buf *out)
{
	escape(instead_in_slack, text, len, out);
}

void ci_add_line(const char *text, size_t len, struct lg_buf *out)
{
	escape(instead_in_line, text, len, out);
}

/* A runner that does not know the first form of a command looks for the other in its text. */
static void escape_neutral(
	const char *(*instead)(char byte), const char *text, size_t len, struct lg_buf *out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf neutral;

	lg_buf_init(&neutral, LG_BUF_MAX_BYTES);
	ci_neutralize(text, len, &neutral);
	escape(instead, neutral.text, neutral.len, out);
}

void ci_escape_command(const char *text, size_t len, struct lg_buf *out)
{
	escape_neutral(instead_in_command, text, len, out);
}

void ci_escape_property(const char *text, size_t len, struct lg_buf *out)
{
	escape_neutral(instead_in_property, text, len, out);
}

static bool begins_old_command(const char *text, size_t len)
{
	static const char *const marks[] = {"##[", "##vso[", "##teamcity["};

	for (size_t i = 0; i < LG_COUNT_OF(marks); i++)
		if (len >= strlen(marks[i]) && strncasecmp(text, marks[i], strlen(marks[i])) == 0)
			return true;
	return false;
}

/* What .NET's String.Trim(), which the runner calls, takes for white space and we do not hide. */
static bool is_blank(const char *character, size_t len)
{
	const unsigned char *byte = (const unsigned char *)character;

	if (len == 1)
		return byte[0] == ' ' || byte[0] == '\t';
	if (len == 2)
		return byte[0] == 0xc2 && byte[1] == 0xa0;
	if (len != 3)
		return false;
	if (byte[0] == 0xe2)
		return (byte[1] == 0x80 && (byte[2] <= 0x8a || byte[2] == 0xaf)) ||
		       (byte[1] == 0x81 && byte[2] == 0x9f);
	return memcmp(byte, "\xe1\x9a\x80", 3) == 0 || memcmp(byte, "\xe3\x80\x80", 3) == 0;
}

void ci_neutralize(const char *text, size_t len, struct lg_buf *out)
{
	bool is_at_beginning = true; /* of a line, but for blanks */

	for (size_t i = 0; i < len;) {
		size_t size = lg_utf8_character_len(text + i, len - i);

		if (is_at_beginning && len - i >= 2 && memcmp(text + i, "::", 2) == 0)
			lg_buf_adds(out, ZERO_WIDTH_SPACE);
		if (text[i] == '\n' || text[i] == '\t')
			lg_buf_addc(out, text[i]);
		else
			ci_add_shown(text + i, size, out);
		if (begins_old_command(text + i, len - i))
			lg_buf_adds(out, ZERO_WIDTH_SPACE);
		is_at_beginning = text[i] == '\n' || (is_at_beginning && is_blank(text + i, size));
		i += size ? size : 1;
	}
}

char *ci_mended(const char *text)
{
	size_t len = strlen(text);
	char *copy = lg_strndup(text, len);
	size_t done = 0;

	while ((done += lg_utf8_valid_prefix(copy + done, len - done)) < len)
		copy[done] = '?';
	return copy;
}

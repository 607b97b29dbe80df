/* SPDX-License-Identifier: MIT */
#include "bundles/scan.h"

#include <string.h>

/* What sqlite3GetToken() of SQLite 3.40, src/tokenize.c, does. */

/* The byte at `offset`, or NUL behind the end, where SQLite's own texts have one. */
static char at(const char *text, size_t len, size_t offset)
{
	if (offset < len)
		return text[offset];
	return '\0';
}

/* The CR of a CRLF is left to the blanks. */
static size_t scan_line(const char *text, size_t len, size_t offset)
{
	const char *found = memchr(text + offset, '\n', len - offset);
	size_t end = found ? (size_t)(found - text) : len;

	return found && text[end - 1] == '\r' ? end - 1 : end;
}

/* Not nested; one that is not terminated is legal and ends with the text. */
static size_t scan_comment(const char *text, size_t len, size_t offset)
{
	const char *found = memmem(text + offset + 2, len - offset - 2, "*/", 2);

	return found ? (size_t)(found - text) + 2 : len;
}

static size_t scan_number(const char *text, size_t len, size_t offset)
{
	size_t end = sql_scan_run(text, len, offset, SQL_CHAR_DIGIT);
	size_t digits;

	if (text[offset] == '0' && (at(text, len, offset + 1) | 0x20) == 'x' &&
		sql_char_is(at(text, len, offset + 2), SQL_CHAR_HEX))
		return sql_scan_run(text, len, offset + 2, SQL_CHAR_HEX);

	if (at(text, len, end) == '.')
		end = sql_scan_run(text, len, end + 1, SQL_CHAR_DIGIT);
	digits = end + 1;
	if ((at(text, len, end) | 0x20) == 'e') {
		if (at(text, len, digits) == '+' || at(text, len, digits) == '-')
			digits++;
		if (sql_char_is(at(text, len, digits), SQL_CHAR_DIGIT))
			end = digits;
	}
	/* A name that touches the number makes both one token, which SQLite refuses. */
	return sql_scan_run(text, len, end, SQL_CHAR_WORD);
}

/* :a @a #a $a, and the $a::b(c) of Tcl. */
static size_t scan_variable(
	const char *text, size_t len, size_t offset, enum sql_token_kind *out_kind)
{
	size_t end = offset + 1;
	size_t word_chars = 0;

	for (;; end++) {
		if (sql_char_is(at(text, len, end), SQL_CHAR_WORD))
			word_chars++;
		else if (at(text, len, end) == ':' && at(text, len, end + 1) == ':')
			end++;
		else
			break;
	}
	if (at(text, len, end) == '(' && word_chars > 0) {
		do
			end++;
		while (end < len && text[end] != ')' && !sql_char_is(text[end], SQL_CHAR_BLANK));
		if (at(text, len, end) == ')')
			end++;
	}
	*out_kind = word_chars > 0 ? SQL_TOKEN_PARAMETER : SQL_TOKEN_OPERATOR;
	return end;
}

/* A quoted thing without any way to hold its closing quote. */
static size_t scan_until(
	const char *text, size_t len, size_t offset, char close, enum sql_token_kind *out_kind)
{
	const char *found = memchr(text + offset, close, len - offset);

	if (!found)
		*out_kind = SQL_TOKEN_BAD;
	return found ? (size_t)(found - text) + 1 : len;
}

static size_t scan_word(const char *text, size_t len, size_t offset, enum sql_token_kind *out_kind)
{
	if ((text[offset] | 0x20) == 'x' && at(text, len, offset + 1) == '\'') {
		*out_kind = SQL_TOKEN_STRING;
		return scan_until(text, len, offset + 2, '\'', out_kind);
	}
	*out_kind = SQL_TOKEN_WORD;
	return sql_scan_run(text, len, offset, SQL_CHAR_WORD);
}

/* What may follow the first character of an operator of two. */
static const char *second_characters(char first)
{
	switch (first) {
	case '<':
		return "=><";
	case '>':
		return "=>";
	case '=':
	case '!':
		return "=";
	case '|':
		return "|";
	case '-':
		return ">";
	}
	return "";
}

static size_t scan_operator(const char *text, size_t len, size_t offset)
{
	char second = at(text, len, offset + 1);

	if (second == '\0' || !strchr(second_characters(text[offset]), second))
		return offset + 1;
	return offset + (text[offset] == '-' && at(text, len, offset + 2) == '>' ? 3 : 2);
}

static size_t scan_quote(const char *text, size_t len, size_t offset, enum sql_token_kind *out_kind)
{
	*out_kind = text[offset] == '\'' ? SQL_TOKEN_STRING : SQL_TOKEN_NAME;
	if (text[offset] == '[')
		return scan_until(text, len, offset + 1, ']', out_kind);
	return sql_scan_quoted(text, len, offset, out_kind);
}

/* Slash and star at the very end of the text are two operators. */
static bool is_comment_start(const char *text, size_t len, size_t offset)
{
	char next = at(text, len, offset + 1);

	return (text[offset] == '-' && next == '-') ||
	       (text[offset] == '/' && next == '*' && offset + 2 < len);
}

static bool is_number_start(const char *text, size_t len, size_t offset)
{
	return sql_char_is(text[offset], SQL_CHAR_DIGIT) ||
	       (text[offset] == '.' && sql_char_is(at(text, len, offset + 1), SQL_CHAR_DIGIT));
}

size_t sql_scan_sqlite(const char *text, size_t len, size_t offset, enum sql_token_kind *out_kind)
{
	if (sql_char_is(text[offset], SQL_CHAR_WORD_START))
		return scan_word(text, len, offset, out_kind);
	if (is_number_start(text, len, offset)) {
		*out_kind = SQL_TOKEN_NUMBER;
		return scan_number(text, len, offset);
	}
	if (is_comment_start(text, len, offset)) {
		*out_kind = SQL_TOKEN_COMMENT;
		return text[offset] == '-' ? scan_line(text, len, offset)
					   : scan_comment(text, len, offset);
	}

	switch (text[offset]) {
	case '\'':
	case '"':
	case '`':
	case '[':
		return scan_quote(text, len, offset, out_kind);
	case ':':
	case '@':
	case '#':
	case '$':
		return scan_variable(text, len, offset, out_kind);
	case '?':
		*out_kind = SQL_TOKEN_PARAMETER;
		return sql_scan_run(text, len, offset + 1, SQL_CHAR_DIGIT);
	case ';':
		*out_kind = SQL_TOKEN_SEMICOLON;
		return offset + 1;
	}
	*out_kind = SQL_TOKEN_OPERATOR;
	return scan_operator(text, len, offset);
}

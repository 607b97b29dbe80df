/* SPDX-License-Identifier: MIT */
#include "bundles/scan.h"

#include <string.h>

/* What PostgreSQL's src/backend/parser/scan.l and psql's psqlscan.l do, in the same order. */

/* No operator is longer; a longer run is an error, and looking at all of it would cost its square.
 */
enum { OPERATOR_MAX_CHARS = 63 };

static bool begins_with(const char *text, size_t len, size_t offset, const char *two)
{
	return len - offset >= 2 && text[offset] == two[0] && text[offset + 1] == two[1];
}

/* The server takes a lone CR for the end of a line, too. */
static size_t scan_line(const char *text, size_t len, size_t offset)
{
	const char *found = memchr(text + offset, '\n', len - offset);
	size_t end = found ? (size_t)(found - text) : len;

	found = memchr(text + offset, '\r', end - offset);
	return found ? (size_t)(found - text) : end;
}

static size_t scan_comment(
	const char *text, size_t len, size_t offset, enum sql_token_kind *out_kind)
{
	size_t depth = 1;

	for (offset += 2; offset < len; offset++) {
		if (text[offset] != '*' && text[offset] != '/')
			continue;
		if (begins_with(text, len, offset, "/*")) {
			depth++;
			offset++;
		} else if (begins_with(text, len, offset, "*/")) {
			offset++;
			if (--depth == 0)
				return offset + 1;
		}
	}
	*out_kind = SQL_TOKEN_BAD;
	return len;
}

static bool is_comment_start(const char *text, size_t len, size_t offset)
{
	if (text[offset] == '-')
		return begins_with(text, len, offset, "--");
	return text[offset] == '/' && begins_with(text, len, offset, "/*");
}

static size_t scan_operator(const char *text, size_t len, size_t offset)
{
	size_t most = len - offset < OPERATOR_MAX_CHARS ? len - offset : OPERATOR_MAX_CHARS;
	size_t solid = 1; /* up to and with the last character that is neither + nor - */
	size_t chars = 0;
	unsigned classes = 0; /* of all characters */

	for (; chars < most; chars++) {
		char character = text[offset + chars];

		if (!sql_char_is(character, SQL_CHAR_OPERATOR) ||
			is_comment_start(text, len, offset + chars))
			break;
		classes |= sql_char_classes[(unsigned char)character];
		if (character != '+' && character != '-')
			solid = chars + 1;
	}
	return offset + (classes & SQL_CHAR_ODD_OPERATOR ? chars : solid);
}

/*
 * A number takes in the name that touches it, as PostgreSQL 15 does before it refuses both; that
 * covers 0x1f and 1_000 of later versions, too.
 */
static size_t scan_junk(const char *text, size_t len, size_t offset)
{
	if (offset < len && sql_char_is(text[offset], SQL_CHAR_WORD_START))
		return sql_scan_run(text, len, offset, SQL_CHAR_WORD);
	return offset;
}

static size_t scan_digits(const char *text, size_t len, size_t offset)
{
	while (offset < len && (sql_char_is(text[offset], SQL_CHAR_DIGIT) || text[offset] == '_'))
		offset++;
	return offset;
}

/* Behind an exponent at `offset`; `offset` itself if there is none. */
static size_t scan_exponent(const char *text, size_t len, size_t offset)
{
	size_t digits = offset + 1;

	if (offset == len || (text[offset] != 'e' && text[offset] != 'E'))
		return offset;
	if (digits < len && (text[digits] == '+' || text[digits] == '-'))
		digits++;
	if (digits == len || !sql_char_is(text[digits], SQL_CHAR_DIGIT))
		return offset;
	return scan_digits(text, len, digits);
}

static size_t scan_number(const char *text, size_t len, size_t offset)
{
	size_t end = scan_digits(text, len, offset);

	/* 1..10 is the range of a loop: two numbers. */
	if (end < len && text[end] == '.' && !begins_with(text, len, end, ".."))
		end = scan_digits(text, len, end + 1);
	return scan_junk(text, len, scan_exponent(text, len, end));
}

/* The end of the `$tag$` that begins at `offset`; 0 if none does. */
static size_t scan_dollar_tag(const char *text, size_t len, size_t offset)
{
	size_t end = offset + 1;

	if (end < len && sql_char_is(text[end], SQL_CHAR_WORD_START))
		while (end < len && text[end] != '$' && sql_char_is(text[end], SQL_CHAR_WORD))
			end++;
	return end < len && text[end] == '$' ? end + 1 : 0;
}

static size_t scan_dollar(
	const char *text, size_t len, size_t offset, enum sql_token_kind *out_kind)
{
	size_t body = scan_dollar_tag(text, len, offset);
	const char *found;

	if (offset + 1 < len && sql_char_is(text[offset + 1], SQL_CHAR_DIGIT)) {
		*out_kind = SQL_TOKEN_PARAMETER;
		return scan_junk(text, len, scan_digits(text, len, offset + 1));
	}
	if (!body) {
		*out_kind = SQL_TOKEN_OPERATOR;
		return offset + 1;
	}
	found = memmem(text + body, len - body, text + offset, body - offset);
	*out_kind = found ? SQL_TOKEN_STRING : SQL_TOKEN_BAD;
	return found ? (size_t)(found - text) + (body - offset) : len;
}

/* A word, or the quoted thing that a word of one letter announces: E'', B'', X'', N'', U&'', U&"".
 */
static size_t scan_word(const char *text, size_t len, size_t offset, enum sql_token_kind *out_kind)
{
	size_t end = sql_scan_run(text, len, offset, SQL_CHAR_WORD);
	char letter = text[offset];

	*out_kind = SQL_TOKEN_WORD;
	if (end != offset + 1 || end == len || !strchr("eEbBxXnNuU", letter))
		return end;
	if (letter != 'u' && letter != 'U') {
		if (text[end] != '\'')
			return end;
		*out_kind = SQL_TOKEN_STRING;
		return letter == 'e' || letter == 'E' ? sql_scan_escaped(text, len, end, out_kind)
						      : sql_scan_quoted(text, len, end, out_kind);
	}
	if (!begins_with(text, len, end, "&'") && !begins_with(text, len, end, "&\""))
		return end;
	*out_kind = text[end + 1] == '"' ? SQL_TOKEN_NAME : SQL_TOKEN_STRING;
	return sql_scan_quoted(text, len, end + 1, out_kind);
}

/* `.`, `..`, `:`, `::`, `:=` and everything that stands for itself. */
static size_t scan_punctuation(const char *text, size_t len, size_t offset)
{
	if (begins_with(text, len, offset, "..") || begins_with(text, len, offset, "::") ||
		begins_with(text, len, offset, ":="))
		return offset + 2;
	return offset + 1;
}

static bool is_number_start(const char *text, size_t len, size_t offset)
{
	return sql_char_is(text[offset], SQL_CHAR_DIGIT) ||
	       (text[offset] == '.' && offset + 1 < len &&
		       sql_char_is(text[offset + 1], SQL_CHAR_DIGIT));
}

size_t sql_scan_postgres(const char *text, size_t len, size_t offset, enum sql_token_kind *out_kind)
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
					   : scan_comment(text, len, offset, out_kind);
	}

	switch (text[offset]) {
	case '\'':
		*out_kind = SQL_TOKEN_STRING;
		return sql_scan_quoted(text, len, offset, out_kind);
	case '"':
		*out_kind = SQL_TOKEN_NAME;
		return sql_scan_quoted(text, len, offset, out_kind);
	case '$':
		return scan_dollar(text, len, offset, out_kind);
	case '\\':
		*out_kind = SQL_TOKEN_META;
		return scan_line(text, len, offset);
	case ';':
		*out_kind = SQL_TOKEN_SEMICOLON;
		return offset + 1;
	}
	*out_kind = SQL_TOKEN_OPERATOR;
	if (sql_char_is(text[offset], SQL_CHAR_OPERATOR))
		return scan_operator(text, len, offset);
	return scan_punctuation(text, len, offset);
}

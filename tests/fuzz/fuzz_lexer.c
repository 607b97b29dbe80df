/* SPDX-License-Identifier: MIT */
/*
 * The SQL lexer. Its tokens cover the text but for blanks; each statement, read alone, is one
 * statement of the same tokens.
 */

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/script.h"
#include "tests/fuzz/input.h"

static bool is_blank_or_bom(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len) {
		if (len - at >= 3 && memcmp(text + at, "\xEF\xBB\xBF", 3) == 0)
			at += 3;
		else if (strchr(" \t\r\n\f\v", text[at]))
			at++;
		else
			return false;
	}
	return true;
}

static void covers(enum sql_dialect dialect, const char *text, size_t len)
{
	struct sql_lexer lexer;
	struct sql_token token;
	size_t at = 0;

	sql_lexer_init(&lexer, dialect, text, len);
	while (sql_lexer_next(&lexer, &token)) {
		assert(token.offset >= at && token.len <= len - token.offset);
		assert(token.len > 0 || token.kind == SQL_TOKEN_BAD);
		assert(is_blank_or_bom(text + at, token.offset - at));
		at = token.offset + token.len;
	}
	assert(is_blank_or_bom(text + at, len - at));
	assert(!sql_lexer_next(&lexer, &token) && token.kind == SQL_TOKEN_END && token.len == 0);
}

static bool has_bad_token(enum sql_dialect dialect, const char *text, size_t len)
{
	struct sql_lexer lexer;
	struct sql_token token;

	sql_lexer_init(&lexer, dialect, text, len);
	while (sql_lexer_next(&lexer, &token))
		if (token.kind == SQL_TOKEN_BAD)
			return true;
	return false;
}

/* Behind a blank, so that a byte-order mark in front of the statement is none of the text's. */
static void splits_alike(enum sql_dialect dialect, const char *text, size_t len)
{
	LG_FREE_BY_SCOPE char *copy = lg_malloc(len + 1);
	struct body_view view = body_view_of_text(copy, len + 1);
	struct script_statement statement = {0};
	struct script_cursor cursor;

	*copy = ' ';
	memcpy(copy + 1, text, len);
	script_cursor_init(&cursor, &view, dialect);
	assert(script_cursor_next(&cursor, &statement));
	assert(statement.offset == 1);
	assert((statement.data_len ? statement.data_offset + statement.data_len
				   : statement.offset + statement.len) == len + 1);
	assert(!script_cursor_next(&cursor, &statement));
}

static void splits(enum sql_dialect dialect, const char *text, size_t len)
{
	struct body_view view = body_view_of_text(text, len);
	struct script_statement statement = {0};
	struct script_cursor cursor;
	size_t behind = 0;

	script_cursor_init(&cursor, &view, dialect);
	while (script_cursor_next(&cursor, &statement)) {
		size_t end = statement.data_len ? statement.data_offset + statement.data_len
						: statement.offset + statement.len;

		assert(statement.offset >= behind && end > statement.offset && end <= len);
		splits_alike(dialect, text + statement.offset, end - statement.offset);
		behind = end;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum sql_dialect dialect;
	const char *text;

	if (size == 0)
		return 0;
	dialect = (data[0] & 1) ? SQL_SQLITE : SQL_POSTGRES;
	text = (const char *)data + 1;
	covers(dialect, text, size - 1);
	/* Scripts with such tokens are refused before they are split, and so are those with a NUL.
	 */
	if (!has_bad_token(dialect, text, size - 1) && !memchr(text, '\0', size - 1))
		splits(dialect, text, size - 1);
	return 0;
}

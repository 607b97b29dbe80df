/* SPDX-License-Identifier: MIT */
#include "bundles/lexer.h"

#include <string.h>

#include "bundles/body.h"
#include "bundles/limits.h"
#include "bundles/scan.h"
#include "bundles/statement_end.h"

void sql_lexer_init(struct sql_lexer *lexer, enum sql_dialect dialect, const char *text, size_t len)
{
	*lexer = (struct sql_lexer){.dialect = dialect, .text = text, .len = len};
}

void sql_lexer_init_view(struct sql_lexer *lexer, enum sql_dialect dialect, struct body_view *view)
{
	sql_lexer_init(lexer, dialect, view->text, view->len);
	lexer->view = view;
	/* What an earlier reader gave back is about to be read again. */
	body_view_rewind(view, 0);
}

static void give_back(const struct sql_lexer *lexer, size_t offset)
{
	if (lexer->view && offset >= lexer->view->forgotten + BUNDLE_WINDOW_BYTES)
		body_view_forget(lexer->view, offset);
}

bool sql_token_is(const struct sql_lexer *lexer, const struct sql_token *token, const char *word)
{
	const char *text = lexer->text + token->offset;

	if (token->kind != SQL_TOKEN_WORD)
		return false;
	for (size_t i = 0; i < token->len; i++) {
		char upper =
			(char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 'a' + 'A' : text[i]);

		/* This also ends at the end of `word`, for no token holds a NUL. */
		if (upper != word[i])
			return false;
	}
	return word[token->len] == '\0';
}

/* Where the `\.` of the data that begins at `start` ends; 0 if there is none. */
static size_t copy_data_end(const struct sql_lexer *lexer, size_t start)
{
	const char *text = lexer->text;
	size_t line = start;

	while (line < lexer->len) {
		const char *found = memchr(text + line, '\n', lexer->len - line);
		size_t end = found ? (size_t)(found - text) : lexer->len;
		size_t chars = end - line;

		if (chars == 3 && text[line + 2] == '\r')
			chars--;
		if (chars == 2 && text[line] == '\\' && text[line + 1] == '.')
			return line + 2;
		line = end + 1;
		give_back(lexer, line);
	}
	return 0;
}

/*
 * What follows the semicolon of COPY … FROM stdin: the rest of its line, which may hold blanks
 * and a comment, and then the data. Anything else there psql would run after the data; that is
 * not worth having, and never to be mistaken for data.
 */
static void scan_copy_data(struct sql_lexer *lexer, struct sql_token *out)
{
	const char *text = lexer->text;
	size_t offset = lexer->offset;
	size_t end = 0;

	while (offset < lexer->len && text[offset] != '\n' &&
		sql_char_is(text[offset], SQL_CHAR_BLANK))
		offset++;
	if (lexer->len - offset >= 2 && memcmp(text + offset, "--", 2) == 0) {
		out->offset = offset;
		lexer->offset = sql_scan_postgres(text, lexer->len, offset, &out->kind);
		out->len = lexer->offset - offset;
		return;
	}
	if (offset < lexer->len && text[offset] == '\n')
		end = copy_data_end(lexer, ++offset);
	out->kind = end ? SQL_TOKEN_COPY_DATA : SQL_TOKEN_BAD;
	out->offset = offset;
	out->ends_statement = end != 0;
	lexer->offset = end ? end : lexer->len;
	out->len = lexer->offset - offset;
	sql_statement_begin(lexer);
}

/* SQLite takes a byte-order mark for a blank wherever a token may begin, psql only in front. */
static bool is_bom(const struct sql_lexer *lexer, size_t offset)
{
	return (offset == 0 || lexer->dialect == SQL_SQLITE) && lexer->len - offset >= 3 &&
	       memcmp(lexer->text + offset, "\xef\xbb\xbf", 3) == 0;
}

static size_t skip_blanks(const struct sql_lexer *lexer)
{
	size_t offset = sql_scan_run(lexer->text, lexer->len, lexer->offset, SQL_CHAR_BLANK);

	while (is_bom(lexer, offset))
		offset = sql_scan_run(lexer->text, lexer->len, offset + 3, SQL_CHAR_BLANK);
	return offset;
}

bool sql_lexer_next(struct sql_lexer *lexer, struct sql_token *out)
{
	size_t offset;

	*out = (struct sql_token){.kind = SQL_TOKEN_END};
	if (lexer->head == SQL_HEAD_COPY_DATA) {
		scan_copy_data(lexer, out);
		return true;
	}

	offset = skip_blanks(lexer);
	out->offset = offset;
	give_back(lexer, offset);
	if (offset == lexer->len) {
		/* Data was announced, and not even the semicolon came. */
		out->kind = lexer->head == SQL_HEAD_COPY_STDIN ? SQL_TOKEN_BAD : SQL_TOKEN_END;
		lexer->offset = offset;
		sql_statement_begin(lexer);
		return out->kind != SQL_TOKEN_END;
	}

	if (lexer->dialect == SQL_SQLITE)
		lexer->offset = sql_scan_sqlite(lexer->text, lexer->len, offset, &out->kind);
	else if (lexer->text[offset] == '\'' && lexer->previous == SQL_PREVIOUS_ESCAPED) {
		out->kind = SQL_TOKEN_STRING;
		lexer->offset = sql_scan_escaped(lexer->text, lexer->len, offset, &out->kind);
	} else
		lexer->offset = sql_scan_postgres(lexer->text, lexer->len, offset, &out->kind);
	out->len = lexer->offset - offset;
	sql_statement_note(lexer, out);
	return true;
}

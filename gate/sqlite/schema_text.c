/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "bundles/lexer.h"
#include "gate/sqlite/schema.h"

/* True if the name is a word that needs no quotes; whether it is a keyword does not matter here. */
static bool is_plain(const char *name, size_t len)
{
	if (len == 0 || isdigit((unsigned char)name[0]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_')
			return false;
	return true;
}

void sqlite_add_identity(const char *name, struct lg_buf *out)
{
	if (is_plain(name, strlen(name)))
		lg_buf_adds(out, name);
	else
		lg_buf_add_quoted(out, name, '"');
}

/* A quoted name, whatever its quotes: without them, or with those of the standard. */
static void add_name(const char *text, size_t len, struct lg_buf *out)
{
	const char *inner = text + 1;
	bool is_bracket = *text == '[';

	len -= 2;
	if (is_plain(inner, len)) {
		lg_buf_add(out, inner, len);
		return;
	}
	lg_buf_addc(out, '"');
	for (size_t i = 0; i < len; i++) {
		if (!is_bracket && inner[i] == *text)
			i++;
		if (inner[i] == '"')
			lg_buf_addc(out, '"');
		lg_buf_addc(out, inner[i]);
	}
	lg_buf_addc(out, '"');
}

/* Where a line ends: behind the parts of the outermost list, and statements of a trigger. */
static void add_break(char character, uint32_t depth, struct lg_buf *out)
{
	if (character == ';' || (character == ',' && depth == 1) ||
		(character == '(' && depth == 1))
		lg_buf_addc(out, '\n');
	else
		lg_buf_addc(out, ' ');
}

static void add_token(const struct sql_lexer *lexer, const struct sql_token *token, uint32_t *depth,
	struct lg_buf *out)
{
	const char *text = lexer->text + token->offset;
	char character = 'x';

	if (token->len == 1)
		character = *text;
	*depth += character == '(';
	if (character == ')' && *depth == 1 && out->len && out->text[out->len - 1] == ' ')
		out->text[out->len - 1] = '\n';
	if (token->kind == SQL_TOKEN_NAME && token->len >= 2)
		add_name(text, token->len, out);
	else
		lg_buf_add(out, text, token->len);
	add_break(character, *depth, out);
	*depth -= character == ')' && *depth > 0;
}

void sqlite_add_definition(const char *sql, struct lg_buf *out)
{
	struct sql_lexer lexer;
	struct sql_token token;
	uint32_t depth = 0;

	sql_lexer_init(&lexer, SQL_SQLITE, sql, strlen(sql));
	while (sql_lexer_next(&lexer, &token))
		if (token.kind != SQL_TOKEN_COMMENT)
			add_token(&lexer, &token, &depth, out);
	while (out->len && strchr(" \n", out->text[out->len - 1]))
		lg_buf_cut(out, out->len - 1);
}

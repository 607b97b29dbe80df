/* SPDX-License-Identifier: MIT */
#include "bundles/lint/statement.h"

#include <string.h>
#include <strings.h>

struct lint_cursor lint_cursor_of(const struct lint_statement *statement)
{
	return (struct lint_cursor){.statement = statement, .end = statement->count};
}

const struct sql_token *lint_next_token(const struct lint_cursor *cursor)
{
	return cursor->at < cursor->end ? &cursor->statement->tokens[cursor->at] : NULL;
}

bool lint_skip(struct lint_cursor *cursor)
{
	if (cursor->at >= cursor->end)
		return false;
	cursor->at++;
	return true;
}

/* True if the token is that word, `len` bytes in upper case. */
static bool is_word(const struct lint_statement *statement, size_t at, const char *word, size_t len)
{
	const struct sql_token *token = &statement->tokens[at];

	return token->len == len &&
	       (token->kind == SQL_TOKEN_WORD || token->kind == SQL_TOKEN_OPERATOR) &&
	       strncasecmp(statement->lexer->text + token->offset, word, len) == 0;
}

/* How many tokens from `at` on are these words; 0 if they are not. */
static size_t match(const struct lint_cursor *cursor, size_t at, const char *words)
{
	size_t count = 0;

	while (*words) {
		size_t len = strcspn(words, " ");

		if (at + count >= cursor->end ||
			!is_word(cursor->statement, at + count, words, len))
			return 0;
		count++;
		words += len + (words[len] == ' ');
	}
	return count;
}

bool lint_comes(const struct lint_cursor *cursor, const char *words)
{
	return match(cursor, cursor->at, words) > 0;
}

bool lint_take(struct lint_cursor *cursor, const char *words)
{
	size_t count = match(cursor, cursor->at, words);

	cursor->at += count;
	return count > 0;
}

bool lint_take_one_of(struct lint_cursor *cursor, const char *const *list)
{
	for (; *list; list++)
		if (lint_take(cursor, *list))
			return true;
	return false;
}

/* +1 for what opens, -1 for what closes. */
static int depth_of(const struct lint_cursor *cursor, size_t at)
{
	const struct sql_token *token = &cursor->statement->tokens[at];
	char character = cursor->statement->lexer->text[token->offset];

	if (token->kind != SQL_TOKEN_OPERATOR || token->len != 1)
		return 0;
	if (character == '(' || character == '[')
		return 1;
	return character == ')' || character == ']' ? -1 : 0;
}

bool lint_go_behind(struct lint_cursor *cursor, const char *words)
{
	int depth = 0;

	for (size_t at = cursor->at; at < cursor->end; at++) {
		size_t count = depth == 0 ? match(cursor, at, words) : 0;

		if (count > 0) {
			cursor->at = at + count;
			return true;
		}
		depth += depth_of(cursor, at);
	}
	return false;
}

bool lint_has(const struct lint_cursor *cursor, const char *words)
{
	struct lint_cursor copy = *cursor;

	return lint_go_behind(&copy, words);
}

static bool is_name(const struct sql_token *token)
{
	return token && (token->kind == SQL_TOKEN_WORD || token->kind == SQL_TOKEN_NAME);
}

bool lint_take_name(struct lint_cursor *cursor, struct lint_name *out)
{
	struct lint_name name = {.token = cursor->at};

	do {
		const struct sql_token *token = lint_next_token(cursor);

		if (!is_name(token))
			return false;
		name.space = name.text;
		name.space_len = name.len;
		name.text = cursor->statement->lexer->text + token->offset;
		name.len = token->len;
		cursor->at++;
	} while (lint_take(cursor, "."));
	*out = name;
	return true;
}

bool lint_take_parentheses(struct lint_cursor *cursor, struct lint_cursor *out)
{
	int depth = 0;

	if (!lint_comes(cursor, "("))
		return false;
	*out = *cursor;
	out->at++;
	do
		depth += depth_of(cursor, cursor->at++);
	while (depth > 0 && cursor->at < cursor->end);
	/* A statement that is cut has no end. */
	out->end = depth > 0 ? cursor->at : cursor->at - 1;
	return true;
}

bool lint_take_part(struct lint_cursor *cursor, struct lint_cursor *out)
{
	int depth = 0;

	if (cursor->at >= cursor->end)
		return false;
	*out = *cursor;
	while (cursor->at < cursor->end && !(depth == 0 && lint_comes(cursor, ",")))
		depth += depth_of(cursor, cursor->at++);
	out->end = cursor->at;
	(void)lint_take(cursor, ",");
	return true;
}

static void strip(const char **text, size_t *len)
{
	if (*len >= 2 && strchr("\"[`", **text)) {
		*text += 1;
		*len -= 2;
	}
}

void lint_name_bare(const struct lint_name *name, const char **out_text, size_t *out_len)
{
	*out_text = name->text;
	*out_len = name->len;
	strip(out_text, out_len);
}

static bool is_equal(const char *left, size_t left_len, const char *right, size_t right_len)
{
	strip(&left, &left_len);
	strip(&right, &right_len);
	return left_len == right_len && strncasecmp(left, right, left_len) == 0;
}

bool lint_name_equal(const struct lint_name *left, const struct lint_name *right)
{
	if (left->space && right->space &&
		!is_equal(left->space, left->space_len, right->space, right->space_len))
		return false;
	return is_equal(left->text, left->len, right->text, right->len);
}

/* SPDX-License-Identifier: MIT */
#include "bundles/statement_end.h"

#include "base/attrs.h"

/* The words that decide where a statement ends. */
enum keyword {
	WORD_OTHER,
	WORD_ATOMIC,
	WORD_BEGIN,
	WORD_CASE,
	WORD_COPY,
	WORD_CREATE,
	WORD_END,
	WORD_EXPLAIN,
	WORD_FROM,
	WORD_FUNCTION,
	WORD_OR,
	WORD_PLAN,
	WORD_PROCEDURE,
	WORD_QUERY,
	WORD_REPLACE,
	WORD_STDIN,
	WORD_STDOUT,
	WORD_TEMP,
	WORD_TEMPORARY,
	WORD_TRIGGER,
};

static const char *const keywords[] = {
	[WORD_ATOMIC] = "ATOMIC",
	[WORD_BEGIN] = "BEGIN",
	[WORD_CASE] = "CASE",
	[WORD_COPY] = "COPY",
	[WORD_CREATE] = "CREATE",
	[WORD_END] = "END",
	[WORD_EXPLAIN] = "EXPLAIN",
	[WORD_FROM] = "FROM",
	[WORD_FUNCTION] = "FUNCTION",
	[WORD_OR] = "OR",
	[WORD_PLAN] = "PLAN",
	[WORD_PROCEDURE] = "PROCEDURE",
	[WORD_QUERY] = "QUERY",
	[WORD_REPLACE] = "REPLACE",
	[WORD_STDIN] = "STDIN",
	[WORD_STDOUT] = "STDOUT",
	[WORD_TEMP] = "TEMP",
	[WORD_TEMPORARY] = "TEMPORARY",
	[WORD_TRIGGER] = "TRIGGER",
};

struct head_step {
	enum sql_dialect dialect;
	enum sql_head from;
	enum keyword word;
	enum sql_head to;
};

/* Any other word makes the statement SQL_HEAD_OTHER. */
static const struct head_step head_steps[] = {
	{SQL_POSTGRES, SQL_HEAD_NONE, WORD_CREATE, SQL_HEAD_CREATE},
	{SQL_POSTGRES, SQL_HEAD_CREATE, WORD_OR, SQL_HEAD_CREATE},
	{SQL_POSTGRES, SQL_HEAD_CREATE, WORD_REPLACE, SQL_HEAD_CREATE},
	{SQL_POSTGRES, SQL_HEAD_CREATE, WORD_FUNCTION, SQL_HEAD_ROUTINE},
	{SQL_POSTGRES, SQL_HEAD_CREATE, WORD_PROCEDURE, SQL_HEAD_ROUTINE},
	{SQL_POSTGRES, SQL_HEAD_NONE, WORD_COPY, SQL_HEAD_COPY},
	{SQL_SQLITE, SQL_HEAD_NONE, WORD_EXPLAIN, SQL_HEAD_EXPLAIN},
	{SQL_SQLITE, SQL_HEAD_EXPLAIN, WORD_QUERY, SQL_HEAD_EXPLAIN},
	{SQL_SQLITE, SQL_HEAD_EXPLAIN, WORD_PLAN, SQL_HEAD_EXPLAIN},
	{SQL_SQLITE, SQL_HEAD_EXPLAIN, WORD_CREATE, SQL_HEAD_CREATE},
	{SQL_SQLITE, SQL_HEAD_NONE, WORD_CREATE, SQL_HEAD_CREATE},
	{SQL_SQLITE, SQL_HEAD_CREATE, WORD_TEMP, SQL_HEAD_CREATE},
	{SQL_SQLITE, SQL_HEAD_CREATE, WORD_TEMPORARY, SQL_HEAD_CREATE},
	{SQL_SQLITE, SQL_HEAD_CREATE, WORD_TRIGGER, SQL_HEAD_TRIGGER},
};

static enum keyword keyword_of(const struct sql_lexer *lexer, const struct sql_token *token)
{
	const int upper_bits = 0xdf; /* of an ASCII letter */
	int first = lexer->text[token->offset] & upper_bits;

	for (size_t i = WORD_OTHER + 1; i < LG_COUNT_OF(keywords); i++)
		if (first == keywords[i][0] && sql_token_is(lexer, token, keywords[i]))
			return (enum keyword)i;
	return WORD_OTHER;
}

static enum sql_head next_head(const struct sql_lexer *lexer, enum keyword word)
{
	for (size_t i = 0; i < LG_COUNT_OF(head_steps); i++) {
		const struct head_step *step = &head_steps[i];

		if (step->dialect == lexer->dialect && step->from == lexer->head &&
			step->word == word)
			return step->to;
	}
	return SQL_HEAD_OTHER;
}

/*
 * A body begins at BEGIN ATOMIC only, for a routine may be called `begin`; within it CASE is what
 * else has an END.
 */
static enum sql_previous note_routine_word(struct sql_lexer *lexer, enum keyword word)
{
	if (word == WORD_BEGIN)
		return SQL_PREVIOUS_BEGIN;
	if (word == WORD_ATOMIC && lexer->previous == SQL_PREVIOUS_BEGIN && lexer->blocks == 0)
		lexer->blocks = 1;
	else if (word == WORD_CASE && lexer->blocks > 0)
		lexer->blocks++;
	else if (word == WORD_END && lexer->blocks > 0)
		lexer->blocks--;
	return SQL_PREVIOUS_OTHER;
}

static enum sql_previous note_copy_word(struct sql_lexer *lexer, enum keyword word)
{
	/* The grammar takes STDOUT for STDIN behind FROM. */
	if ((word == WORD_STDIN || word == WORD_STDOUT) && lexer->previous == SQL_PREVIOUS_FROM)
		lexer->head = SQL_HEAD_COPY_STDIN;
	return word == WORD_FROM ? SQL_PREVIOUS_FROM : SQL_PREVIOUS_OTHER;
}

static enum sql_previous note_word(struct sql_lexer *lexer, const struct sql_token *token)
{
	enum keyword word;

	if (lexer->head == SQL_HEAD_OTHER)
		return SQL_PREVIOUS_OTHER;
	word = keyword_of(lexer, token);
	if (lexer->head <= SQL_HEAD_CREATE) {
		lexer->head = next_head(lexer, word);
		return SQL_PREVIOUS_OTHER;
	}
	if (lexer->parentheses > 0)
		return SQL_PREVIOUS_OTHER;
	if (lexer->head == SQL_HEAD_ROUTINE)
		return note_routine_word(lexer, word);
	if (lexer->head == SQL_HEAD_COPY)
		return note_copy_word(lexer, word);
	if (lexer->head == SQL_HEAD_TRIGGER && word == WORD_END &&
		lexer->previous == SQL_PREVIOUS_SEMICOLON)
		return SQL_PREVIOUS_FINAL_END;
	return SQL_PREVIOUS_OTHER;
}

void sql_statement_begin(struct sql_lexer *lexer)
{
	lexer->head = SQL_HEAD_NONE;
	lexer->previous = SQL_PREVIOUS_OTHER;
	lexer->parentheses = 0;
	lexer->blocks = 0;
}

static void note_semicolon(struct sql_lexer *lexer, struct sql_token *token)
{
	bool is_inside = lexer->parentheses > 0 || lexer->blocks > 0;

	if (lexer->head == SQL_HEAD_TRIGGER)
		is_inside = lexer->previous != SQL_PREVIOUS_FINAL_END;
	if (is_inside) {
		lexer->previous = SQL_PREVIOUS_SEMICOLON;
	} else if (lexer->head == SQL_HEAD_COPY_STDIN) {
		lexer->head = SQL_HEAD_COPY_DATA;
	} else {
		token->ends_statement = true;
		sql_statement_begin(lexer);
	}
}

static void note_operator(struct sql_lexer *lexer, const struct sql_token *token)
{
	char character = lexer->text[token->offset];

	if (lexer->dialect == SQL_SQLITE)
		return;
	if (character == '(')
		lexer->parentheses++;
	else if (character == ')' && lexer->parentheses > 0)
		lexer->parentheses--;
}

/* A string on the next line continues the one before and is read as that one is. */
static enum sql_previous note_string(const struct sql_lexer *lexer, const struct sql_token *token)
{
	char first = lexer->text[token->offset];
	bool is_escaped = first == 'e' || first == 'E' ||
			  (first == '\'' && lexer->previous == SQL_PREVIOUS_ESCAPED);

	return is_escaped && lexer->dialect == SQL_POSTGRES ? SQL_PREVIOUS_ESCAPED
							    : SQL_PREVIOUS_OTHER;
}

void sql_statement_note(struct sql_lexer *lexer, struct sql_token *token)
{
	switch (token->kind) {
	case SQL_TOKEN_COMMENT:
	case SQL_TOKEN_META:
		return;
	case SQL_TOKEN_SEMICOLON:
		note_semicolon(lexer, token);
		return;
	case SQL_TOKEN_WORD:
		lexer->previous = note_word(lexer, token);
		return;
	case SQL_TOKEN_STRING:
		lexer->previous = note_string(lexer, token);
		break;
	case SQL_TOKEN_OPERATOR:
		note_operator(lexer, token);
		lexer->previous = SQL_PREVIOUS_OTHER;
		break;
	case SQL_TOKEN_NAME:
	case SQL_TOKEN_NUMBER:
	case SQL_TOKEN_PARAMETER:
	case SQL_TOKEN_COPY_DATA:
	case SQL_TOKEN_BAD:
	case SQL_TOKEN_END:
		lexer->previous = SQL_PREVIOUS_OTHER;
		break;
	}
	if (lexer->head < SQL_HEAD_OTHER)
		lexer->head = SQL_HEAD_OTHER;
}

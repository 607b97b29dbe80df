/* SPDX-License-Identifier: MIT */
#include "bundles/lexer.h"

#include <string.h>

#include "base/attrs.h"
#include "bundles/body.h"
#include "bundles/limits.h"
#include "bundles/scan.h"

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

/* What the first words of a statement make it: values of `head`. */
enum head {
	HEAD_NONE, /* no word yet */
	HEAD_EXPLAIN,
	HEAD_CREATE,
	HEAD_OTHER,      /* ends at any semicolon outside parentheses */
	HEAD_ROUTINE,    /* may have a BEGIN ATOMIC body */
	HEAD_TRIGGER,    /* ends at `; END ;` */
	HEAD_COPY,       /* may take its data from the script */
	HEAD_COPY_STDIN, /* does */
	HEAD_COPY_DATA,  /* and its semicolon is past */
};

/* What the token before was: values of `previous`. */
enum previous {
	PREVIOUS_OTHER,
	PREVIOUS_BEGIN,
	PREVIOUS_FROM,
	PREVIOUS_SEMICOLON, /* one that ended nothing */
	PREVIOUS_FINAL_END, /* an END behind such a one */
	PREVIOUS_ESCAPED,   /* a string with backslashes, which the next line may continue */
};

struct head_step {
	enum sql_dialect dialect;
	enum head from;
	enum keyword word;
	enum head to;
};

/* Any other word makes the statement HEAD_OTHER. */
static const struct head_step head_steps[] = {
	{SQL_POSTGRES, HEAD_NONE, WORD_CREATE, HEAD_CREATE},
	{SQL_POSTGRES, HEAD_CREATE, WORD_OR, HEAD_CREATE},
	{SQL_POSTGRES, HEAD_CREATE, WORD_REPLACE, HEAD_CREATE},
	{SQL_POSTGRES, HEAD_CREATE, WORD_FUNCTION, HEAD_ROUTINE},
	{SQL_POSTGRES, HEAD_CREATE, WORD_PROCEDURE, HEAD_ROUTINE},
	{SQL_POSTGRES, HEAD_NONE, WORD_COPY, HEAD_COPY},
	{SQL_SQLITE, HEAD_NONE, WORD_EXPLAIN, HEAD_EXPLAIN},
	{SQL_SQLITE, HEAD_EXPLAIN, WORD_QUERY, HEAD_EXPLAIN},
	{SQL_SQLITE, HEAD_EXPLAIN, WORD_PLAN, HEAD_EXPLAIN},
	{SQL_SQLITE, HEAD_EXPLAIN, WORD_CREATE, HEAD_CREATE},
	{SQL_SQLITE, HEAD_NONE, WORD_CREATE, HEAD_CREATE},
	{SQL_SQLITE, HEAD_CREATE, WORD_TEMP, HEAD_CREATE},
	{SQL_SQLITE, HEAD_CREATE, WORD_TEMPORARY, HEAD_CREATE},
	{SQL_SQLITE, HEAD_CREATE, WORD_TRIGGER, HEAD_TRIGGER},
};

void sql_lexer_init(struct sql_lexer *lexer, enum sql_dialect dialect, const char *text, size_t len)
{
	*lexer = (struct sql_lexer){.dialect = dialect, .text = text, .len = len};
}

void sql_lexer_init_view(struct sql_lexer *lexer, enum sql_dialect dialect, struct body_view *view)
{
	sql_lexer_init(lexer, dialect, view->text, view->len);
	lexer->view = view;
	/* What an earlier reader gave back is about to be read again. */
	view->forgotten = 0;
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

static enum keyword keyword_of(const struct sql_lexer *lexer, const struct sql_token *token)
{
	const int upper_bits = 0xdf; /* of an ASCII letter */
	int first = lexer->text[token->offset] & upper_bits;

	for (size_t i = WORD_OTHER + 1; i < LG_COUNT_OF(keywords); i++)
		if (first == keywords[i][0] && sql_token_is(lexer, token, keywords[i]))
			return (enum keyword)i;
	return WORD_OTHER;
}

static enum head next_head(const struct sql_lexer *lexer, enum keyword word)
{
	for (size_t i = 0; i < LG_COUNT_OF(head_steps); i++) {
		const struct head_step *step = &head_steps[i];

		if (step->dialect == lexer->dialect && step->from == lexer->head &&
			step->word == word)
			return step->to;
	}
	return HEAD_OTHER;
}

/*
 * A body begins at BEGIN ATOMIC only, for a routine may be called `begin`; within it CASE is what
 * else has an END.
 */
static enum previous note_routine_word(struct sql_lexer *lexer, enum keyword word)
{
	if (word == WORD_BEGIN)
		return PREVIOUS_BEGIN;
	if (word == WORD_ATOMIC && lexer->previous == PREVIOUS_BEGIN && lexer->blocks == 0)
		lexer->blocks = 1;
	else if (word == WORD_CASE && lexer->blocks > 0)
		lexer->blocks++;
	else if (word == WORD_END && lexer->blocks > 0)
		lexer->blocks--;
	return PREVIOUS_OTHER;
}

static enum previous note_copy_word(struct sql_lexer *lexer, enum keyword word)
{
	/* The grammar takes STDOUT for STDIN behind FROM. */
	if ((word == WORD_STDIN || word == WORD_STDOUT) && lexer->previous == PREVIOUS_FROM)
		lexer->head = HEAD_COPY_STDIN;
	return word == WORD_FROM ? PREVIOUS_FROM : PREVIOUS_OTHER;
}

static enum previous note_word(struct sql_lexer *lexer, const struct sql_token *token)
{
	enum keyword word;

	if (lexer->head == HEAD_OTHER)
		return PREVIOUS_OTHER;
	word = keyword_of(lexer, token);
	if (lexer->head <= HEAD_CREATE) {
		lexer->head = next_head(lexer, word);
		return PREVIOUS_OTHER;
	}
	if (lexer->parentheses > 0)
		return PREVIOUS_OTHER;
	if (lexer->head == HEAD_ROUTINE)
		return note_routine_word(lexer, word);
	if (lexer->head == HEAD_COPY)
		return note_copy_word(lexer, word);
	if (lexer->head == HEAD_TRIGGER && word == WORD_END &&
		lexer->previous == PREVIOUS_SEMICOLON)
		return PREVIOUS_FINAL_END;
	return PREVIOUS_OTHER;
}

static void begin_statement(struct sql_lexer *lexer)
{
	lexer->head = HEAD_NONE;
	lexer->previous = PREVIOUS_OTHER;
	lexer->parentheses = 0;
	lexer->blocks = 0;
}

static void note_semicolon(struct sql_lexer *lexer, struct sql_token *token)
{
	bool is_inside = lexer->parentheses > 0 || lexer->blocks > 0;

	if (lexer->head == HEAD_TRIGGER)
		is_inside = lexer->previous != PREVIOUS_FINAL_END;
	if (is_inside) {
		lexer->previous = PREVIOUS_SEMICOLON;
	} else if (lexer->head == HEAD_COPY_STDIN) {
		lexer->head = HEAD_COPY_DATA;
	} else {
		token->ends_statement = true;
		begin_statement(lexer);
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
static enum previous note_string(const struct sql_lexer *lexer, const struct sql_token *token)
{
	char first = lexer->text[token->offset];
	bool is_escaped = first == 'e' || first == 'E' ||
			  (first == '\'' && lexer->previous == PREVIOUS_ESCAPED);

	return is_escaped && lexer->dialect == SQL_POSTGRES ? PREVIOUS_ESCAPED : PREVIOUS_OTHER;
}

static void note_token(struct sql_lexer *lexer, struct sql_token *token)
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
		lexer->previous = PREVIOUS_OTHER;
		break;
	case SQL_TOKEN_NAME:
	case SQL_TOKEN_NUMBER:
	case SQL_TOKEN_PARAMETER:
	case SQL_TOKEN_COPY_DATA:
	case SQL_TOKEN_BAD:
	case SQL_TOKEN_END:
		lexer->previous = PREVIOUS_OTHER;
		break;
	}
	if (lexer->head < HEAD_OTHER)
		lexer->head = HEAD_OTHER;
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
	begin_statement(lexer);
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
	if (lexer->head == HEAD_COPY_DATA) {
		scan_copy_data(lexer, out);
		return true;
	}

	offset = skip_blanks(lexer);
	out->offset = offset;
	give_back(lexer, offset);
	if (offset == lexer->len) {
		/* Data was announced, and not even the semicolon came. */
		out->kind = lexer->head == HEAD_COPY_STDIN ? SQL_TOKEN_BAD : SQL_TOKEN_END;
		lexer->offset = offset;
		begin_statement(lexer);
		return out->kind != SQL_TOKEN_END;
	}

	if (lexer->dialect == SQL_SQLITE)
		lexer->offset = sql_scan_sqlite(lexer->text, lexer->len, offset, &out->kind);
	else if (lexer->text[offset] == '\'' && lexer->previous == PREVIOUS_ESCAPED) {
		out->kind = SQL_TOKEN_STRING;
		lexer->offset = sql_scan_escaped(lexer->text, lexer->len, offset, &out->kind);
	} else
		lexer->offset = sql_scan_postgres(lexer->text, lexer->len, offset, &out->kind);
	out->len = lexer->offset - offset;
	note_token(lexer, out);
	return true;
}

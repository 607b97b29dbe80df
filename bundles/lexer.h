/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_LEXER_H
#define LOCKGATE_BUNDLES_LEXER_H

/*
 * The one SQL lexer: turns a script into tokens and knows where each statement ends.
 *
 * SQL_POSTGRES follows PostgreSQL 15 to 18, chapter 4.1, with psql's rules for scripts
 * (standard_conforming_strings on, UTF-8): nested comments, dollar quotes, E'' strings, no end of
 * statement inside parentheses or a BEGIN ATOMIC body, COPY … FROM stdin data up to its `\.` line,
 * backslash commands. SQL_SQLITE follows https://www.sqlite.org/lang.html and the tokenizer of
 * SQLite 3.40: a statement ends where sqlite3_prepare_v2() ends it, triggers included.
 *
 * The lexer never fails: what is unterminated becomes a SQL_TOKEN_BAD that reaches to the end of
 * the text. It allocates nothing and reads each byte a bounded number of times. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct body_view;

enum sql_dialect { SQL_POSTGRES, SQL_SQLITE };

enum sql_token_kind {
	SQL_TOKEN_END,     /* the text is over; length 0 */
	SQL_TOKEN_COMMENT, /* a -- comment without its line end, or one with slash and star */
	SQL_TOKEN_WORD,    /* a keyword or an unquoted name */
	SQL_TOKEN_NAME,    /* a quoted name: "x", U&"x"; SQLite also [x] and `x` */
	SQL_TOKEN_STRING,  /* any quoted constant, its prefix included */
	SQL_TOKEN_NUMBER,
	SQL_TOKEN_PARAMETER, /* $1; SQLite also ?, ?1, :x, @x, $x */
	SQL_TOKEN_OPERATOR,  /* one operator of one or more characters, and single punctuation */
	SQL_TOKEN_SEMICOLON,
	SQL_TOKEN_COPY_DATA, /* the lines after COPY … FROM stdin, up to and with `\.` */
	SQL_TOKEN_META,      /* a psql backslash command, up to the end of its line */
	SQL_TOKEN_BAD,       /* an unterminated comment, string, name or data block */
};

struct sql_token {
	enum sql_token_kind kind;
	size_t offset; /* in bytes from the start of the text */
	size_t len;    /* in bytes */

	/* This token is the last of its statement: a top-level semicolon, or the data of a COPY. */
	bool ends_statement;
};

struct sql_lexer {
	enum sql_dialect dialect;
	const char *text; /* borrowed */
	size_t len;
	size_t offset;          /* of the next byte to look at */
	struct body_view *view; /* where the text is from; NULL: from nowhere in particular */

	/* What the statement under way has shown so far; private to lexer.c and statement_end.c. */
	uint32_t head;        /* which kind of statement its first words make it */
	uint32_t previous;    /* what the token before was, where that matters */
	uint32_t parentheses; /* open ones */
	uint32_t blocks;      /* open BEGIN ATOMIC and CASE */
};

void sql_lexer_init(
	struct sql_lexer *lexer, enum sql_dialect dialect, const char *text, size_t len);

/* The same for the text of a view, whose pages are given back once the lexer is past them. */
void sql_lexer_init_view(struct sql_lexer *lexer, enum sql_dialect dialect, struct body_view *view);

/*
 * Reads the next token; blanks between tokens are skipped, and so is a leading byte-order mark.
 * After SQL_TOKEN_END it stays there. Returns false at SQL_TOKEN_END.
 */
bool sql_lexer_next(struct sql_lexer *lexer, struct sql_token *out);

/* True if the token is the keyword `word`, given in upper case; letter case does not matter. */
bool sql_token_is(const struct sql_lexer *lexer, const struct sql_token *token, const char *word);

#endif

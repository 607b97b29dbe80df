/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_STATEMENT_END_H
#define LOCKGATE_BUNDLES_STATEMENT_END_H

/*
 * Knows from its tokens what the statement under way is, and so where it ends: the upper half of
 * lexer.h, for lexer.c alone. Pure.
 */

#include "bundles/lexer.h"

/* What the first words of a statement make it: values of `head` in struct sql_lexer. */
enum sql_head {
	SQL_HEAD_NONE, /* no word yet */
	SQL_HEAD_EXPLAIN,
	SQL_HEAD_CREATE,
	SQL_HEAD_OTHER,      /* ends at any semicolon outside parentheses */
	SQL_HEAD_ROUTINE,    /* may have a BEGIN ATOMIC body */
	SQL_HEAD_TRIGGER,    /* ends at `; END ;` */
	SQL_HEAD_COPY,       /* may take its data from the script */
	SQL_HEAD_COPY_STDIN, /* does */
	SQL_HEAD_COPY_DATA,  /* and its semicolon is past */
};

/* What the token before was: values of `previous` there. */
enum sql_previous {
	SQL_PREVIOUS_OTHER,
	SQL_PREVIOUS_BEGIN,
	SQL_PREVIOUS_FROM,
	SQL_PREVIOUS_SEMICOLON, /* one that ended nothing */
	SQL_PREVIOUS_FINAL_END, /* an END behind such a one */
	SQL_PREVIOUS_ESCAPED,   /* a string with backslashes, which the next line may continue */
};

/* Forgets the statement before. */
void sql_statement_begin(struct sql_lexer *lexer);

/* Takes note of the next token, and sets its `ends_statement`. */
void sql_statement_note(struct sql_lexer *lexer, struct sql_token *token);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_LINT_STATEMENT_H
#define LOCKGATE_BUNDLES_LINT_STATEMENT_H

/*
 * Reading one statement by its tokens: comments are left out, and so is the semicolon. A rule goes
 * through it with a cursor, which is a value: to look ahead, copy it. Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "bundles/lexer.h"

/* What stands behind that many tokens of a statement is not looked at. */
enum { LINT_MAX_TOKENS = 4096 };

struct lint_statement {
	const struct sql_lexer *lexer;  /* whose text the tokens are of; borrowed */
	const struct sql_token *tokens; /* borrowed */
	size_t count;
};

/* The tokens from `at` up to `end` are still to be read. */
struct lint_cursor {
	const struct lint_statement *statement;
	size_t at, end;
};

/* A name with what qualifies it. Texts are those of the script, quotes and all. */
struct lint_name {
	const char *text; /* the last part; NULL: none */
	size_t len;
	const char *space; /* the part before it; NULL: none */
	size_t space_len;
	size_t token; /* where in the statement it begins */
};

struct lint_cursor lint_cursor_of(const struct lint_statement *statement);

/*
 * Words are keywords in upper case or single characters such as "(", divided by single blanks:
 * "IF NOT EXISTS". lint_take() reads them if all of them come next, else nothing.
 */
bool lint_take(struct lint_cursor *cursor, const char *words);
bool lint_comes(const struct lint_cursor *cursor, const char *words);

/* Reads one of each that comes next; the words are a list that ends with NULL. */
bool lint_take_one_of(struct lint_cursor *cursor, const char *const *list);

/* True if the words stand somewhere ahead, outside of parentheses that open ahead. */
bool lint_has(const struct lint_cursor *cursor, const char *words);

/* Goes on to just behind them; false, and nowhere, if they do not stand ahead. */
bool lint_go_behind(struct lint_cursor *cursor, const char *words);

/* Reads a name of one to three parts. */
bool lint_take_name(struct lint_cursor *cursor, struct lint_name *out);

/* True of any one token that is left; it is then read. */
bool lint_skip(struct lint_cursor *cursor);

/* The token that comes next; NULL at the end. */
const struct sql_token *lint_next_token(const struct lint_cursor *cursor);

/* Reads what stands in the parentheses that come next, which *out then goes through. */
bool lint_take_parentheses(struct lint_cursor *cursor, struct lint_cursor *out);

/* Reads up to the next comma outside of parentheses, and over it; false at the end. */
bool lint_take_part(struct lint_cursor *cursor, struct lint_cursor *out);

/* The same name but for letter case; a part that only one of them has is not compared. */
bool lint_name_equal(const struct lint_name *left, const struct lint_name *right);

/* Leaves the quotes out, if there are any. */
void lint_name_bare(const struct lint_name *name, const char **out_text, size_t *out_len);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_SCAN_H
#define LOCKGATE_BUNDLES_SCAN_H

/*
 * Finds where one token ends, by the rules of each engine's own tokenizer, knowing nothing of the
 * statement around it: the lower half of lexer.h, for lexer.c alone. Pure.
 *
 * Every function here takes the whole text and the offset of the token's first byte, which is
 * below `len`, and returns the offset behind its last one.
 */

#include <stddef.h>
#include <stdint.h>

#include "bundles/lexer.h"

/* Bits of sql_char_classes: what a byte may be. Bytes of UTF-8 sequences may be in words. */
enum {
	SQL_CHAR_BLANK = 1,
	SQL_CHAR_WORD_START = 2,
	SQL_CHAR_WORD = 4,
	SQL_CHAR_DIGIT = 8,
	SQL_CHAR_HEX = 16,
	SQL_CHAR_OPERATOR = 32,     /* of PostgreSQL */
	SQL_CHAR_ODD_OPERATOR = 64, /* lets an operator of PostgreSQL end in + or - */
};

extern const uint8_t sql_char_classes[256];

static inline bool sql_char_is(char character, unsigned classes)
{
	return (sql_char_classes[(unsigned char)character] & classes) != 0;
}

size_t sql_scan_postgres(
	const char *text, size_t len, size_t offset, enum sql_token_kind *out_kind);
size_t sql_scan_sqlite(const char *text, size_t len, size_t offset, enum sql_token_kind *out_kind);

/* What both have in common. */

/* The end of the run of bytes of these classes. */
size_t sql_scan_run(const char *text, size_t len, size_t offset, unsigned classes);

/*
 * A text between two `quote`s, in which two of them stand for one; `*out_kind` stays as it is
 * unless the text is not terminated.
 */
size_t sql_scan_quoted(const char *text, size_t len, size_t offset, enum sql_token_kind *out_kind);

/* The same with single quotes, and backslashes that escape. */
size_t sql_scan_escaped(const char *text, size_t len, size_t offset, enum sql_token_kind *out_kind);

#endif

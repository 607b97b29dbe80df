/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_STATEMENT_BLOCK_H
#define LOCKGATE_BUNDLES_STATEMENT_BLOCK_H

/*
 * Which statements may stand in a transaction block, by their words alone: PostgreSQL's manual, the
 * notes of each command; https://www.sqlite.org/lang_vacuum.html. Pure.
 */

#include <stddef.h>

#include "bundles/lexer.h"

enum statement_block {
	BLOCK_ALLOWED,
	BLOCK_LATE,    /* what ALTER TYPE … ADD VALUE adds can be used only once it is over */
	BLOCK_REFUSED, /* the database refuses the statement there */
};

/* Judges a text of one or more statements: the strongest of them. */
enum statement_block statement_block_of(enum sql_dialect dialect, const char *text, size_t len);

#endif

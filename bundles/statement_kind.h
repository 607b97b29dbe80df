/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_STATEMENT_KIND_H
#define LOCKGATE_BUNDLES_STATEMENT_KIND_H

/*
 * What a statement that a program sent does: whether it changes something, or only reads, and
 * what. It is judged by its words alone, so what a function does is known of the common ones only;
 * a statement in doubt counts as a change, and as a read of data where it names a table. Pure.
 */

#include <stddef.h>

#include "bundles/lexer.h"

enum statement_kind {
	STATEMENT_READS_NOTHING,   /* of the database's own facts: the catalogue, its version */
	STATEMENT_CHANGES,         /* or may: it calls a function that is not known to do nothing */
	STATEMENT_READS_DATA,      /* rows of a table that is not the database's own */
	STATEMENT_READS_AND_CALLS, /* both of the former */
};

/*
 * Judges a text of one or more statements: the strongest of them. *out_table, where not NULL, is
 * set to the name of the table, a token of the text, where the kind is that of a read of data.
 */
enum statement_kind statement_kind_of(
	enum sql_dialect dialect, const char *text, size_t len, struct sql_token *out_table);

/* True if what comes back from a statement of the text depends on rows: them, or their number. */
bool statement_answers(enum sql_dialect dialect, const char *text, size_t len);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_SCRIPT_H
#define LOCKGATE_BUNDLES_SCRIPT_H

/*
 * What can be known of a script by reading it: its three hashes, its statements, its directives,
 * and whether lockgate may run it at all.
 *
 * Hashes (algorithm `lg1`, FORMAT.md "Hashes"): `raw` the exact bytes · `content` without one
 * leading byte-order mark and with CRLF as LF · `tokens` every token but comments, in order, each
 * as its bytes with CRLF as LF behind their length (8 bytes, most significant first).
 */

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/error.h"
#include "bundles/body.h"
#include "bundles/directive.h"
#include "bundles/lexer.h"

#define SCRIPT_ALGORITHM "lg1"

struct script_hashes {
	struct lg_digest raw, content, tokens;
};

struct script_facts {
	struct script_hashes hashes;
	uint32_t statements; /* empty ones are not counted */
	uint32_t first_line; /* of the first statement, from 1; 1 where there is none */
	struct directives directives;
};

enum script_role {
	SCRIPT_UP,
	SCRIPT_DOWN,  /* `phase` is refused in its directives */
	SCRIPT_CHECK, /* every directive is refused */
};

/*
 * Reads a whole script. Refused, each with the line and column in `err` counted from the start of
 * the view: bytes that are not UTF-8, NUL, an unterminated token, transaction control
 * (savepoints are allowed), `DISCARD ALL` and `pg_advisory_unlock*`, backslash commands but a
 * matching `\restrict` pair, dot commands, COPY from `stdin` without its data, VACUUM INTO, a bad
 * directive. In SQLite, `PRAGMA foreign_keys=…` among the first PRAGMAs is taken for the directive;
 * where it would be lost inside the transaction it is refused (pragma_rule.h).
 * Gives the view's pages back as it goes. Errors: LG_FORMAT, LG_LIMIT.
 * Texts of *out are kept in `strings`.
 */
LG_MUST_USE
enum lg_status script_scan(struct body_view *view, enum sql_dialect dialect, enum script_role role,
	struct lg_arena *strings, struct script_facts *out, struct lg_error *err);

/* One statement of a script. Offsets are bytes from the start of the script. */
struct script_statement {
	uint32_t index;     /* from 1; empty statements are not counted */
	size_t offset;      /* of its first token */
	size_t len;         /* up to and with its semicolon; inline COPY data is not part of it */
	size_t data_offset; /* of inline COPY data, where `data_len` is not 0 */
	size_t data_len;    /* up to and with `\.`, without the end of that line */
	uint32_t line, column; /* of its first token, from 1, columns in characters */
	char verb[16];         /* its first word in upper case, cut; "" if it starts with none */
};

/* Goes through the statements of a script that script_scan() has accepted. */
struct script_cursor {
	struct sql_lexer lexer;
	struct body_view *view;
	uint32_t statements; /* found so far */

	/* How far lines were counted; private to script.c. */
	size_t offset;
	uint32_t line, column;
};

void script_cursor_init(
	struct script_cursor *cursor, struct body_view *view, enum sql_dialect dialect);

/*
 * Finds the next statement that is not empty; false when there is none left. Gives the view's
 * pages back as it goes; those of the statement stay readable.
 */
bool script_cursor_next(struct script_cursor *cursor, struct script_statement *out);

/* The tokens hash of the first `statements` statements; of none, it is the hash of nothing. */
struct lg_digest script_prefix_tokens(
	struct body_view *view, enum sql_dialect dialect, uint32_t statements);

/* Where `offset` is: the line from 1, and the column from 1 in characters. */
void script_locate(
	const struct body_view *view, size_t offset, uint32_t *out_line, uint32_t *out_column);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_STRING_H
#define LOCKGATE_GATE_POSTGRES_STRING_H

/*
 * A string of statements for the simple query protocol, which takes several at once but no
 * parameters: lockgate's own statements, whose $1, $2, … are filled with quoted literals here and
 * nowhere else, and statements of scripts, byte for byte.
 *
 * Each piece is one statement, so the n-th result belongs to the n-th piece, and a position in the
 * string leads back to a place in a file.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "bundles/script.h"
#include "gate/target.h"

struct postgres_piece {
	size_t at;                          /* where its text begins in the string, in bytes */
	const struct target_script *script; /* whose it is; NULL: lockgate's own */
	size_t offset;                      /* of the same byte in the script */
	struct script_statement statement;  /* of the script */
};

struct postgres_string {
	struct lg_buf text;
	struct postgres_piece *pieces;
	size_t count;
};

/* A value for a placeholder. */
struct postgres_value {
	const char *text; /* borrowed; NULL and no `own`: NULL */
	size_t len;
	char own[LG_DIGEST_CHARS + 1]; /* "" unless the value is here */
	bool is_name;                  /* an identifier, not a literal */
};

struct postgres_value postgres_text(const char *text);
struct postgres_value postgres_bytes(const char *text, size_t len);
struct postgres_value postgres_number(int64_t number);
struct postgres_value postgres_digest(const struct lg_digest *digest);
struct postgres_value postgres_null(void);

/*
 * An identifier: the few names that are not fixed, quoted as the manual's "Identifiers and Key
 * Words" has it. It is UTF-8 without NUL, and not empty.
 */
struct postgres_value postgres_name(const char *name);

void postgres_string_init(struct postgres_string *string);
void postgres_string_release(struct postgres_string *string);
void postgres_string_clear(struct postgres_string *string);

/*
 * Adds a statement of sql.h. $1 is the first of `values`; each but a name is written as a literal,
 * so the statement casts what is no text. A value is UTF-8 without NUL.
 */
void postgres_string_add(struct postgres_string *string, const char *sql,
	const struct postgres_value *values, size_t count);

#define POSTGRES_ADD(string, sql, ...)                                                             \
	postgres_string_add((string), (sql), (const struct postgres_value[]){__VA_ARGS__},         \
		sizeof((const struct postgres_value[]){__VA_ARGS__}) /                             \
			sizeof(struct postgres_value))
#define POSTGRES_ADD_PLAIN(string, sql) postgres_string_add((string), (sql), NULL, 0)

/*
 * Adds a statement of a script with what stands between it and the statement before, which ended
 * at `from`. Inline COPY data is not copied: it is sent from the script when the server asks.
 */
void postgres_string_add_statement(struct postgres_string *string,
	const struct target_script *script, const struct script_statement *statement, size_t from);

/*
 * The place in a script that a position in the string is, counted from 1 in characters, or in
 * bytes if `is_bytes`. False if it is in none.
 */
struct postgres_place {
	const struct target_script *script;
	uint32_t line, column; /* of the script's file */
};
bool postgres_string_locate(const struct postgres_string *string, size_t position, bool is_bytes,
	struct postgres_place *out);

/* Where the n-th piece begins, if it is of a script. */
bool postgres_string_locate_piece(
	const struct postgres_string *string, size_t piece, struct postgres_place *out);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_LIQUIBASE_CHANGESET_H
#define LOCKGATE_BUNDLES_FORMATS_LIQUIBASE_CHANGESET_H

/*
 * The line that begins a changeset of Liquibase's formatted SQL, `--changeset AUTHOR:ID
 * attribute:value …`, and the other lines that Liquibase hears. Pure.
 */

#include "bundles/formats/marker.h"
#include "bundles/lexer.h"

struct liquibase_changeset {
	const char *author, *id; /* borrowed from the marker's text */
	size_t author_len, id_len;
	bool is_transactional;
	bool runs_on_change, runs_always;
	bool is_ours; /* false: for another engine, or to be ignored */
};

/* True if the comment is the first line of such a file. */
bool liquibase_is_header(struct marker marker);

/* True if the comment begins a changeset; the marker is then left behind that word. */
bool liquibase_take_changeset(struct marker *marker);

/*
 * Reads what liquibase_take_changeset() has left. Errors: LG_FORMAT with the line (no author and
 * id, an attribute that cannot be carried over).
 */
LG_MUST_USE
enum lg_status liquibase_changeset_read(const struct marker *marker, enum sql_dialect engine,
	struct liquibase_changeset *out, struct lg_error *err);

/* True if the comment is a line of a rollback; the marker becomes what stands behind the word. */
bool liquibase_take_rollback(struct marker *marker);

/* Errors: LG_FORMAT with the line (the comment gives an order that cannot be carried over). */
LG_MUST_USE
enum lg_status liquibase_check_comment(const struct marker *marker, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SQLITE_SCHEMA_H
#define LOCKGATE_GATE_SQLITE_SCHEMA_H

/*
 * The schema as sqlite_schema has it (https://www.sqlite.org/schematab.html), and as it is
 * recorded: the operations of struct target_driver about it. All scopes of a file have one schema.
 */

#include "gate/sqlite/session.h"

enum lg_status sqlite_read_schema(struct target *target, struct schema *out, struct lg_error *err);
enum lg_status sqlite_read_record(
	struct target *target, struct schema_record *out, struct lg_error *err);
enum lg_status sqlite_record_schema(struct target *target, const char *batch_id,
	const struct schema_writes *writes, struct lg_error *err);

/*
 * Adds a statement of sqlite_schema as a definition: without comments, a line for each part, and
 * names without the quotes that they do not need, for ALTER TABLE puts quotes where none were.
 */
void sqlite_add_definition(const char *sql, struct lg_buf *out);

/* Adds a name as part of an identity: quoted where it must be. */
void sqlite_add_identity(const char *name, struct lg_buf *out);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_LINT_DEFINITION_H
#define LOCKGATE_BUNDLES_LINT_DEFINITION_H

/*
 * The parts of statements that define tables, which several rules read: the actions of ALTER TABLE,
 * the elements of CREATE TABLE, columns and constraints. PostgreSQL's manual, "ALTER TABLE" and
 * "CREATE TABLE"; https://www.sqlite.org/syntax/column-def.html. Pure.
 */

#include "bundles/lint/statement.h"

/* ALTER TABLE …: the name, and a cursor at its first action, for lint_take_part(). */
bool lint_alter_table(const struct lint_statement *statement, struct lint_name *out_table,
	struct lint_cursor *out_actions);

/* "legacy_alter_table" */
extern const char lint_legacy_renames[];

/* PRAGMA of that name, switched on; *out is then the name. */
bool lint_sets_legacy_renames(const struct lint_statement *statement, struct lint_name *out);

/* CREATE TABLE …: the name, and a cursor behind it. */
bool lint_create_table(const struct lint_statement *statement, struct lint_name *out_table,
	struct lint_cursor *out_rest);

struct lint_column {
	struct lint_name name;
	struct lint_cursor type; /* empty in SQLite, where it may be left out */
	struct lint_cursor rest; /* its constraints */
};

/* Reads a whole column; false, and nothing read, where a constraint of the table comes. */
bool lint_take_column(struct lint_cursor *cursor, struct lint_column *out);

/* The action ADD [COLUMN] [IF NOT EXISTS] column, behind which nothing is left. */
bool lint_take_add_column(struct lint_cursor *action, struct lint_column *out);

enum lint_constraint_kind {
	LINT_CONSTRAINT_CHECK,
	LINT_CONSTRAINT_FOREIGN_KEY,
	LINT_CONSTRAINT_UNIQUE, /* or PRIMARY KEY */
	LINT_CONSTRAINT_EXCLUDE,
	LINT_CONSTRAINT_NOT_NULL, /* of the table: PostgreSQL 18 */
};

struct lint_constraint {
	enum lint_constraint_kind kind;
	struct lint_name name; /* text NULL: it has none */
	bool is_not_valid;
	bool has_index; /* USING INDEX */
	size_t token;
};

/* The action ADD [CONSTRAINT name] constraint, behind which nothing is left. */
bool lint_take_add_constraint(struct lint_cursor *action, struct lint_constraint *out);

/* ALTER [COLUMN] name: the cursor is then behind the name. */
bool lint_take_alter_column(struct lint_cursor *action, struct lint_name *out);

#endif

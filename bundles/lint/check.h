/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_LINT_CHECK_H
#define LOCKGATE_BUNDLES_LINT_CHECK_H

/* One statement before the rules: what they may look at, and how they say what they found. */

#include "bundles/directive.h"
#include "bundles/lint/past.h"
#include "bundles/lint/rule.h"
#include "bundles/lint/statement.h"

struct lint_check {
	const struct lint_statement *statement;
	const struct lint_past *past;   /* of the statements before it */
	const struct lint_past *script; /* of all statements */
	const struct directives *directives;
	enum sql_dialect dialect;

	/* Takes what was found: about which name, at which offset in the text of the lexer. */
	void (*found)(
		void *context, enum lint_code code, const struct lint_name *name, size_t offset);
	void *context;
};

/* A group of rules that look at the same statements. */
typedef void lint_group(const struct lint_check *check);

/* `name` is what the finding is about, and where. */
void lint_found(const struct lint_check *check, enum lint_code code, const struct lint_name *name);

/* The same, at another token of the statement. */
void lint_found_at(const struct lint_check *check, enum lint_code code,
	const struct lint_name *name, size_t token);

/* Looks at one action of an ALTER TABLE. */
typedef void lint_action(
	const struct lint_check *check, const struct lint_name *table, struct lint_cursor action);

/* Hands over each action of the statement, if it alters a table that others may wait for. */
void lint_each_action(const struct lint_check *check, lint_action *look);

/* True if the script has created the table itself, so that nobody else waits for it. */
bool lint_is_new(const struct lint_check *check, const struct lint_name *table);

/* bundles/lint/…: one file each. */
lint_group lint_check_index, lint_check_column, lint_check_constraint, lint_check_drop,
	lint_check_rewrite, lint_check_partition, lint_check_trigger, lint_check_transaction,
	lint_check_rows, lint_check_type, lint_check_extension, lint_check_sqlite_alter,
	lint_check_sqlite_table;

#endif

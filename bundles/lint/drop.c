/* SPDX-License-Identifier: MIT */
#include "bundles/lint/check.h"
#include "bundles/lint/definition.h"

/* What running builds miss. A migration that says phase=contract has been thought through. */

/*
 * A table whose place another one takes was rebuilt, not dropped. What is made anew and renamed
 * was the new table of an earlier try, if it was there at all.
 */
static bool is_lost(const struct lint_check *check, const struct lint_name *table)
{
	return !lint_is_new(check, table) &&
	       !lint_past_has(check->script, LINT_RENAMED_TO, table) &&
	       !lint_past_has(check->script, LINT_RENAMED_TABLE, table);
}

/* True if something else in the script has the name, so that who asks for it finds it. */
static bool has_heir(const struct lint_check *check, const struct lint_name *table)
{
	return lint_past_has(check->script, LINT_CREATED_TABLE, table) ||
	       lint_past_has(check->script, LINT_CREATED_VIEW, table) ||
	       lint_past_has(check->script, LINT_RENAMED_TO, table);
}

static void check_drop_table(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_name table;

	if (!lint_take(&cursor, "DROP TABLE"))
		return;
	(void)lint_take(&cursor, "IF EXISTS");
	while (lint_take_name(&cursor, &table)) {
		if (is_lost(check, &table))
			lint_found(check, LINT_DROP_TABLE, &table);
		if (!lint_take(&cursor, ","))
			return;
	}
}

static void check_drop_schema(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_name name;

	if (check->dialect == SQL_SQLITE ||
		(!lint_take(&cursor, "DROP SCHEMA") && !lint_take(&cursor, "DROP DATABASE")))
		return;
	(void)lint_take(&cursor, "IF EXISTS");
	if (lint_take_name(&cursor, &name))
		lint_found(check, LINT_DROP_SCHEMA, &name);
}

/* RENAME [COLUMN] name TO name, or RENAME TO name */
static void check_rename(
	const struct lint_check *check, const struct lint_name *table, struct lint_cursor action)
{
	struct lint_name column;

	if (lint_take(&action, "SET SCHEMA") || lint_take(&action, "RENAME TO")) {
		if (!has_heir(check, table))
			lint_found(check, LINT_RENAME_TABLE, table);
		return;
	}
	if (!lint_take(&action, "RENAME") || lint_comes(&action, "CONSTRAINT"))
		return;
	(void)lint_take(&action, "COLUMN");
	if (lint_take_name(&action, &column))
		lint_found(check, LINT_RENAME_COLUMN, &column);
}

static void check_drop_column(const struct lint_check *check, struct lint_cursor action)
{
	struct lint_name column;

	if (!lint_take(&action, "DROP") || lint_comes(&action, "CONSTRAINT"))
		return;
	(void)lint_take(&action, "COLUMN");
	(void)lint_take(&action, "IF EXISTS");
	if (lint_take_name(&action, &column))
		lint_found(check, LINT_DROP_COLUMN, &column);
}

static void check_alter(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_cursor action;
	struct lint_name name;

	if (lint_take(&cursor, "ALTER VIEW") || lint_take(&cursor, "ALTER MATERIALIZED VIEW")) {
		(void)lint_take(&cursor, "IF EXISTS");
		if (lint_take_name(&cursor, &name) && !lint_is_new(check, &name))
			check_rename(check, &name, cursor);
		return;
	}
	if (!lint_alter_table(check->statement, &name, &cursor) || lint_is_new(check, &name))
		return;
	while (lint_take_part(&cursor, &action)) {
		check_rename(check, &name, action);
		check_drop_column(check, action);
	}
}

void lint_check_drop(const struct lint_check *check)
{
	if (check->directives->phase == PHASE_CONTRACT)
		return;
	check_drop_table(check);
	check_drop_schema(check);
	check_alter(check);
}

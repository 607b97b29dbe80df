/* SPDX-License-Identifier: MIT */
#include "bundles/lint/check.h"
#include "bundles/lint/definition.h"

static void check_drop(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_name table;

	if (check->directives->foreign_keys != FOREIGN_KEYS_ON || !lint_take(&cursor, "DROP TABLE"))
		return;
	(void)lint_take(&cursor, "IF EXISTS");
	if (lint_take_name(&cursor, &table) && !lint_is_new(check, &table))
		lint_found(check, LINT_DROP_TABLE_CASCADES, &table);
}

static void check_rebuild(const struct lint_check *check)
{
	struct lint_cursor cursor;
	struct lint_name table;

	if (lint_create_table(check->statement, &table, &cursor) &&
		lint_past_has(check->past, LINT_RENAMED_TABLE, &table))
		lint_found(check, LINT_REBUILD_RENAMES_FIRST, &table);
}

/* PRAGMA [schema.]legacy_alter_table = value, or (value) */
static void check_pragma(const struct lint_check *check)
{
	static const char *const off[] = {"OFF", "NO", "FALSE", NULL};
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	const struct sql_token *value;
	struct lint_name name;

	if (!lint_take(&cursor, "PRAGMA") || !lint_take_name(&cursor, &name) ||
		!lint_name_equal(
			&name, &(struct lint_name){.text = "legacy_alter_table", .len = 18}))
		return;
	if (!lint_take(&cursor, "=") && !lint_take(&cursor, "("))
		return;
	value = lint_next_token(&cursor);
	if (value && check->statement->lexer->text[value->offset] != '0' &&
		!lint_take_one_of(&cursor, off))
		lint_found(check, LINT_LEGACY_ALTER_TABLE, &name);
}

void lint_check_sqlite_alter(const struct lint_check *check)
{
	check_drop(check);
	check_rebuild(check);
	check_pragma(check);
}

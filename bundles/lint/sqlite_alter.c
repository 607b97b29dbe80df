/* SPDX-License-Identifier: MIT */
#include <string.h>

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
	const struct lint_name pragma = {
		.text = lint_legacy_renames, .len = strlen(lint_legacy_renames)};
	struct lint_cursor cursor;
	struct lint_name table;

	if (lint_create_table(check->statement, &table, &cursor) &&
		lint_past_has(check->past, LINT_RENAMED_TABLE, &table) &&
		!lint_past_has(check->past, LINT_LEGACY_RENAMES, &pragma))
		lint_found(check, LINT_REBUILD_RENAMES_FIRST, &table);
}

static void check_pragma(const struct lint_check *check)
{
	struct lint_name name;

	if (lint_sets_legacy_renames(check->statement, &name))
		lint_found(check, LINT_LEGACY_ALTER_TABLE, &name);
}

void lint_check_sqlite_alter(const struct lint_check *check)
{
	check_drop(check);
	check_rebuild(check);
	check_pragma(check);
}

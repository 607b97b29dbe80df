/* SPDX-License-Identifier: MIT */
#include "bundles/lint/check.h"

static void check_update(const struct lint_check *check)
{
	static const char *const verbs[] = {"UPDATE", "DELETE FROM", NULL};
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_name table;

	if (!lint_take_one_of(&cursor, verbs))
		return;
	(void)lint_take(&cursor, "ONLY");
	if (lint_take_name(&cursor, &table) && !lint_has(&cursor, "WHERE") &&
		!lint_is_new(check, &table))
		lint_found(check, LINT_MASS_CHANGE, &table);
}

static void check_replace(const struct lint_check *check)
{
	static const char *const verbs[] = {
		"REPLACE INTO", "INSERT OR REPLACE INTO", "UPDATE OR REPLACE", NULL};
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_name table;

	if (check->dialect == SQL_SQLITE && lint_take_one_of(&cursor, verbs) &&
		lint_take_name(&cursor, &table) && !lint_is_new(check, &table))
		lint_found(check, LINT_REPLACE_DELETES, &table);
}

static void check_truncate(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_name table;

	if (check->dialect == SQL_SQLITE || !lint_take(&cursor, "TRUNCATE"))
		return;
	(void)lint_take(&cursor, "TABLE");
	(void)lint_take(&cursor, "ONLY");
	if (lint_take_name(&cursor, &table) && !lint_is_new(check, &table))
		lint_found(check, LINT_TRUNCATE, &table);
}

void lint_check_rows(const struct lint_check *check)
{
	check_truncate(check);
	check_update(check);
	check_replace(check);
}

/* SPDX-License-Identifier: MIT */
#include "bundles/lint/check.h"

void lint_check_extension(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_name name;

	if (!lint_take(&cursor, "CREATE EXTENSION"))
		return;
	(void)lint_take(&cursor, "IF NOT EXISTS");
	if (lint_take_name(&cursor, &name))
		lint_found(check, LINT_CREATE_EXTENSION, &name);
}

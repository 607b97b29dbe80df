/* SPDX-License-Identifier: MIT */
#include "bundles/lint/check.h"
#include "bundles/lint/definition.h"

static void check_action(
	const struct lint_check *check, const struct lint_name *table, struct lint_cursor action)
{
	struct lint_name partition;

	if (lint_take(&action, "DETACH PARTITION") && lint_take_name(&action, &partition) &&
		!lint_comes(&action, "CONCURRENTLY") && !lint_comes(&action, "FINALIZE") &&
		!lint_is_new(check, table))
		lint_found(check, LINT_DETACH_NOT_CONCURRENT, &partition);
	if (lint_take(&action, "ATTACH PARTITION") && lint_take_name(&action, &partition) &&
		!lint_is_new(check, &partition) &&
		!lint_past_has(check->past, LINT_VALIDATED_TABLE, &partition))
		lint_found(check, LINT_ATTACH_PARTITION, &partition);
}

void lint_check_partition(const struct lint_check *check)
{
	struct lint_cursor cursor;
	struct lint_cursor action;
	struct lint_name table;
	struct lint_name parent;

	if (lint_create_table(check->statement, &table, &cursor) &&
		lint_take(&cursor, "PARTITION OF") && lint_take_name(&cursor, &parent) &&
		!lint_is_new(check, &parent))
		lint_found(check, LINT_CREATE_PARTITION, &parent);
	if (!lint_alter_table(check->statement, &table, &cursor))
		return;
	while (lint_take_part(&cursor, &action))
		check_action(check, &table, action);
}

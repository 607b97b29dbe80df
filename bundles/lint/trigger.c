/* SPDX-License-Identifier: MIT */
#include "bundles/lint/check.h"
#include "bundles/lint/definition.h"

/* CREATE [OR REPLACE] [CONSTRAINT] TRIGGER name … ON table … */
static void check_create(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_name table;

	if (!lint_take(&cursor, "CREATE"))
		return;
	(void)lint_take(&cursor, "OR REPLACE");
	(void)lint_take(&cursor, "CONSTRAINT");
	if (lint_take(&cursor, "TRIGGER") && lint_go_behind(&cursor, "ON") &&
		lint_take_name(&cursor, &table) && !lint_is_new(check, &table))
		lint_found(check, LINT_CREATE_TRIGGER, &table);
}

/* With `replica` no ordinary trigger fires, nor any foreign key. */
static void check_role(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_name setting;

	if (!lint_take(&cursor, "SET"))
		return;
	if (!lint_take(&cursor, "SESSION"))
		(void)lint_take(&cursor, "LOCAL");
	if (lint_comes(&cursor, "SESSION_REPLICATION_ROLE") && lint_take_name(&cursor, &setting) &&
		!lint_has(&cursor, "ORIGIN") && !lint_has(&cursor, "DEFAULT"))
		lint_found(check, LINT_DISABLE_TRIGGER, &setting);
}

void lint_check_trigger(const struct lint_check *check)
{
	struct lint_cursor actions;
	struct lint_cursor action;
	struct lint_name table;

	check_create(check);
	check_role(check);
	if (!lint_alter_table(check->statement, &table, &actions) || lint_is_new(check, &table))
		return;
	while (lint_take_part(&actions, &action))
		if (lint_take(&action, "DISABLE TRIGGER"))
			lint_found(check, LINT_DISABLE_TRIGGER, &table);
}

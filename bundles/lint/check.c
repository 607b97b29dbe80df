/* SPDX-License-Identifier: MIT */
#include "bundles/lint/check.h"

#include "bundles/lint/definition.h"

void lint_found_at(const struct lint_check *check, enum lint_code code,
	const struct lint_name *name, size_t token)
{
	const struct lint_statement *statement = check->statement;

	if (token >= statement->count)
		token = 0;
	check->found(check->context, code, name, statement->tokens[token].offset);
}

void lint_found(const struct lint_check *check, enum lint_code code, const struct lint_name *name)
{
	lint_found_at(check, code, name, name->token);
}

bool lint_is_new(const struct lint_check *check, const struct lint_name *table)
{
	return lint_past_has(check->past, LINT_CREATED_TABLE, table);
}

void lint_each_action(const struct lint_check *check, lint_action *look)
{
	struct lint_cursor actions;
	struct lint_cursor action;
	struct lint_name table;

	if (!lint_alter_table(check->statement, &table, &actions) || lint_is_new(check, &table))
		return;
	while (lint_take_part(&actions, &action))
		look(check, &table, action);
}

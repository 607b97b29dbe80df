/* SPDX-License-Identifier: MIT */
#include "bundles/lint/check.h"
#include "bundles/lint/default.h"
#include "bundles/lint/definition.h"

static bool is_serial(const struct lint_column *column)
{
	static const char *const types[] = {
		"SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL2", "SERIAL4", "SERIAL8", NULL};
	struct lint_cursor type = column->type;

	return lint_take_one_of(&type, types) || lint_has(&column->rest, "AS IDENTITY");
}

/* The value that rows which are there get is NULL. */
static bool is_left_null(const struct lint_column *column)
{
	struct lint_cursor expression;

	if (lint_find_default(&column->rest, &expression))
		return lint_comes(&expression, "NULL");
	return !lint_has(&column->rest, "GENERATED") && !lint_has(&column->rest, "AS (");
}

static void check_postgres(const struct lint_check *check, const struct lint_column *column)
{
	struct lint_cursor expression;

	if (is_serial(column))
		lint_found(check, LINT_ADD_COLUMN_SERIAL, &column->name);
	else if (is_left_null(column) &&
		 (lint_has(&column->rest, "NOT NULL") || lint_has(&column->rest, "PRIMARY KEY")))
		lint_found(check, LINT_ADD_COLUMN_NOT_NULL, &column->name);
	if (lint_find_default(&column->rest, &expression) && lint_default_is_volatile(expression))
		lint_found(check, LINT_ADD_COLUMN_VOLATILE_DEFAULT, &column->name);
}

/* https://www.sqlite.org/lang_altertable.html, "ALTER TABLE ADD COLUMN" */
static void check_sqlite(const struct lint_check *check, const struct lint_column *column)
{
	struct lint_cursor expression;

	if (is_left_null(column) && lint_has(&column->rest, "NOT NULL"))
		lint_found(check, LINT_ADD_COLUMN_NOT_NULL, &column->name);
	if (lint_find_default(&column->rest, &expression) && lint_default_is_computed(expression))
		lint_found(check, LINT_ADD_COLUMN_DEFAULT, &column->name);
	if (lint_has(&column->rest, "UNIQUE") || lint_has(&column->rest, "PRIMARY KEY"))
		lint_found(check, LINT_ADD_COLUMN_UNIQUE, &column->name);
}

static void check_add(const struct lint_check *check, const struct lint_column *column)
{
	if (lint_has(&column->rest, "STORED"))
		lint_found(check, LINT_ADD_COLUMN_STORED, &column->name);
	if (check->dialect == SQL_SQLITE)
		check_sqlite(check, column);
	else
		check_postgres(check, column);
}

static void check_action(
	const struct lint_check *check, const struct lint_name *table, struct lint_cursor action)
{
	struct lint_column column;
	struct lint_name name;

	if (lint_take_add_column(&action, &column))
		check_add(check, &column);
	if (check->dialect == SQL_SQLITE || !lint_take_alter_column(&action, &name))
		return;
	if (lint_comes(&action, "TYPE") || lint_comes(&action, "SET DATA TYPE"))
		lint_found(check, LINT_CHANGE_COLUMN_TYPE, &name);
	if (lint_comes(&action, "SET NOT NULL") &&
		!lint_past_has(check->past, LINT_VALIDATED_TABLE, table))
		lint_found(check, LINT_SET_NOT_NULL, &name);
}

void lint_check_column(const struct lint_check *check)
{
	lint_each_action(check, check_action);
}

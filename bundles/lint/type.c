/* SPDX-License-Identifier: MIT */
#include "bundles/lint/check.h"
#include "bundles/lint/definition.h"

/* The types of PostgreSQL that are better not chosen, for new tables too. */

static bool is_padded(struct lint_cursor type)
{
	static const char *const words[] = {"NATIONAL CHARACTER", "NATIONAL CHAR", "CHARACTER",
		"CHAR", "NCHAR", "BPCHAR", NULL};

	return lint_take_one_of(&type, words) && !lint_comes(&type, "VARYING");
}

static bool is_zoneless(struct lint_cursor type)
{
	return lint_take(&type, "TIMESTAMP") && !lint_has(&type, "WITH TIME ZONE");
}

static bool is_short(struct lint_cursor type)
{
	static const char *const words[] = {"INTEGER", "INT", "INT4", "SMALLINT", "INT2", "SERIAL",
		"SERIAL4", "SMALLSERIAL", "SERIAL2", NULL};

	return lint_take_one_of(&type, words);
}

static void check_column(const struct lint_check *check, const struct lint_column *column)
{
	if (lint_comes(&column->type, "JSON"))
		lint_found(check, LINT_JSON_TYPE, &column->name);
	if (is_padded(column->type))
		lint_found(check, LINT_CHAR_TYPE, &column->name);
	if (is_zoneless(column->type))
		lint_found(check, LINT_TIMESTAMP_TYPE, &column->name);
	if (is_short(column->type) && lint_has(&column->rest, "PRIMARY KEY"))
		lint_found(check, LINT_INT_KEY, &column->name);
}

void lint_check_type(const struct lint_check *check)
{
	struct lint_cursor cursor;
	struct lint_cursor parts;
	struct lint_cursor part;
	struct lint_column column;
	struct lint_name table;

	if (lint_create_table(check->statement, &table, &cursor)) {
		if (!lint_take_parentheses(&cursor, &parts))
			return;
		while (lint_take_part(&parts, &part))
			if (lint_take_column(&part, &column))
				check_column(check, &column);
	} else if (lint_alter_table(check->statement, &table, &cursor)) {
		while (lint_take_part(&cursor, &part))
			if (lint_take_add_column(&part, &column))
				check_column(check, &column);
	}
}

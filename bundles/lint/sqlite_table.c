/* SPDX-License-Identifier: MIT */
#include "bundles/lint/check.h"
#include "bundles/lint/default.h"
#include "bundles/lint/definition.h"

/* https://www.sqlite.org/datatype3.html, 3.1: its affinity is INTEGER, though it is none. */
static bool is_like_integer(struct lint_cursor type)
{
	static const char *const words[] = {"INT", "BIGINT", "SMALLINT", "TINYINT", "MEDIUMINT",
		"INT2", "INT4", "INT8", "UNSIGNED BIG INT", NULL};

	return lint_take_one_of(&type, words);
}

static bool is_integer(struct lint_cursor type)
{
	return lint_take(&type, "INTEGER") && type.at == type.end;
}

/* https://www.sqlite.org/lang_createtable.html, "ROWIDs and the INTEGER PRIMARY KEY" */
static void check_key(
	const struct lint_check *check, const struct lint_column *column, bool is_strict)
{
	bool is_strange = is_like_integer(column->type) ||
			  (is_integer(column->type) && lint_has(&column->rest, "PRIMARY KEY DESC"));

	if (!lint_has(&column->rest, "PRIMARY KEY"))
		return;
	if (is_strange)
		lint_found(check, LINT_KEY_NOT_ROWID, &column->name);
	else if (!is_integer(column->type) && !is_strict && !lint_has(&column->rest, "NOT NULL"))
		lint_found(check, LINT_NULLABLE_KEY, &column->name);
}

static void check_type(const struct lint_check *check, const struct lint_column *column)
{
	if (lint_comes(&column->type, "STRING"))
		lint_found(check, LINT_STRING_TYPE, &column->name);
}

static void check_columns(const struct lint_check *check)
{
	struct lint_cursor cursor;
	struct lint_cursor parts;
	struct lint_cursor part;
	struct lint_column column;
	struct lint_name table;

	if (lint_alter_table(check->statement, &table, &cursor)) {
		while (lint_take_part(&cursor, &part))
			if (lint_take_add_column(&part, &column))
				check_type(check, &column);
		return;
	}
	if (!lint_create_table(check->statement, &table, &cursor) ||
		!lint_take_parentheses(&cursor, &parts))
		return;
	while (lint_take_part(&parts, &part)) {
		if (!lint_take_column(&part, &column))
			continue;
		check_type(check, &column);
		if (!lint_has(&cursor, "WITHOUT ROWID"))
			check_key(check, &column, lint_has(&cursor, "STRICT"));
	}
}

/* A name alone between commas and parentheses: in VALUES, nothing has names. */
static void check_values(const struct lint_check *check, struct lint_cursor values)
{
	struct lint_cursor part;

	while (lint_take_part(&values, &part)) {
		const struct sql_token *token = lint_next_token(&part);
		struct lint_name name;

		if (!token || check->statement->lexer->text[token->offset] != '"' ||
			!lint_take_name(&part, &name) || part.at < part.end || name.space)
			continue;
		lint_found(check, LINT_DOUBLE_QUOTED_STRING, &name);
		return;
	}
}

static void check_quotes(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	bool is_insert = lint_comes(&cursor, "INSERT") || lint_comes(&cursor, "REPLACE");
	struct lint_cursor values;

	if (is_insert && lint_go_behind(&cursor, "VALUES") &&
		lint_take_parentheses(&cursor, &values))
		check_values(check, values);
}

static void check_default(const struct lint_check *check)
{
	const struct lint_statement *statement = check->statement;
	struct lint_cursor cursor = lint_cursor_of(statement);

	if (!lint_comes(&cursor, "CREATE") && !lint_comes(&cursor, "ALTER"))
		return;
	while (cursor.at < cursor.end) {
		const struct sql_token *token;
		struct lint_name name;
		bool is_default = lint_take(&cursor, "DEFAULT");

		token = lint_next_token(&cursor);
		if (is_default && token && statement->lexer->text[token->offset] == '"' &&
			lint_take_name(&cursor, &name))
			lint_found(check, LINT_DOUBLE_QUOTED_STRING, &name);
		(void)lint_skip(&cursor);
	}
}

void lint_check_sqlite_table(const struct lint_check *check)
{
	check_columns(check);
	check_quotes(check);
	check_default(check);
}

/* SPDX-License-Identifier: MIT */
#include "bundles/lint/default.h"

/* Functions, types and constructs that give one answer throughout a statement. */
static const char *const steady[] = {"ABS", "ARRAY_FILL", "BIT", "CAST", "CEIL", "CHAR",
	"CHARACTER", "CHR", "COALESCE", "CONCAT", "CONCAT_WS", "CURRENT_DATABASE", "CURRENT_SCHEMA",
	"CURRENT_SETTING", "CURRENT_TIME", "CURRENT_TIMESTAMP", "DATE_PART", "DATE_TRUNC",
	"DECIMAL", "DECODE", "ENCODE", "EXTRACT", "FLOOR", "FORMAT", "GREATEST", "INT4RANGE",
	"INT8RANGE", "INTERVAL", "JSONB_BUILD_ARRAY", "JSONB_BUILD_OBJECT", "JSON_BUILD_ARRAY",
	"JSON_BUILD_OBJECT", "LEAST", "LEFT", "LENGTH", "LOCALTIME", "LOCALTIMESTAMP", "LOWER",
	"LPAD", "MAKE_DATE", "MAKE_INTERVAL", "MAKE_TIME", "MAKE_TIMESTAMP", "MAKE_TIMESTAMPTZ",
	"MD5", "NOW", "NULLIF", "NUMERIC", "NUMRANGE", "POSITION", "REPEAT", "REPLACE", "RIGHT",
	"ROUND", "ROW", "RPAD", "SHA256", "SPLIT_PART", "STATEMENT_TIMESTAMP", "STRING_TO_ARRAY",
	"SUBSTR", "SUBSTRING", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "TO_CHAR", "TO_DATE", "TO_JSON",
	"TO_JSONB", "TO_NUMBER", "TO_TIMESTAMP", "TO_TSVECTOR", "TRANSACTION_TIMESTAMP", "TRIM",
	"TRUNC", "TSTZRANGE", "UPPER", "VARCHAR", "VARYING", NULL};

/* What may follow the expression among the constraints of a column. */
static const char *const behind[] = {"CONSTRAINT", "NOT NULL", "NULL", "PRIMARY KEY", "UNIQUE",
	"CHECK (", "REFERENCES", "GENERATED", "COLLATE", NULL};

/* Goes on behind the next DEFAULT that is not the one of ON DELETE SET DEFAULT. */
static bool go_behind_default(struct lint_cursor *cursor)
{
	while (lint_go_behind(cursor, "DEFAULT")) {
		struct lint_cursor before = *cursor;

		before.at = cursor->at >= 2 ? cursor->at - 2 : 0;
		if (!lint_comes(&before, "SET"))
			return true;
	}
	return false;
}

/* Reads one operand or operator, or everything in parentheses. */
static void skip_piece(struct lint_cursor *cursor)
{
	struct lint_cursor inside;

	if (!lint_take_parentheses(cursor, &inside))
		(void)lint_skip(cursor);
}

static bool is_over(struct lint_cursor cursor)
{
	return cursor.at >= cursor.end || lint_take_one_of(&cursor, behind);
}

bool lint_find_default(const struct lint_cursor *constraints, struct lint_cursor *out)
{
	struct lint_cursor cursor = *constraints;

	if (!go_behind_default(&cursor))
		return false;
	*out = cursor;
	/* The first piece belongs to it even where it is the word NULL. */
	do
		skip_piece(&cursor);
	while (!is_over(cursor));
	out->end = cursor.at;
	return true;
}

/* A name in a schema of somebody's own is not PostgreSQL's function of that name. */
static bool is_steady(const struct lint_cursor *expression, size_t from, size_t behind_name)
{
	struct lint_cursor name = *expression;

	name.at = from;
	if (from + 1 < behind_name && !lint_comes(&name, "PG_CATALOG"))
		return false;
	name.at = behind_name - 1;
	return lint_take_one_of(&name, steady);
}

bool lint_default_is_volatile(struct lint_cursor expression)
{
	while (expression.at < expression.end) {
		bool is_type = lint_take(&expression, "::") || lint_take(&expression, "AS");
		size_t from = expression.at;
		struct lint_name name;

		if (!lint_take_name(&expression, &name))
			(void)lint_skip(&expression);
		else if (lint_comes(&expression, "(") && !is_type &&
			 !is_steady(&expression, from, expression.at))
			return true;
	}
	return false;
}

bool lint_default_is_computed(struct lint_cursor expression)
{
	static const char *const moments[] = {
		"CURRENT_TIMESTAMP", "CURRENT_TIME", "CURRENT_DATE", NULL};
	struct lint_cursor inside;

	if (lint_take_one_of(&expression, moments))
		return true;
	if (!lint_take_parentheses(&expression, &inside))
		return false;
	if (lint_take_one_of(&inside, moments))
		return true;
	if (!lint_take(&inside, "-"))
		(void)lint_take(&inside, "+");
	(void)lint_skip(&inside);
	return inside.at < inside.end;
}

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

bool lint_find_default(const struct lint_cursor *constraints, struct lint_cursor *out)
{
	struct lint_cursor cursor = *constraints;
	struct lint_cursor inside;

	/* ON DELETE SET DEFAULT is none. */
	do {
		struct lint_cursor before;

		if (!lint_go_behind(&cursor, "DEFAULT"))
			return false;
		before = cursor;
		before.at = cursor.at >= 2 ? cursor.at - 2 : 0;
		if (!lint_comes(&before, "SET"))
			break;
	} while (true);
	*out = cursor;
	(void)lint_skip(&cursor);
	cursor.at = out->at;
	/* `DEFAULT NULL` begins with what else would end it. */
	if (!lint_take_parentheses(&cursor, &inside))
		(void)lint_skip(&cursor);
	while (cursor.at < cursor.end) {
		struct lint_cursor ahead = cursor;

		if (lint_take_one_of(&ahead, behind))
			break;
		if (!lint_take_parentheses(&cursor, &inside))
			(void)lint_skip(&cursor);
	}
	out->end = cursor.at;
	return true;
}

bool lint_default_is_volatile(struct lint_cursor expression)
{
	while (expression.at < expression.end) {
		bool is_type = lint_take(&expression, "::") || lint_take(&expression, "AS");
		bool is_steady = lint_comes(&expression, "pg_catalog .");
		struct lint_cursor ahead = expression;
		struct lint_name name;

		if (!lint_take_name(&expression, &name)) {
			(void)lint_skip(&expression);
			continue;
		}
		if (name.space && !is_steady && lint_comes(&expression, "(") && !is_type)
			return true;
		ahead.at = expression.at - 1;
		is_steady = lint_take_one_of(&ahead, steady);
		if (lint_comes(&expression, "(") && !is_type && !is_steady)
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

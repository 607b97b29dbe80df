/* SPDX-License-Identifier: MIT */
#include "bundles/lint/definition.h"

/* What begins a constraint of a table, where a column might stand. */
static const char *const table_constraints[] = {"CONSTRAINT", "CHECK (", "UNIQUE (", "UNIQUE NULLS",
	"UNIQUE USING", "PRIMARY KEY", "EXCLUDE USING", "EXCLUDE (", "FOREIGN KEY", "NOT NULL",
	"LIKE", NULL};

/* What ends the type of a column. */
static const char *const column_constraints[] = {"CONSTRAINT", "NOT", "NULL", "DEFAULT", "PRIMARY",
	"UNIQUE", "CHECK", "REFERENCES", "GENERATED", "COLLATE", "COMPRESSION", "STORAGE", "AS",
	"DEFERRABLE", "INITIALLY", NULL};

static bool comes_one_of(const struct lint_cursor *cursor, const char *const *list)
{
	struct lint_cursor copy = *cursor;

	return lint_take_one_of(&copy, list);
}

bool lint_alter_table(const struct lint_statement *statement, struct lint_name *out_table,
	struct lint_cursor *out_actions)
{
	struct lint_cursor cursor = lint_cursor_of(statement);

	if (!lint_take(&cursor, "ALTER TABLE") && !lint_take(&cursor, "ALTER FOREIGN TABLE"))
		return false;
	(void)lint_take(&cursor, "IF EXISTS");
	(void)lint_take(&cursor, "ONLY");
	if (!lint_take_name(&cursor, out_table))
		return false;
	(void)lint_take(&cursor, "*");
	*out_actions = cursor;
	return true;
}

const char lint_legacy_renames[] = "legacy_alter_table";

/* PRAGMA [schema.]name = value, or (value) */
bool lint_sets_legacy_renames(const struct lint_statement *statement, struct lint_name *out)
{
	static const char *const off[] = {"OFF", "NO", "FALSE", NULL};
	const struct lint_name wanted = {
		.text = lint_legacy_renames, .len = sizeof(lint_legacy_renames) - 1};
	struct lint_cursor cursor = lint_cursor_of(statement);
	const struct sql_token *value;

	if (!lint_take(&cursor, "PRAGMA") || !lint_take_name(&cursor, out) ||
		!lint_name_equal(out, &wanted))
		return false;
	if (!lint_take(&cursor, "=") && !lint_take(&cursor, "("))
		return false;
	value = lint_next_token(&cursor);
	return value && statement->lexer->text[value->offset] != '0' &&
	       !lint_take_one_of(&cursor, off);
}

bool lint_create_table(const struct lint_statement *statement, struct lint_name *out_table,
	struct lint_cursor *out_rest)
{
	static const char *const adjectives[] = {
		"GLOBAL", "LOCAL", "TEMPORARY", "TEMP", "UNLOGGED", "FOREIGN", "VIRTUAL", NULL};
	struct lint_cursor cursor = lint_cursor_of(statement);

	if (!lint_take(&cursor, "CREATE"))
		return false;
	while (lint_take_one_of(&cursor, adjectives))
		;
	if (!lint_take(&cursor, "TABLE"))
		return false;
	(void)lint_take(&cursor, "IF NOT EXISTS");
	if (!lint_take_name(&cursor, out_table))
		return false;
	*out_rest = cursor;
	return true;
}

bool lint_take_column(struct lint_cursor *cursor, struct lint_column *out)
{
	struct lint_cursor ahead = *cursor;

	if (comes_one_of(cursor, table_constraints) || !lint_take_name(&ahead, &out->name))
		return false;
	out->type = ahead;
	while (ahead.at < ahead.end && !comes_one_of(&ahead, column_constraints)) {
		struct lint_cursor inside;

		if (!lint_take_parentheses(&ahead, &inside))
			ahead.at++;
	}
	out->type.end = ahead.at;
	out->rest = ahead;
	cursor->at = cursor->end;
	return true;
}

bool lint_take_add_column(struct lint_cursor *action, struct lint_column *out)
{
	struct lint_cursor ahead = *action;

	if (!lint_take(&ahead, "ADD"))
		return false;
	(void)lint_take(&ahead, "COLUMN");
	(void)lint_take(&ahead, "IF NOT EXISTS");
	if (!lint_take_column(&ahead, out))
		return false;
	*action = ahead;
	return true;
}

static bool take_constraint_kind(struct lint_cursor *cursor, enum lint_constraint_kind *out)
{
	static const struct {
		const char *words;
		enum lint_constraint_kind kind;
	} heads[] = {
		{"CHECK", LINT_CONSTRAINT_CHECK},
		{"FOREIGN KEY", LINT_CONSTRAINT_FOREIGN_KEY},
		{"UNIQUE", LINT_CONSTRAINT_UNIQUE},
		{"PRIMARY KEY", LINT_CONSTRAINT_UNIQUE},
		{"EXCLUDE", LINT_CONSTRAINT_EXCLUDE},
		{"NOT NULL", LINT_CONSTRAINT_NOT_NULL},
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (lint_take(cursor, heads[i].words)) {
			*out = heads[i].kind;
			return true;
		}
	return false;
}

bool lint_take_add_constraint(struct lint_cursor *action, struct lint_constraint *out)
{
	struct lint_cursor ahead = *action;
	struct lint_constraint constraint = {.token = action->at};

	if (!lint_take(&ahead, "ADD") || !comes_one_of(&ahead, table_constraints))
		return false;
	if (lint_take(&ahead, "CONSTRAINT") && !lint_take_name(&ahead, &constraint.name))
		return false;
	constraint.token = ahead.at;
	if (!take_constraint_kind(&ahead, &constraint.kind))
		return false;
	constraint.is_not_valid = lint_has(&ahead, "NOT VALID");
	constraint.has_index =
		lint_has(&ahead, "USING INDEX") && !lint_has(&ahead, "USING INDEX TABLESPACE");
	action->at = action->end;
	*out = constraint;
	return true;
}

bool lint_take_alter_column(struct lint_cursor *action, struct lint_name *out)
{
	struct lint_cursor ahead = *action;

	if (!lint_take(&ahead, "ALTER") || lint_comes(&ahead, "CONSTRAINT"))
		return false;
	(void)lint_take(&ahead, "COLUMN");
	if (!lint_take_name(&ahead, out))
		return false;
	*action = ahead;
	return true;
}

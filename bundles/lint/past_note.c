/* SPDX-License-Identifier: MIT */
#include "bundles/lint/definition.h"
#include "bundles/lint/past.h"

static void note_created(struct lint_past *past, const struct lint_statement *statement)
{
	struct lint_cursor cursor = lint_cursor_of(statement);
	struct lint_name name;

	if (lint_create_table(statement, &name, &cursor)) {
		lint_past_add(past, LINT_CREATED_TABLE, &name);
	} else if (lint_take(&cursor, "CREATE VIEW") ||
		   lint_take(&cursor, "CREATE OR REPLACE VIEW")) {
		(void)lint_take(&cursor, "IF NOT EXISTS");
		if (lint_take_name(&cursor, &name))
			lint_past_add(past, LINT_CREATED_VIEW, &name);
	} else if (lint_take(&cursor, "CREATE MATERIALIZED VIEW")) {
		(void)lint_take(&cursor, "IF NOT EXISTS");
		if (lint_take_name(&cursor, &name))
			lint_past_add(past, LINT_CREATED_TABLE, &name);
	}
}

static void note_action(
	struct lint_past *past, const struct lint_name *table, struct lint_cursor *action)
{
	bool is_new = lint_past_has(past, LINT_CREATED_TABLE, table);
	struct lint_constraint constraint;
	struct lint_name name;

	if (lint_take_add_constraint(action, &constraint)) {
		if (constraint.is_not_valid && constraint.name.text && !is_new)
			lint_past_add(past, LINT_ADDED_NOT_VALID, &constraint.name);
	} else if (lint_take(action, "VALIDATE CONSTRAINT")) {
		lint_past_add(past, LINT_VALIDATED_TABLE, table);
	} else if (lint_take(action, "RENAME TO") && lint_take_name(action, &name)) {
		lint_past_add(past, LINT_RENAMED_TABLE, table);
		lint_past_add(past, LINT_RENAMED_TO, &name);
		lint_past_add(past, is_new ? LINT_CREATED_TABLE : LINT_LOCKED_TABLE, &name);
	}
}

static void note_altered(struct lint_past *past, const struct lint_statement *statement)
{
	struct lint_cursor actions;
	struct lint_cursor action;
	struct lint_name table;

	if (!lint_alter_table(statement, &table, &actions))
		return;
	while (lint_take_part(&actions, &action))
		note_action(past, &table, &action);
}

static void note_dropped_index(struct lint_past *past, const struct lint_statement *statement)
{
	struct lint_cursor cursor = lint_cursor_of(statement);
	struct lint_name name;

	if (!lint_take(&cursor, "DROP INDEX"))
		return;
	(void)lint_take(&cursor, "CONCURRENTLY");
	(void)lint_take(&cursor, "IF EXISTS");
	while (lint_take_name(&cursor, &name)) {
		lint_past_add(past, LINT_DROPPED_INDEX, &name);
		(void)lint_take(&cursor, ",");
	}
}

/* ALTER TYPE name ADD VALUE [IF NOT EXISTS] 'label' */
static void note_label(struct lint_past *past, const struct lint_statement *statement)
{
	struct lint_cursor cursor = lint_cursor_of(statement);
	const struct sql_token *label;
	struct lint_name type;

	if (!lint_take(&cursor, "ALTER TYPE") || !lint_take_name(&cursor, &type) ||
		!lint_take(&cursor, "ADD VALUE"))
		return;
	(void)lint_take(&cursor, "IF NOT EXISTS");
	label = lint_next_token(&cursor);
	if (label && label->kind == SQL_TOKEN_STRING)
		lint_past_add(past, LINT_ADDED_LABEL,
			&(struct lint_name){
				.text = statement->lexer->text + label->offset, .len = label->len});
}

/* These of ALTER TABLE let reads go on: PostgreSQL's manual, "ALTER TABLE". */
static bool is_gentle(struct lint_cursor action)
{
	static const char *const heads[] = {"VALIDATE", "ATTACH PARTITION", "ENABLE", "DISABLE",
		"CLUSTER ON", "SET WITHOUT CLUSTER", "SET (", "RESET (", NULL};
	struct lint_constraint constraint;
	struct lint_name column;

	if (lint_take_one_of(&action, heads))
		return true;
	if (lint_comes(&action, "DETACH PARTITION"))
		return lint_has(&action, "CONCURRENTLY") || lint_has(&action, "FINALIZE");
	if (lint_take_add_constraint(&action, &constraint))
		return constraint.kind == LINT_CONSTRAINT_FOREIGN_KEY;
	return lint_take_alter_column(&action, &column) &&
	       (lint_comes(&action, "SET STATISTICS") || lint_comes(&action, "SET (") ||
		       lint_comes(&action, "RESET ("));
}

bool lint_locks_table(const struct lint_statement *statement, struct lint_name *out_table)
{
	struct lint_cursor cursor = lint_cursor_of(statement);
	struct lint_cursor action;

	if (lint_alter_table(statement, out_table, &cursor)) {
		while (lint_take_part(&cursor, &action))
			if (!is_gentle(action))
				return true;
		return false;
	}
	if (lint_take(&cursor, "DROP TABLE")) {
		(void)lint_take(&cursor, "IF EXISTS");
		return lint_take_name(&cursor, out_table);
	}
	if (lint_take(&cursor, "TRUNCATE")) {
		(void)lint_take(&cursor, "TABLE");
		(void)lint_take(&cursor, "ONLY");
		return lint_take_name(&cursor, out_table);
	}
	return false;
}

void lint_past_note(struct lint_past *past, const struct lint_statement *statement)
{
	struct lint_name table;

	if (lint_locks_table(statement, &table) &&
		!lint_past_has(past, LINT_CREATED_TABLE, &table) &&
		!lint_past_has(past, LINT_LOCKED_TABLE, &table)) {
		lint_past_add(past, LINT_LOCKED_TABLE, &table);
		past->locked_tables++;
	}
	note_created(past, statement);
	note_altered(past, statement);
	note_dropped_index(past, statement);
	note_label(past, statement);
	if (lint_sets_legacy_renames(statement, &table))
		lint_past_add(past, LINT_LEGACY_RENAMES, &table);
}

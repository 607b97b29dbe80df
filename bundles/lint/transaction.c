/* SPDX-License-Identifier: MIT */
#include "bundles/lint/check.h"
#include "bundles/statement_block.h"

/* What depends on whether, and with what, a statement shares its transaction. */

static void check_block(const struct lint_check *check)
{
	static const char *const verbs[] = {
		"CREATE", "DROP", "ALTER", "REINDEX", "VACUUM", "ATTACH", "DETACH", NULL};
	const struct lint_statement *statement = check->statement;
	const struct sql_token *last = &statement->tokens[statement->count - 1];
	struct lint_cursor cursor = lint_cursor_of(statement);
	size_t start = statement->tokens[0].offset;
	struct lint_name verb;

	if (!lint_take_one_of(&cursor, verbs) ||
		statement_block_of(check->dialect, statement->lexer->text + start,
			last->offset + last->len - start) != BLOCK_REFUSED)
		return;
	cursor.at = 0;
	if (lint_take_name(&cursor, &verb))
		lint_found(check, LINT_NEEDS_NO_TRANSACTION, &verb);
}

static void check_locks(const struct lint_check *check)
{
	struct lint_name table;

	/* It is said once, of the second one. */
	if (lint_locks_table(check->statement, &table) && check->past->locked_tables == 1 &&
		!lint_is_new(check, &table) &&
		!lint_past_has(check->past, LINT_LOCKED_TABLE, &table))
		lint_found(check, LINT_SEVERAL_TABLES_LOCKED, &table);
}

static void check_backfill(const struct lint_check *check)
{
	static const char *const verbs[] = {
		"UPDATE ONLY", "UPDATE", "DELETE FROM ONLY", "DELETE FROM", "MERGE INTO", NULL};
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	bool fills = lint_take_one_of(&cursor, verbs);
	struct lint_name table;

	if (!fills && lint_take(&cursor, "INSERT INTO"))
		fills = lint_has(&cursor, "SELECT");
	if (fills && lint_take_name(&cursor, &table) &&
		lint_past_has(check->past, LINT_LOCKED_TABLE, &table))
		lint_found(check, LINT_BACKFILL_UNDER_LOCK, &table);
}

static void check_labels(const struct lint_check *check)
{
	const struct lint_statement *statement = check->statement;
	struct lint_cursor cursor = lint_cursor_of(statement);

	/* BEFORE and AFTER may name it. */
	if (lint_comes(&cursor, "ALTER TYPE"))
		return;
	for (size_t i = 0; i < statement->count; i++) {
		const struct sql_token *token = &statement->tokens[i];
		const struct lint_name label = {.text = statement->lexer->text + token->offset,
			.len = token->len,
			.token = i};

		if (token->kind != SQL_TOKEN_STRING ||
			!lint_past_has(check->past, LINT_ADDED_LABEL, &label))
			continue;
		lint_found(check, LINT_ENUM_VALUE_USED, &label);
		return;
	}
}

static void check_lock_table(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_name table;

	if (!lint_take(&cursor, "LOCK"))
		return;
	(void)lint_take(&cursor, "TABLE");
	(void)lint_take(&cursor, "ONLY");
	if (lint_take_name(&cursor, &table) && !lint_is_new(check, &table))
		lint_found(check, LINT_LOCK_TABLE, &table);
}

void lint_check_transaction(const struct lint_check *check)
{
	if (!check->directives->is_transactional)
		return;
	check_block(check);
	if (check->dialect == SQL_SQLITE)
		return;
	check_locks(check);
	check_backfill(check);
	check_labels(check);
	check_lock_table(check);
}

/* SPDX-License-Identifier: MIT */
#include "bundles/lint/check.h"

/* CREATE [UNIQUE] INDEX [CONCURRENTLY] [[IF NOT EXISTS] name] ON [ONLY] table */
static void check_create(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_name index = {0};
	struct lint_name table;
	bool is_concurrent;
	bool is_lenient;

	if (!lint_take(&cursor, "CREATE INDEX") && !lint_take(&cursor, "CREATE UNIQUE INDEX"))
		return;
	is_concurrent = lint_take(&cursor, "CONCURRENTLY");
	is_lenient = lint_take(&cursor, "IF NOT EXISTS");
	if (!lint_comes(&cursor, "ON") && !lint_take_name(&cursor, &index))
		return;
	/* ON ONLY a partitioned table builds nothing. */
	if (!lint_take(&cursor, "ON") || lint_comes(&cursor, "ONLY") ||
		!lint_take_name(&cursor, &table))
		return;
	if (!is_concurrent && !lint_is_new(check, &table))
		lint_found(check, LINT_INDEX_NOT_CONCURRENT, &table);
	if (is_concurrent && is_lenient && index.text &&
		!lint_past_has(check->past, LINT_DROPPED_INDEX, &index))
		lint_found(check, LINT_CONCURRENT_IF_NOT_EXISTS, &index);
}

static void check_drop(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_name index;

	if (!lint_take(&cursor, "DROP INDEX") || lint_take(&cursor, "CONCURRENTLY"))
		return;
	(void)lint_take(&cursor, "IF EXISTS");
	if (lint_take_name(&cursor, &index))
		lint_found(check, LINT_DROP_INDEX_NOT_CONCURRENT, &index);
}

/* REINDEX [(option, …)] {INDEX | TABLE | …} [CONCURRENTLY] name */
static void check_reindex(const struct lint_check *check)
{
	static const char *const objects[] = {
		"INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM", NULL};
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_cursor options = {0};
	struct lint_name name;

	if (!lint_take(&cursor, "REINDEX"))
		return;
	if (lint_take_parentheses(&cursor, &options) && lint_has(&options, "CONCURRENTLY"))
		return;
	if (lint_take_one_of(&cursor, objects) && !lint_take(&cursor, "CONCURRENTLY") &&
		lint_take_name(&cursor, &name) && !lint_is_new(check, &name))
		lint_found(check, LINT_REINDEX_NOT_CONCURRENT, &name);
}

void lint_check_index(const struct lint_check *check)
{
	check_create(check);
	check_drop(check);
	check_reindex(check);
}

/* SPDX-License-Identifier: MIT */
#include "bundles/lint/check.h"
#include "bundles/lint/definition.h"

static void check_alter(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_cursor action;
	struct lint_name name;

	if (lint_take(&cursor, "ALTER INDEX") || lint_take(&cursor, "ALTER MATERIALIZED VIEW")) {
		(void)lint_take(&cursor, "IF EXISTS");
		if (lint_take_name(&cursor, &name) && lint_comes(&cursor, "SET TABLESPACE"))
			lint_found(check, LINT_SET_TABLESPACE, &name);
		return;
	}
	if (!lint_alter_table(check->statement, &name, &cursor) || lint_is_new(check, &name))
		return;
	while (lint_take_part(&cursor, &action)) {
		if (lint_comes(&action, "SET LOGGED") || lint_comes(&action, "SET UNLOGGED"))
			lint_found(check, LINT_SET_LOGGED, &name);
		if (lint_comes(&action, "SET TABLESPACE"))
			lint_found(check, LINT_SET_TABLESPACE, &name);
	}
}

/* CLUSTER and VACUUM may be about every table: they are then what the finding names. */
static void found_about(const struct lint_check *check, enum lint_code code,
	struct lint_cursor cursor, struct lint_name verb)
{
	struct lint_name table;

	if (!lint_take_name(&cursor, &table))
		lint_found(check, code, &verb);
	else if (!lint_is_new(check, &table))
		lint_found(check, code, &table);
}

static void check_cluster(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_cursor options;
	struct lint_name verb;

	if (!lint_comes(&cursor, "CLUSTER") || !lint_take_name(&cursor, &verb))
		return;
	(void)lint_take_parentheses(&cursor, &options);
	(void)lint_take(&cursor, "VERBOSE");
	found_about(check, LINT_CLUSTER, cursor, verb);
}

static bool asks_for_full(struct lint_cursor options)
{
	return lint_go_behind(&options, "FULL") && !lint_comes(&options, "FALSE") &&
	       !lint_comes(&options, "OFF");
}

static void check_vacuum(const struct lint_check *check)
{
	static const char *const words[] = {"FREEZE", "VERBOSE", "ANALYZE", NULL};
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_cursor options;
	struct lint_name verb;

	if (!lint_comes(&cursor, "VACUUM") || !lint_take_name(&cursor, &verb))
		return;
	if (lint_take_parentheses(&cursor, &options) ? !asks_for_full(options)
						     : !lint_take(&cursor, "FULL"))
		return;
	while (lint_take_one_of(&cursor, words))
		;
	found_about(check, LINT_VACUUM_FULL, cursor, verb);
}

static void check_refresh(const struct lint_check *check)
{
	struct lint_cursor cursor = lint_cursor_of(check->statement);
	struct lint_name view;

	if (lint_take(&cursor, "REFRESH MATERIALIZED VIEW") &&
		!lint_comes(&cursor, "CONCURRENTLY") && lint_take_name(&cursor, &view) &&
		!lint_comes(&cursor, "WITH NO DATA") && !lint_is_new(check, &view))
		lint_found(check, LINT_REFRESH_NOT_CONCURRENT, &view);
}

void lint_check_rewrite(const struct lint_check *check)
{
	check_alter(check);
	check_cluster(check);
	check_vacuum(check);
	check_refresh(check);
}

/* SPDX-License-Identifier: MIT */
#include "bundles/lint/check.h"
#include "bundles/lint/default.h"
#include "bundles/lint/definition.h"

/* A constraint that comes with a column cannot be NOT VALID. */
static void check_column(const struct lint_check *check, const struct lint_column *column)
{
	struct lint_cursor expression;

	if (lint_has(&column->rest, "CHECK"))
		lint_found(check, LINT_CHECK_WITHOUT_NOT_VALID, &column->name);
	if (lint_has(&column->rest, "UNIQUE") || lint_has(&column->rest, "PRIMARY KEY"))
		lint_found(check, LINT_UNIQUE_WITHOUT_INDEX, &column->name);
	/* Without a default it holds NULL, and PostgreSQL knows that there is nothing to check. */
	if (lint_has(&column->rest, "REFERENCES") &&
		lint_find_default(&column->rest, &expression) && !lint_comes(&expression, "NULL"))
		lint_found(check, LINT_FOREIGN_KEY_WITHOUT_NOT_VALID, &column->name);
}

static void check_constraint(const struct lint_check *check, const struct lint_name *table,
	const struct lint_constraint *constraint)
{
	static const enum lint_code codes[] = {
		[LINT_CONSTRAINT_CHECK] = LINT_CHECK_WITHOUT_NOT_VALID,
		[LINT_CONSTRAINT_FOREIGN_KEY] = LINT_FOREIGN_KEY_WITHOUT_NOT_VALID,
		[LINT_CONSTRAINT_UNIQUE] = LINT_UNIQUE_WITHOUT_INDEX,
		[LINT_CONSTRAINT_EXCLUDE] = LINT_EXCLUSION_CONSTRAINT,
		[LINT_CONSTRAINT_NOT_NULL] = LINT_SET_NOT_NULL,
	};

	if (constraint->is_not_valid || constraint->has_index)
		return;
	lint_found_at(check, codes[constraint->kind],
		constraint->name.text ? &constraint->name : table, constraint->token);
}

static void check_action(
	const struct lint_check *check, const struct lint_name *table, struct lint_cursor action)
{
	struct lint_column column;
	struct lint_constraint constraint;
	struct lint_name name;

	if (lint_take_add_constraint(&action, &constraint))
		check_constraint(check, table, &constraint);
	else if (lint_take_add_column(&action, &column))
		check_column(check, &column);
	else if (check->directives->is_transactional && lint_take(&action, "VALIDATE CONSTRAINT") &&
		 lint_take_name(&action, &name) &&
		 lint_past_has(check->past, LINT_ADDED_NOT_VALID, &name))
		lint_found(check, LINT_VALIDATE_IN_TRANSACTION, &name);
}

void lint_check_constraint(const struct lint_check *check)
{
	lint_each_action(check, check_action);
}

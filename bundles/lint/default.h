/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_LINT_DEFAULT_H
#define LOCKGATE_BUNDLES_LINT_DEFAULT_H

/* The default of a column: whether there is one, and what it costs to add it. Pure. */

#include "bundles/lint/statement.h"

/* Finds the expression behind DEFAULT among a column's constraints. */
bool lint_find_default(const struct lint_cursor *constraints, struct lint_cursor *out);

/*
 * PostgreSQL: true if the expression calls a function that is not known to give one answer
 * throughout a statement, so that each row has a value of its own.
 */
bool lint_default_is_volatile(struct lint_cursor expression);

/* SQLite: true if it is more than one constant, with or without a sign. */
bool lint_default_is_computed(struct lint_cursor expression);

#endif

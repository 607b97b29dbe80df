/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_LINT_RULE_H
#define LOCKGATE_BUNDLES_LINT_RULE_H

/*
 * What the linter looks for: one row a rule. Codes are stable; docs/lint.md explains each, and how
 * what it claims was confirmed on a real database. Pure.
 */

#include <stdbool.h>
#include <stddef.h>

enum lint_code {
	LINT_INDEX_NOT_CONCURRENT,
	LINT_DROP_INDEX_NOT_CONCURRENT,
	LINT_REINDEX_NOT_CONCURRENT,
	LINT_CONCURRENT_IF_NOT_EXISTS,
	LINT_NEEDS_NO_TRANSACTION,
	LINT_ADD_COLUMN_NOT_NULL,
	LINT_ADD_COLUMN_VOLATILE_DEFAULT,
	LINT_ADD_COLUMN_SERIAL,
	LINT_ADD_COLUMN_STORED,
	LINT_ADD_COLUMN_DEFAULT,
	LINT_ADD_COLUMN_UNIQUE,
	LINT_CHANGE_COLUMN_TYPE,
	LINT_SET_NOT_NULL,
	LINT_CHECK_WITHOUT_NOT_VALID,
	LINT_FOREIGN_KEY_WITHOUT_NOT_VALID,
	LINT_UNIQUE_WITHOUT_INDEX,
	LINT_EXCLUSION_CONSTRAINT,
	LINT_VALIDATE_IN_TRANSACTION,
	LINT_RENAME_COLUMN,
	LINT_RENAME_TABLE,
	LINT_DROP_COLUMN,
	LINT_DROP_TABLE,
	LINT_DROP_SCHEMA,
	LINT_TRUNCATE,
	LINT_SET_LOGGED,
	LINT_SET_TABLESPACE,
	LINT_CLUSTER,
	LINT_VACUUM_FULL,
	LINT_REFRESH_NOT_CONCURRENT,
	LINT_DETACH_NOT_CONCURRENT,
	LINT_ATTACH_PARTITION,
	LINT_CREATE_PARTITION,
	LINT_CREATE_TRIGGER,
	LINT_DISABLE_TRIGGER,
	LINT_LOCK_TABLE,
	LINT_SEVERAL_TABLES_LOCKED,
	LINT_BACKFILL_UNDER_LOCK,
	LINT_MASS_CHANGE,
	LINT_ENUM_VALUE_USED,
	LINT_CREATE_EXTENSION,
	LINT_JSON_TYPE,
	LINT_CHAR_TYPE,
	LINT_TIMESTAMP_TYPE,
	LINT_INT_KEY,
	LINT_DROP_TABLE_CASCADES,
	LINT_REBUILD_RENAMES_FIRST,
	LINT_LEGACY_ALTER_TABLE,
	LINT_REPLACE_DELETES,
	LINT_DOUBLE_QUOTED_STRING,
	LINT_STRING_TYPE,
	LINT_KEY_NOT_ROWID,
	LINT_NULLABLE_KEY,
	LINT_CODE_COUNT,
};

enum lint_level {
	LINT_LEVEL_UNSET, /* as the rule has it */
	LINT_LEVEL_OFF,
	LINT_LEVEL_WARN,
	LINT_LEVEL_BLOCK,
};

/* For which engines' SQL a rule is, as bits. */
enum { LINT_ON_POSTGRES = 1, LINT_ON_SQLITE = 2, LINT_ON_BOTH = 3 };

struct lint_rule {
	const char *code;      /* "index-not-concurrent" */
	enum lint_level level; /* unless a policy says otherwise: never LINT_LEVEL_UNSET */
	unsigned int engines;
	const char *text;   /* what is the matter, to stand behind the name of what it is about */
	const char *remedy; /* what to do instead */
};

extern const struct lint_rule lint_rules[LINT_CODE_COUNT];

/* The rule of that code, `len` bytes; NULL if there is none. */
const struct lint_rule *lint_rule_find(const char *code, size_t len);

#endif

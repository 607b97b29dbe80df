/* SPDX-License-Identifier: MIT */
#include "bundles/lint/rule.h"

#include <string.h>

#define POSTGRES LINT_ON_POSTGRES
#define SQLITE LINT_ON_SQLITE
#define BOTH LINT_ON_BOTH
#define WARN LINT_LEVEL_WARN
#define BLOCK LINT_LEVEL_BLOCK

/*
 * What blocks holds a lock for as long as the table is large, rewrites it, or is sure to fail where
 * the table has rows; the rest warns.
 */
const struct lint_rule lint_rules[LINT_CODE_COUNT] = {
	[LINT_INDEX_NOT_CONCURRENT] = {"index-not-concurrent", BLOCK, POSTGRES,
		"all writes to the table wait until the index is built",
		"write CREATE INDEX CONCURRENTLY, with '-- lockgate: transaction=off' at the top"},
	[LINT_DROP_INDEX_NOT_CONCURRENT] = {"drop-index-not-concurrent", WARN, POSTGRES,
		"the index is dropped under a lock that stops all reads and writes of its table",
		"write DROP INDEX CONCURRENTLY, with '-- lockgate: transaction=off' at the top"},
	[LINT_REINDEX_NOT_CONCURRENT] = {"reindex-not-concurrent", BLOCK, POSTGRES,
		"all writes to the table wait until the index is built anew",
		"write REINDEX … CONCURRENTLY, with '-- lockgate: transaction=off' at the top"},
	[LINT_CONCURRENT_IF_NOT_EXISTS] = {"concurrent-if-not-exists", WARN, POSTGRES,
		"IF NOT EXISTS is content with an invalid index that a failed build has left",
		"leave IF NOT EXISTS out, or put DROP INDEX CONCURRENTLY IF EXISTS in front"},
	[LINT_NEEDS_NO_TRANSACTION] = {"needs-no-transaction", BLOCK, BOTH,
		"the database refuses this statement inside a transaction",
		"put it into a migration of its own, with '-- lockgate: transaction=off' at the "
		"top"},
	[LINT_ADD_COLUMN_NOT_NULL] = {"add-column-not-null", BLOCK, BOTH,
		"a column that is NOT NULL and has no default cannot be added to a table that has "
		"rows",
		"give it a constant default, or add it without NOT NULL and fill it first"},
	[LINT_ADD_COLUMN_VOLATILE_DEFAULT] = {"add-column-volatile-default", BLOCK, POSTGRES,
		"a default that differs from row to row rewrites the table under an exclusive lock",
		"add the column without it, then set the default, and fill old rows in batches"},
	[LINT_ADD_COLUMN_SERIAL] = {"add-column-serial", BLOCK, POSTGRES,
		"numbering the rows that are there rewrites the table under an exclusive lock",
		"add a plain column, give it the sequence as its default, and fill old rows in "
		"batches"},
	[LINT_ADD_COLUMN_STORED] = {"add-column-stored", BLOCK, BOTH,
		"a stored generated column cannot be added without rewriting the table",
		"PostgreSQL: add a plain column that a trigger fills; SQLite: make it VIRTUAL"},
	[LINT_ADD_COLUMN_DEFAULT] = {"add-column-default", BLOCK, SQLITE,
		"a column whose default is no constant cannot be added to a table that has rows",
		"add it with a constant or no default, and fill it with UPDATE; or rebuild the "
		"table"},
	[LINT_ADD_COLUMN_UNIQUE] = {"add-column-unique", BLOCK, SQLITE,
		"a column that is UNIQUE or PRIMARY KEY cannot be added",
		"add it without, then CREATE UNIQUE INDEX; or rebuild the table"},
	[LINT_CHANGE_COLUMN_TYPE] = {"change-column-type", BLOCK, POSTGRES,
		"a new type rewrites the table and its indexes under an exclusive lock, unless the "
		"old one is stored alike, such as varchar that becomes text or longer",
		"if it is stored alike, say so with allow=change-column-type; else add a new "
		"column, fill it in batches, and move over"},
	[LINT_SET_NOT_NULL] = {"set-not-null", BLOCK, POSTGRES,
		"the whole table is read under an exclusive lock, unless a valid check says "
		"already that there is no NULL",
		"ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID in one migration, VALIDATE "
		"CONSTRAINT and SET NOT NULL in the next"},
	[LINT_CHECK_WITHOUT_NOT_VALID] = {"check-without-not-valid", BLOCK, POSTGRES,
		"the whole table is read under an exclusive lock to check the rows that are there",
		"add the constraint NOT VALID, and VALIDATE CONSTRAINT in the next migration"},
	[LINT_FOREIGN_KEY_WITHOUT_NOT_VALID] = {"foreign-key-without-not-valid", BLOCK, POSTGRES,
		"writes to both tables wait while the rows that are there are checked",
		"add the constraint NOT VALID, and VALIDATE CONSTRAINT in the next migration"},
	[LINT_UNIQUE_WITHOUT_INDEX] = {"unique-without-index", BLOCK, POSTGRES,
		"the index behind the constraint is built under a lock that stops reads and writes",
		"CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT … USING INDEX"},
	[LINT_EXCLUSION_CONSTRAINT] = {"exclusion-constraint", BLOCK, POSTGRES,
		"the index behind the constraint is built under a lock that stops reads and "
		"writes, and there is no other way to build it",
		"do it while nobody needs the table, and say so with allow=exclusion-constraint"},
	[LINT_VALIDATE_IN_TRANSACTION] = {"validate-in-transaction", BLOCK, POSTGRES,
		"the rows are checked while the lock of ADD CONSTRAINT in the same transaction is "
		"still held",
		"move VALIDATE CONSTRAINT to the next migration"},
	[LINT_RENAME_COLUMN] = {"rename-column", WARN, BOTH,
		"builds that are still running use the old name",
		"add a new column, write both, move over, and drop the old one later; or mark the "
		"migration phase=contract"},
	[LINT_RENAME_TABLE] = {"rename-table", WARN, BOTH,
		"builds that are still running use the old name",
		"leave a view with the old name behind; or mark the migration phase=contract"},
	[LINT_DROP_COLUMN] = {"drop-column", WARN, BOTH,
		"builds that are still running may use the column, and its data is gone",
		"drop it when no running build knows it, and mark the migration phase=contract"},
	[LINT_DROP_TABLE] = {"drop-table", WARN, BOTH,
		"builds that are still running may use the table, and its data is gone",
		"drop it when no running build knows it, and mark the migration phase=contract"},
	[LINT_DROP_SCHEMA] = {"drop-schema", WARN, POSTGRES,
		"everything in it is dropped, and its data is gone",
		"drop what is in it by name, when no running build knows it, and mark the "
		"migration phase=contract"},
	[LINT_TRUNCATE] = {"truncate", WARN, POSTGRES,
		"all rows go, and with CASCADE those of every table that refers to it, under a "
		"lock that stops reads and writes",
		"delete in batches, or name every table and leave CASCADE out"},
	[LINT_SET_LOGGED] = {"set-logged", BLOCK, POSTGRES,
		"SET LOGGED and SET UNLOGGED rewrite the table under an exclusive lock",
		"do it while nobody needs the table, and say so with allow=set-logged"},
	[LINT_SET_TABLESPACE] = {"set-tablespace", BLOCK, POSTGRES,
		"all of it is copied under an exclusive lock",
		"do it while nobody needs it, and say so with allow=set-tablespace"},
	[LINT_CLUSTER] = {"cluster", BLOCK, POSTGRES,
		"CLUSTER rewrites the table under an exclusive lock",
		"do it while nobody needs the table, and say so with allow=cluster; or use "
		"pg_repack"},
	[LINT_VACUUM_FULL] = {"vacuum-full", BLOCK, POSTGRES,
		"VACUUM FULL rewrites the table under an exclusive lock",
		"use plain VACUUM, or pg_repack"},
	[LINT_REFRESH_NOT_CONCURRENT] = {"refresh-not-concurrent", BLOCK, POSTGRES,
		"nobody can read the view until its query has run",
		"give it a unique index and write REFRESH MATERIALIZED VIEW CONCURRENTLY"},
	[LINT_DETACH_NOT_CONCURRENT] = {"detach-not-concurrent", WARN, POSTGRES,
		"the partition is detached under a lock that stops reads and writes of the whole "
		"table",
		"write DETACH PARTITION … CONCURRENTLY, with '-- lockgate: transaction=off' at the "
		"top"},
	[LINT_ATTACH_PARTITION] = {"attach-partition", WARN, POSTGRES,
		"all its rows are read under an exclusive lock, unless a valid check says already "
		"that they fit",
		"add a check that says what the bounds say, NOT VALID, and validate it first"},
	[LINT_CREATE_PARTITION] = {"create-partition", WARN, POSTGRES,
		"PARTITION OF takes a lock that stops reads and writes of the whole table",
		"create the table by itself, then ATTACH PARTITION, which lets others go on"},
	[LINT_CREATE_TRIGGER] = {"create-trigger", WARN, POSTGRES,
		"writes to the table wait until the transaction ends, and every later one runs the "
		"trigger",
		"put it into a migration of its own"},
	[LINT_DISABLE_TRIGGER] = {"disable-trigger", WARN, POSTGRES,
		"what is written meanwhile goes past the trigger, and with ALL past foreign keys",
		"write what the trigger would do, or let it do it"},
	[LINT_LOCK_TABLE] = {"lock-table", WARN, POSTGRES,
		"the lock is held until the whole migration is over",
		"leave LOCK TABLE out: each statement takes the lock that it needs"},
	[LINT_SEVERAL_TABLES_LOCKED] = {"several-tables-locked", WARN, POSTGRES,
		"it is locked while another table is locked already, so reads and writes of both "
		"wait, and those that go the other way deadlock",
		"change one table in each migration"},
	[LINT_BACKFILL_UNDER_LOCK] = {"backfill-under-lock", BLOCK, POSTGRES,
		"rows are changed while ALTER TABLE in the same transaction locks the table",
		"change the rows in the next migration, in batches"},
	[LINT_MASS_CHANGE] = {"mass-change", WARN, BOTH,
		"every row of the table is changed in one transaction, without WHERE",
		"name the rows, and change many in batches"},
	[LINT_ENUM_VALUE_USED] = {"enum-value-used", BLOCK, POSTGRES,
		"a value that ALTER TYPE has added cannot be used in the same transaction",
		"use it in the next migration"},
	[LINT_CREATE_EXTENSION] = {"create-extension", WARN, POSTGRES,
		"most extensions can be created by a superuser only",
		"create it where the database is made, or see that the role of the deploy may"},
	[LINT_JSON_TYPE] = {"json-type", WARN, POSTGRES,
		"json has no equality, so that DISTINCT, GROUP BY and indexes refuse it",
		"use jsonb"},
	[LINT_CHAR_TYPE] = {"char-type", WARN, POSTGRES, "char(n) pads every value with blanks",
		"use text, with a check of its length where that matters"},
	[LINT_TIMESTAMP_TYPE] = {"timestamp-type", WARN, POSTGRES,
		"timestamp without time zone means another moment in each session's time zone",
		"use timestamptz"},
	[LINT_INT_KEY] = {"int-key", WARN, POSTGRES,
		"a key of 4 bytes is used up after 2,147,483,647 rows", "use bigint"},
	[LINT_DROP_TABLE_CASCADES] = {"drop-table-cascades", BLOCK, SQLITE,
		"with foreign keys on, DROP TABLE first deletes all rows, and what refers to them "
		"goes too or makes it fail",
		"leave '-- lockgate: foreign_keys=on' out of this migration"},
	[LINT_REBUILD_RENAMES_FIRST] = {"rebuild-renames-first", BLOCK, SQLITE,
		"its old table was renamed, and what refers to it now refers to that name",
		"create the new table under another name, copy, DROP the old one, then RENAME"},
	[LINT_LEGACY_ALTER_TABLE] = {"legacy-alter-table", WARN, SQLITE,
		"RENAME then leaves views and triggers with the old name", "leave the pragma out"},
	[LINT_REPLACE_DELETES] = {"replace-deletes", WARN, SQLITE,
		"the row in the way is deleted, with what it has in other columns, and no delete "
		"trigger runs",
		"write INSERT … ON CONFLICT (…) DO UPDATE"},
	[LINT_DOUBLE_QUOTED_STRING] = {"double-quoted-string", WARN, SQLITE,
		"double quotes are for names; where none fits, it is taken for a string",
		"write strings in single quotes"},
	[LINT_STRING_TYPE] = {"string-type", WARN, SQLITE,
		"the type STRING stores what looks like a number as one: '007' becomes 7",
		"use TEXT"},
	[LINT_KEY_NOT_ROWID] = {"key-not-rowid", WARN, SQLITE,
		"only INTEGER PRIMARY KEY is filled by itself; this key is NULL where none is given",
		"write INTEGER PRIMARY KEY"},
	[LINT_NULLABLE_KEY] = {"nullable-key", WARN, SQLITE,
		"a primary key that is no INTEGER takes NULL, any number of times",
		"add NOT NULL, or make the table STRICT or WITHOUT ROWID"},
};

const struct lint_rule *lint_rule_find(const char *code, size_t len)
{
	for (size_t i = 0; i < LINT_CODE_COUNT; i++)
		if (strlen(lint_rules[i].code) == len &&
			strncmp(lint_rules[i].code, code, len) == 0)
			return &lint_rules[i];
	return NULL;
}

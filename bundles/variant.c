/* SPDX-License-Identifier: MIT */
#include "bundles/variant.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* What tools and projects call the databases that they know. */
static const char *const postgres_words[] = {"postgres", "postgresql", "pg", "pgsql", "psql"};
static const char *const sqlite_words[] = {"sqlite", "sqlite3"};
static const char *const other_words[] = {"mysql", "mysql8", "mariadb", "cockroach", "cockroachdb",
	"crdb", "mssql", "sqlserver", "oracle", "db2", "h2", "hsqldb", "clickhouse", "spanner",
	"cassandra", "mongodb", "snowflake", "redshift", "bigquery", "duckdb", "vertica", "ydb",
	"yugabyte", "tidb"};

static bool is_called(const char *text, size_t len, const char *name)
{
	return strlen(name) == len && strncasecmp(text, name, len) == 0;
}

static bool is_among(const char *text, size_t len, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_called(text, len, words[i]))
			return true;
	return false;
}

enum variant variant_of_word(
	const char *word, size_t len, enum sql_dialect engine, const char *wanted)
{
	bool is_postgres = is_among(word, len, postgres_words, LG_COUNT_OF(postgres_words));
	bool is_sqlite = is_among(word, len, sqlite_words, LG_COUNT_OF(sqlite_words));

	if (wanted && is_among(word, len, &wanted, 1))
		return VARIANT_OURS;
	if (!is_postgres && !is_sqlite &&
		!is_among(word, len, other_words, LG_COUNT_OF(other_words)))
		return VARIANT_COMMON;
	if (wanted)
		return VARIANT_OTHER;
	return (engine == SQL_POSTGRES ? is_postgres : is_sqlite) ? VARIANT_OURS : VARIANT_OTHER;
}

enum variant variant_of_file(const char *name, enum sql_dialect engine, const char *wanted,
	size_t *out_offset, size_t *out_len)
{
	const char *dot = strchr(name, '.');
	const char *next;

	for (; dot && (next = strchr(dot + 1, '.')); dot = next) {
		size_t len = (size_t)(next - dot) - 1;
		enum variant found = variant_of_word(dot + 1, len, engine, wanted);

		if (found == VARIANT_COMMON)
			continue;
		*out_offset = (size_t)(dot - name);
		*out_len = len + 1;
		return found;
	}
	return VARIANT_COMMON;
}

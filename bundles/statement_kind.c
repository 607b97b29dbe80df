/* SPDX-License-Identifier: MIT */
#include "bundles/statement_kind.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* Parentheses deeper than this are not looked into: what they hold counts as data. */
enum { MAX_DEPTH = 100 };

/* One statement on its way through. */
struct reading {
	const struct sql_lexer *lexer;
	size_t start; /* of the statement */
	uint32_t depth;
	bool has_select[MAX_DEPTH]; /* in the parentheses of that depth */
	bool is_in_from[MAX_DEPTH];
	bool wants_table; /* a name that comes next is one of a table */
	struct sql_token previous, before_previous;

	bool is_read;       /* it begins as one */
	bool changes;       /* … and changes something after all */
	bool calls_unknown; /* it calls a function that is not known to do nothing */
	struct sql_token table;
};

static bool is_word(const struct reading *reading, const struct sql_token *token, const char *word)
{
	return sql_token_is(reading->lexer, token, word);
}

static bool is_one_of(const struct reading *reading, const struct sql_token *token,
	const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_word(reading, token, words[i]))
			return true;
	return false;
}

static bool is_char(const struct reading *reading, const struct sql_token *token, char character)
{
	return token->len == 1 && reading->lexer->text[token->offset] == character;
}

static bool is_name(const struct sql_token *token)
{
	return token->kind == SQL_TOKEN_WORD || token->kind == SQL_TOKEN_NAME;
}

/* The name without its quotes. */
static struct sql_token bare(const struct sql_token *token)
{
	struct sql_token name = *token;

	if (token->kind == SQL_TOKEN_NAME && token->len >= 2) {
		name.offset++;
		name.len -= 2;
	}
	return name;
}

static bool name_begins(
	const struct reading *reading, const struct sql_token *token, const char *text)
{
	struct sql_token name = bare(token);
	size_t len = strlen(text);

	return name.len >= len && strncasecmp(reading->lexer->text + name.offset, text, len) == 0;
}

static bool name_is(const struct reading *reading, const struct sql_token *token, const char *text)
{
	return bare(token).len == strlen(text) && name_begins(reading, token, text);
}

/* The token behind `token`, comments apart; of length 0 at the end. */
static struct sql_token token_behind(const struct reading *reading, const struct sql_token *token)
{
	struct sql_lexer lexer = *reading->lexer;
	struct sql_token next;

	lexer.offset = token->offset + token->len;
	while (sql_lexer_next(&lexer, &next) && next.kind == SQL_TOKEN_COMMENT)
		;
	return next;
}

/* Functions */

/* Those that change something, whatever they are given. */
static const char *const changing[] = {"setval", "nextval", "set_config", "pg_notify",
	"pg_reload_conf", "pg_terminate_backend", "pg_cancel_backend", "pg_logical_emit_message",
	"lo_create", "lo_import", "lo_unlink", "lo_from_bytea", "dblink_exec", "addgeometrycolumn",
	"updategeometrysrid", "dropgeometrycolumn", "create_hypertable", "create_distributed_table",
	"create_reference_table", "create_parent", "add_retention_policy", "add_compression_policy",
	"add_continuous_aggregate_policy", "load_extension"};

/* Those that change nothing; others that begin with pg_, has_ or to_ do not either. */
static const char *const harmless[] = {"abs", "age", "array_agg", "array_length", "array_position",
	"array_to_string", "bool_and", "bool_or", "cast", "clock_timestamp", "coalesce",
	"col_description", "concat", "concat_ws", "count", "current_catalog", "current_database",
	"current_schema", "current_schemas", "current_setting", "current_user", "date", "date_part",
	"date_trunc", "datetime", "encode", "exists", "extract", "floor", "format", "format_type",
	"gen_random_uuid", "generate_series", "generate_subscripts", "greatest", "group_concat",
	"ifnull", "iif", "instr", "json_agg", "json_build_object", "jsonb_agg",
	"jsonb_build_object", "least", "length", "lower", "ltrim", "max", "md5", "min", "now",
	"nullif", "obj_description", "position", "quote_ident", "quote_literal", "random",
	"regexp_matches", "regexp_replace", "replace", "round", "row_number", "row_to_json",
	"rtrim", "session_user", "split_part", "sqlite_source_id", "sqlite_version", "string_agg",
	"string_to_array", "strftime", "substr", "substring", "sum", "total_changes",
	"transaction_timestamp", "trim", "unnest", "upper", "uuid_generate_v4", "version"};

/* Words before a parenthesis that call nothing. */
static const char *const grammar[] = {"ALL", "AND", "ANY", "ARRAY", "AS", "BETWEEN", "BY", "CASE",
	"ELSE", "FILTER", "FROM", "IN", "JOIN", "LATERAL", "LIKE", "LIMIT", "MATERIALIZED", "NOT",
	"ON", "OR", "OVER", "PARTITION", "ROW", "SELECT", "SOME", "THEN", "UNION", "USING",
	"VALUES", "WHEN", "WHERE", "WITHIN", "GROUP", "INTERSECT", "EXCEPT", "RETURNING", "ORDER",
	"HAVING"};

static bool name_is_one_of(const struct reading *reading, const struct sql_token *token,
	const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (name_is(reading, token, names[i]))
			return true;
	return false;
}

static void note_call(struct reading *reading, const struct sql_token *name)
{
	if (name->kind == SQL_TOKEN_WORD && is_one_of(reading, name, grammar, LG_COUNT_OF(grammar)))
		return;
	if (name_is_one_of(reading, name, changing, LG_COUNT_OF(changing)))
		reading->changes = true;
	else if (!name_is_one_of(reading, name, harmless, LG_COUNT_OF(harmless)) &&
		 !name_begins(reading, name, "pg_") && !name_begins(reading, name, "has_") &&
		 !name_begins(reading, name, "to_"))
		reading->calls_unknown = true;
}

/* Tables */

static bool is_own_table(const struct reading *reading, const struct sql_token *name)
{
	if (reading->lexer->dialect == SQL_SQLITE)
		return name_begins(reading, name, "sqlite_") ||
		       name_begins(reading, name, "pragma_");
	return name_is(reading, name, "information_schema") || name_begins(reading, name, "pg_");
}

/* True if the statement has `name AS (` or `name AS [NOT] MATERIALIZED (` somewhere. */
static bool is_common_expression(const struct reading *reading, const struct sql_token *name)
{
	struct sql_lexer lexer;
	struct sql_token token;
	struct sql_token wanted = bare(name);
	bool is_same = false;

	lexer = *reading->lexer;
	lexer.offset = reading->start;
	while (sql_lexer_next(&lexer, &token)) {
		struct sql_token found = bare(&token);

		if (is_same && sql_token_is(&lexer, &token, "AS")) {
			struct sql_token next = token_behind(reading, &token);

			if (is_char(reading, &next, '(') || is_word(reading, &next, "NOT") ||
				is_word(reading, &next, "MATERIALIZED"))
				return true;
		}
		is_same = is_name(&token) && found.len == wanted.len &&
			  strncasecmp(lexer.text + found.offset, lexer.text + wanted.offset,
				  wanted.len) == 0;
	}
	return false;
}

/* Goes on to the last part of a qualified name, and to what stands behind it. */
static struct sql_token last_part(
	const struct reading *reading, const struct sql_token *name, struct sql_token *out_behind)
{
	struct sql_token last = *name;

	*out_behind = token_behind(reading, &last);
	while (is_char(reading, out_behind, '.')) {
		last = token_behind(reading, out_behind);
		*out_behind = token_behind(reading, &last);
	}
	return last;
}

static void note_table(struct reading *reading, const struct sql_token *name)
{
	struct sql_token behind;
	struct sql_token last = last_part(reading, name, &behind);

	/* A function that rows come from is judged as one. */
	if (is_char(reading, &behind, '('))
		return;
	if (is_own_table(reading, name) || is_own_table(reading, &last))
		return;
	if (!is_common_expression(reading, &last) && reading->table.len == 0)
		reading->table = last;
}

/* Words */

static const char *const after_from[] = {"WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET",
	"FETCH", "UNION", "INTERSECT", "EXCEPT", "WINDOW", "FOR", "SELECT", "ON", "RETURNING"};

static const char *const changes_within[] = {"INSERT", "UPDATE", "DELETE", "MERGE", "INTO"};

static bool is_clause_from(const struct reading *reading)
{
	/* EXTRACT(year FROM x), a IS DISTINCT FROM b */
	return reading->has_select[reading->depth] &&
	       !(is_word(reading, &reading->previous, "DISTINCT") &&
		       !is_word(reading, &reading->before_previous, "SELECT"));
}

static void note_word(struct reading *reading, const struct sql_token *token)
{
	bool *is_in_from = &reading->is_in_from[reading->depth];

	if (is_word(reading, token, "SELECT"))
		reading->has_select[reading->depth] = true;
	/* SELECT … FOR [NO KEY] UPDATE reads. */
	if (is_one_of(reading, token, changes_within, LG_COUNT_OF(changes_within)) &&
		!is_word(reading, &reading->previous, "FOR") &&
		!is_word(reading, &reading->previous, "KEY"))
		reading->changes = true;
	if (is_word(reading, token, "FROM") && is_clause_from(reading)) {
		*is_in_from = true;
		reading->wants_table = true;
	} else if (is_word(reading, token, "JOIN") ||
		   (is_word(reading, token, "TABLE") && reading->previous.len == 0)) {
		reading->wants_table = true;
	} else if (*is_in_from && is_one_of(reading, token, after_from, LG_COUNT_OF(after_from))) {
		*is_in_from = false;
	}
}

static void open_parenthesis(struct reading *reading)
{
	if (is_name(&reading->previous))
		note_call(reading, &reading->previous);
	if (reading->depth + 1 < MAX_DEPTH) {
		reading->depth++;
		reading->has_select[reading->depth] = false;
		reading->is_in_from[reading->depth] = false;
	} else if (reading->table.len == 0) {
		reading->table = reading->previous;
	}
}

static void note_token(struct reading *reading, const struct sql_token *token)
{
	bool wanted = reading->wants_table;

	reading->wants_table = false;
	if (is_char(reading, token, '(')) {
		/* FROM (a JOIN b): the names in there are tables too. */
		open_parenthesis(reading);
		reading->wants_table = wanted;
		reading->is_in_from[reading->depth] = wanted;
	} else if (is_char(reading, token, ')')) {
		if (reading->depth > 0)
			reading->depth--;
	} else if (is_char(reading, token, ',') && reading->is_in_from[reading->depth]) {
		reading->wants_table = true;
	} else if (wanted && is_name(token) && !is_word(reading, token, "SELECT") &&
		   !is_word(reading, token, "VALUES") && !is_word(reading, token, "WITH")) {
		reading->wants_table =
			is_word(reading, token, "ONLY") || is_word(reading, token, "LATERAL");
		if (!reading->wants_table)
			note_table(reading, token);
	} else if (token->kind == SQL_TOKEN_WORD) {
		note_word(reading, token);
	}
	reading->before_previous = reading->previous;
	reading->previous = *token;
}

/* Heads */

static const char *const postgres_reads[] = {
	"SELECT", "WITH", "VALUES", "TABLE", "SHOW", "EXPLAIN"};
static const char *const sqlite_reads[] = {"SELECT", "WITH", "VALUES", "EXPLAIN", "PRAGMA"};

static const char *const reading_pragmas[] = {"table_info", "table_xinfo", "table_list",
	"index_list", "index_info", "index_xinfo", "foreign_key_list", "foreign_key_check",
	"integrity_check", "quick_check", "database_list", "compile_options", "collation_list",
	"function_list"};

static bool is_reading_head(const struct reading *reading, const struct sql_token *token)
{
	if (is_char(reading, token, '('))
		return true;
	if (reading->lexer->dialect == SQL_SQLITE)
		return is_one_of(reading, token, sqlite_reads, LG_COUNT_OF(sqlite_reads));
	return is_one_of(reading, token, postgres_reads, LG_COUNT_OF(postgres_reads));
}

/* PRAGMA name asks, PRAGMA name = value sets; PRAGMA name(value) may do either. */
static bool is_setting_pragma(const struct reading *reading, const struct sql_token *word)
{
	struct sql_token name = token_behind(reading, word);
	struct sql_token behind;
	struct sql_token last = last_part(reading, &name, &behind);

	if (is_char(reading, &behind, '='))
		return true;
	return is_char(reading, &behind, '(') &&
	       !name_is_one_of(reading, &last, reading_pragmas, LG_COUNT_OF(reading_pragmas));
}

static enum statement_kind judge(const struct reading *reading)
{
	if (!reading->is_read || reading->changes)
		return STATEMENT_CHANGES;
	if (reading->table.len > 0)
		return reading->calls_unknown ? STATEMENT_READS_AND_CALLS : STATEMENT_READS_DATA;
	return reading->calls_unknown ? STATEMENT_CHANGES : STATEMENT_READS_NOTHING;
}

/* Reads one statement, from its first token on. */
static enum statement_kind read_statement(
	struct sql_lexer *lexer, struct sql_token token, struct sql_token *out_table)
{
	struct reading reading = {.lexer = lexer, .start = token.offset};
	bool is_pragma = is_word(&reading, &token, "PRAGMA");

	reading.is_read = is_reading_head(&reading, &token);
	reading.changes = is_pragma && is_setting_pragma(&reading, &token);
	do {
		if (!is_pragma && token.kind != SQL_TOKEN_COMMENT && !token.ends_statement)
			note_token(&reading, &token);
	} while (!token.ends_statement && sql_lexer_next(lexer, &token));
	enum statement_kind kind = judge(&reading);

	if (kind >= STATEMENT_READS_DATA && out_table)
		*out_table = bare(&reading.table);
	return kind;
}

enum statement_kind statement_kind_of(
	enum sql_dialect dialect, const char *text, size_t len, struct sql_token *out_table)
{
	enum statement_kind strongest = STATEMENT_READS_NOTHING;
	struct sql_lexer lexer;
	struct sql_token token;

	sql_lexer_init(&lexer, dialect, text, len);
	while (sql_lexer_next(&lexer, &token)) {
		enum statement_kind kind;

		if (token.kind == SQL_TOKEN_COMMENT || token.ends_statement)
			continue;
		kind = read_statement(&lexer, token, out_table);
		if (strongest + kind == STATEMENT_CHANGES + STATEMENT_READS_DATA)
			strongest = STATEMENT_READS_AND_CALLS;
		else if (kind > strongest)
			strongest = kind;
	}
	return strongest;
}

bool statement_answers(enum sql_dialect dialect, const char *text, size_t len)
{
	static const char *const words[] = {"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"};
	struct sql_lexer lexer;
	struct sql_token token;
	bool is_first = true;

	sql_lexer_init(&lexer, dialect, text, len);
	while (sql_lexer_next(&lexer, &token)) {
		const struct reading reading = {.lexer = &lexer};

		if (token.kind == SQL_TOKEN_COMMENT)
			continue;
		if (is_first && (is_reading_head(&reading, &token) ||
					is_one_of(&reading, &token, words, LG_COUNT_OF(words))))
			return true;
		is_first = token.ends_statement;
	}
	return false;
}

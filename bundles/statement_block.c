/* SPDX-License-Identifier: MIT */
#include "bundles/statement_block.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

/* What a statement begins with; `needs` stands anywhere behind it, where it is not NULL. */
struct block_rule {
	const char *words[3];
	const char *needs;
};

static const struct block_rule postgres_rules[] = {
	{{"CREATE", "INDEX", NULL}, "CONCURRENTLY"},
	{{"CREATE", "UNIQUE", "INDEX"}, "CONCURRENTLY"},
	{{"DROP", "INDEX", NULL}, "CONCURRENTLY"},
	{{"REINDEX", NULL, NULL}, "CONCURRENTLY"},
	{{"REINDEX", NULL, NULL}, "DATABASE"},
	{{"REINDEX", NULL, NULL}, "SCHEMA"},
	{{"REINDEX", NULL, NULL}, "SYSTEM"},
	{{"ALTER", "TABLE", NULL}, "CONCURRENTLY"}, /* DETACH PARTITION … CONCURRENTLY */
	{{"ALTER", "SYSTEM", NULL}, NULL},
	{{"CREATE", "DATABASE", NULL}, NULL},
	{{"DROP", "DATABASE", NULL}, NULL},
	{{"CREATE", "TABLESPACE", NULL}, NULL},
	{{"DROP", "TABLESPACE", NULL}, NULL},
	{{"CREATE", "SUBSCRIPTION", NULL}, NULL},
	{{"DROP", "SUBSCRIPTION", NULL}, NULL},
	{{"VACUUM", NULL, NULL}, NULL},
};

static const struct block_rule sqlite_rules[] = {
	{{"VACUUM", NULL, NULL}, NULL},
	{{"ATTACH", NULL, NULL}, NULL},
	{{"DETACH", NULL, NULL}, NULL},
};

/* A statement on its way through. */
struct statement {
	const struct sql_lexer *lexer;
	struct sql_token head[3];
	size_t count;                             /* of its tokens */
	bool is_fit[LG_COUNT_OF(postgres_rules)]; /* the rule's `needs` was seen */
	bool has_add;                             /* the token before is ADD */
	bool adds_value;
};

static bool has_words(const struct statement *statement, const char *const *words)
{
	for (size_t i = 0; i < LG_COUNT_OF(statement->head) && words[i]; i++)
		if (i >= statement->count ||
			!sql_token_is(statement->lexer, &statement->head[i], words[i]))
			return false;
	return true;
}

/* True if the text has the words ADD VALUE. */
static bool adds_value(enum sql_dialect dialect, const char *text, size_t len)
{
	struct sql_lexer lexer;
	struct sql_token token;
	bool is_add = false;

	sql_lexer_init(&lexer, dialect, text, len);
	while (sql_lexer_next(&lexer, &token)) {
		if (is_add && sql_token_is(&lexer, &token, "VALUE"))
			return true;
		is_add = sql_token_is(&lexer, &token, "ADD");
	}
	return false;
}

/* A constant, such as the body of a DO, without the dollars or the quote that open it. */
static bool body_adds_value(const struct sql_lexer *lexer, const struct sql_token *token)
{
	const char *text = lexer->text + token->offset;
	const char *open = *text == '$' ? memchr(text + 1, '$', token->len - 1) : text;

	return open && adds_value(lexer->dialect, open + 1, (size_t)(text + token->len - open) - 1);
}

static void note_token(struct statement *statement, const struct sql_token *token)
{
	static const char *const type[] = {"ALTER", "TYPE", NULL};
	static const char *const block[] = {"DO", NULL};
	const struct sql_lexer *lexer = statement->lexer;

	if (statement->count < LG_COUNT_OF(statement->head))
		statement->head[statement->count] = *token;
	statement->count++;
	for (size_t i = 0; i < LG_COUNT_OF(postgres_rules); i++)
		if (postgres_rules[i].needs && sql_token_is(lexer, token, postgres_rules[i].needs))
			statement->is_fit[i] = true;
	if (token->kind == SQL_TOKEN_STRING && has_words(statement, block) &&
		body_adds_value(lexer, token))
		statement->adds_value = true;
	if (statement->has_add && sql_token_is(lexer, token, "VALUE") && has_words(statement, type))
		statement->adds_value = true;
	statement->has_add = sql_token_is(lexer, token, "ADD");
}

static enum statement_block judge(const struct statement *statement)
{
	bool is_sqlite = statement->lexer->dialect == SQL_SQLITE;
	const struct block_rule *rules = is_sqlite ? sqlite_rules : postgres_rules;
	size_t count = is_sqlite ? LG_COUNT_OF(sqlite_rules) : LG_COUNT_OF(postgres_rules);

	for (size_t i = 0; i < count; i++)
		if (has_words(statement, rules[i].words) &&
			(!rules[i].needs || statement->is_fit[i]))
			return BLOCK_REFUSED;
	return statement->adds_value && !is_sqlite ? BLOCK_LATE : BLOCK_ALLOWED;
}

enum statement_block statement_block_of(enum sql_dialect dialect, const char *text, size_t len)
{
	enum statement_block strongest = BLOCK_ALLOWED;
	struct sql_lexer lexer;
	struct sql_token token;
	struct statement statement = {.lexer = &lexer};
	bool goes_on = true;

	sql_lexer_init(&lexer, dialect, text, len);
	while (goes_on) {
		enum statement_block found;

		goes_on = sql_lexer_next(&lexer, &token);
		if (goes_on && token.kind != SQL_TOKEN_COMMENT && !token.ends_statement)
			note_token(&statement, &token);
		if (goes_on && !token.ends_statement)
			continue;
		found = judge(&statement);
		strongest = found > strongest ? found : strongest;
		statement = (struct statement){.lexer = &lexer};
	}
	return strongest;
}

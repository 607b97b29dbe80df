/* SPDX-License-Identifier: MIT */
#include "bundles/statement_moment.h"

#include <strings.h>

#include "base/mem.h"

static const char *const functions[] = {"AGE", "CLOCK_TIMESTAMP", "GEN_RANDOM_UUID", "NOW",
	"PG_BACKEND_PID", "PG_CURRENT_XACT_ID", "RANDOM", "RANDOMBLOB", "STATEMENT_TIMESTAMP",
	"TIMEOFDAY", "TOTAL_CHANGES", "TRANSACTION_TIMESTAMP", "UUID_GENERATE_V1",
	"UUID_GENERATE_V4"};

static const char *const words[] = {
	"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"};

static bool is_among(const struct sql_lexer *lexer, const struct sql_token *token,
	const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sql_token_is(lexer, token, names[i]))
			return true;
	return false;
}

/* 'now', of which SQLite's functions and PostgreSQL's casts make the moment. */
static bool is_now(const struct sql_lexer *lexer, const struct sql_token *token)
{
	static const char now[] = "'now'";

	return token->len == sizeof(now) - 1 &&
	       strncasecmp(lexer->text + token->offset, now, token->len) == 0;
}

static bool is_opening(const struct sql_lexer *lexer, const struct sql_token *token)
{
	return token->len == 1 && lexer->text[token->offset] == '(';
}

bool statement_moment_find(
	enum sql_dialect dialect, const char *text, size_t len, struct sql_token *out)
{
	struct sql_lexer lexer;
	struct sql_token token;
	struct sql_token previous = {.len = 0};

	sql_lexer_init(&lexer, dialect, text, len);
	while (sql_lexer_next(&lexer, &token)) {
		if (token.kind == SQL_TOKEN_COMMENT)
			continue;
		*out = token;
		if (is_among(&lexer, &token, words, LG_COUNT_OF(words)) || is_now(&lexer, &token))
			return true;
		*out = previous;
		if (previous.len > 0 && is_opening(&lexer, &token) &&
			is_among(&lexer, &previous, functions, LG_COUNT_OF(functions)))
			return true;
		previous = token;
	}
	return false;
}

/* SPDX-License-Identifier: MIT */
#include "bundles/formats/lone_statement.h"

#include <string.h>

#include "base/mem.h"
#include "bundles/formats/no_transaction.h"

/* What the statement begins with; `needs` stands anywhere behind it. */
static const struct refused {
	const char *words[3];
	const char *needs;
} refused[] = {
	{{"CREATE", "INDEX"}, "CONCURRENTLY"},
	{{"CREATE", "UNIQUE", "INDEX"}, "CONCURRENTLY"},
	{{"DROP", "INDEX"}, "CONCURRENTLY"},
	{{"REINDEX"}, "CONCURRENTLY"},
	{{"REINDEX", "DATABASE"}, NULL},
	{{"REINDEX", "SYSTEM"}, NULL},
	{{"ALTER", "TABLE"}, "CONCURRENTLY"}, /* DETACH PARTITION … CONCURRENTLY */
	{{"ALTER", "SYSTEM"}, NULL},
	{{"CREATE", "DATABASE"}, NULL},
	{{"DROP", "DATABASE"}, NULL},
	{{"CREATE", "TABLESPACE"}, NULL},
	{{"DROP", "TABLESPACE"}, NULL},
	{{"CREATE", "SUBSCRIPTION"}, NULL},
	{{"DROP", "SUBSCRIPTION"}, NULL},
	{{"VACUUM"}, NULL},
};

/* True if the words are the next tokens of the statement; a copy of the lexer is moved. */
static bool begins_with(struct sql_lexer lexer, const char *const *words)
{
	struct sql_token token;

	for (size_t i = 0; i < LG_COUNT_OF(refused[0].words) && words[i]; i++) {
		do {
			if (!sql_lexer_next(&lexer, &token))
				return false;
		} while (token.kind == SQL_TOKEN_COMMENT);
		if (!sql_token_is(&lexer, &token, words[i]))
			return false;
	}
	return true;
}

static bool has_word(struct sql_lexer lexer, const char *word)
{
	struct sql_token token;

	while (sql_lexer_next(&lexer, &token))
		if (sql_token_is(&lexer, &token, word))
			return true;
	return false;
}

static bool is_refused(const struct sql_lexer *lexer)
{
	for (size_t i = 0; i < LG_COUNT_OF(refused); i++)
		if (begins_with(*lexer, refused[i].words) &&
			(!refused[i].needs || has_word(*lexer, refused[i].needs)))
			return true;
	return false;
}

static enum lg_status look(struct folder_reader *reader, const struct migration_part *part,
	bool *out_is_refused, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct sql_lexer lexer;

	if (bundle_view(reader->bundle, part, &view, err))
		return err->status;
	sql_lexer_init(&lexer, SQL_POSTGRES, view.text, view.len);
	*out_is_refused = is_refused(&lexer);
	return LG_OK;
}

enum lg_status lone_statement_free(struct folder_reader *reader, enum script_role role,
	struct migration_part *part, struct lg_error *err)
{
	bool is_alone = part->statements == 1 && reader->bundle->engine == SQL_POSTGRES;
	bool is_free = false;

	if (is_alone && look(reader, part, &is_free, err))
		return err->status;
	return is_free ? no_transaction_set(reader, role, part, err) : LG_OK;
}

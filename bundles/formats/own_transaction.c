/* SPDX-License-Identifier: MIT */
#include "bundles/formats/own_transaction.h"

#include "base/mem.h"
#include "bundles/formats/section.h"

/* BEGIN TRANSACTION; is the longest of them. */
enum { MAX_TOKENS = 3 };

/* The first tokens of one statement, without comments. */
struct statement {
	struct sql_token tokens[MAX_TOKENS];
	size_t count; /* of all of its tokens */
};

/* False when no statement is left. */
static bool next_statement(struct sql_lexer *lexer, struct statement *out)
{
	struct sql_token token;

	out->count = 0;
	while (sql_lexer_next(lexer, &token)) {
		if (token.kind == SQL_TOKEN_COMMENT)
			continue;
		if (out->count < MAX_TOKENS)
			out->tokens[out->count] = token;
		out->count++;
		if (token.kind == SQL_TOKEN_SEMICOLON)
			return true;
	}
	return out->count > 0;
}

static bool is_one_of(
	const struct sql_lexer *lexer, const struct sql_token *token, const char *const *words)
{
	for (; *words; words++)
		if (sql_token_is(lexer, token, *words))
			return true;
	return false;
}

/* True of one of the `words`, followed by nothing of weight. */
static bool is_plain(
	const struct sql_lexer *lexer, const struct statement *statement, const char *const *words)
{
	static const char *const fillers[] = {"TRANSACTION", "WORK", NULL};
	size_t count = statement->count;

	if (count == 0 || count > MAX_TOKENS || !is_one_of(lexer, &statement->tokens[0], words))
		return false;
	if (statement->tokens[count - 1].kind == SQL_TOKEN_SEMICOLON)
		count--;
	if (count == 1)
		return !sql_token_is(lexer, &statement->tokens[0], "START");
	return count == 2 && is_one_of(lexer, &statement->tokens[1], fillers);
}

/* Behind the line's end where nothing else stands on it: columns are then those of the file. */
static size_t pass_line_end(const struct body_view *view, size_t offset)
{
	size_t at = offset;

	while (at < view->len && (view->text[at] == ' ' || view->text[at] == '\r'))
		at++;
	return at < view->len && view->text[at] == '\n' ? at + 1 : offset;
}

/* Finds the transaction around everything; false if there is none. */
static bool find(struct body_view *view, enum sql_dialect dialect, struct section *head,
	struct section *body)
{
	static const char *const openers[] = {"BEGIN", "START", NULL};
	static const char *const closers[] = {"COMMIT", "END", NULL};
	struct statement statement = {0};
	struct sql_lexer lexer;
	uint32_t column = 0;
	bool is_closed = false;

	sql_lexer_init_view(&lexer, dialect, view);
	if (!next_statement(&lexer, &statement) || !is_plain(&lexer, &statement, openers))
		return false;
	*head = (struct section){true, 0, statement.tokens[0].offset, 1};
	*body = (struct section){.is_there = true, .offset = pass_line_end(view, lexer.offset)};
	while (next_statement(&lexer, &statement))
		is_closed = is_plain(&lexer, &statement, closers);
	if (!is_closed)
		return false;
	body->len = statement.tokens[0].offset - body->offset;
	script_locate(view, body->offset, &body->first_line, &column);
	return true;
}

enum lg_status own_transaction_scan(struct folder_reader *reader, enum script_role role,
	struct migration_part *part, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct section head;
	struct section body;

	if (bundle_view(reader->bundle, part, &view, err))
		return err->status;
	if (!find(&view, reader->bundle->engine, &head, &body))
		return folder_scan(reader, role, part, err);
	return section_scan(reader, role, &head, &body, "BEGIN", part, err);
}

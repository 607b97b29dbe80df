/* SPDX-License-Identifier: MIT */
#include "bundles/formats/own_transaction.h"

#include "base/mem.h"
#include "bundles/formats/section.h"
#include "bundles/limits.h"

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
		/* A command of psql is told of when what stands in the transaction is scanned. */
		if (token.kind == SQL_TOKEN_COMMENT || token.kind == SQL_TOKEN_META)
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

struct wrapping {
	struct headed_section section; /* before BEGIN, and between it and COMMIT */
	uint32_t begin_line;
};

/* Finds the transaction around everything; the body is there if there is one. */
static enum lg_status find(struct folder_reader *reader, const struct migration_part *part,
	struct wrapping *out, struct lg_error *err)
{
	static const char *const openers[] = {"BEGIN", "START", NULL};
	static const char *const closers[] = {"COMMIT", "END", NULL};
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct statement statement = {0};
	struct sql_lexer lexer;
	uint32_t column = 0;

	if (bundle_view(reader->bundle, part, &view, err))
		return err->status;
	sql_lexer_init_view(&lexer, reader->bundle->engine, &view);
	if (!next_statement(&lexer, &statement) || !is_plain(&lexer, &statement, openers))
		return LG_OK;
	out->section.head = (struct section){true, 0, statement.tokens[0].offset, 1};
	out->section.body.offset = pass_line_end(&view, lexer.offset);
	while (next_statement(&lexer, &statement))
		out->section.body.is_there = is_plain(&lexer, &statement, closers);
	if (!out->section.body.is_there)
		return LG_OK;
	out->section.body.len = statement.tokens[0].offset - out->section.body.offset;
	script_locate(&view, out->section.head.len, &out->begin_line, &column);
	script_locate(&view, out->section.body.offset, &out->section.body.first_line, &column);
	return LG_OK;
}

bool own_transaction_is_there(struct folder_reader *reader, const struct migration_part *part)
{
	struct wrapping wrapping = {0};
	struct lg_error ignored = {0};

	return find(reader, part, &wrapping, &ignored) == LG_OK && wrapping.section.body.is_there;
}

/* What stands above BEGIN, and what stands behind it, on the lines that they had. */
static enum lg_status compose(struct folder_reader *reader, const struct migration_part *part,
	const struct wrapping *wrapping, struct lg_buf *out, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};

	if (bundle_view(reader->bundle, part, &view, err))
		return err->status;
	lg_buf_add(out, view.text, wrapping->section.head.len);
	for (uint32_t line = wrapping->begin_line; line < wrapping->section.body.first_line; line++)
		lg_buf_addc(out, '\n');
	lg_buf_add(out, view.text + wrapping->section.body.offset, wrapping->section.body.len);
	return LG_OK;
}

/*
 * The history keeps the text of a down script alone, so what stands above its BEGIN, which may be
 * directives, stays in it.
 */
static enum lg_status scan_down(struct folder_reader *reader, const struct wrapping *wrapping,
	struct migration_part *part, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, BUNDLE_MAX_BODY_BYTES);
	if (compose(reader, part, wrapping, &text, err) ||
		folder_add_text(reader, part->file, 1, &text, part, err))
		return err->status;
	return folder_scan(reader, SCRIPT_DOWN, part, err);
}

enum lg_status own_transaction_scan(struct folder_reader *reader, enum script_role role,
	struct migration_part *part, struct lg_error *err)
{
	struct wrapping wrapping = {.section.marker = "BEGIN"};

	if (find(reader, part, &wrapping, err))
		return err->status;
	if (!wrapping.section.body.is_there)
		return folder_scan(reader, role, part, err);
	if (role == SCRIPT_DOWN && wrapping.section.head.len > 0)
		return scan_down(reader, &wrapping, part, err);
	return section_scan(reader, role, &wrapping.section, part, err);
}

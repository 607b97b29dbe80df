/* SPDX-License-Identifier: MIT */
#include "bundles/formats/sqitch_script.h"

#include "bundles/formats/no_transaction.h"
#include "bundles/formats/own_transaction.h"
#include "bundles/script.h"
#include "bundles/statement_block.h"

/*
 * True of `:name`, `:'name'` and `:"name"`, which psql replaces; between brackets a colon may part
 * the bounds of a slice.
 */
static bool is_variable(const char *text, const struct sql_token *colon,
	const struct sql_token *next, uint32_t brackets)
{
	if (colon->kind != SQL_TOKEN_OPERATOR || colon->len != 1 || text[colon->offset] != ':' ||
		next->offset != colon->offset + 1)
		return false;
	return (next->kind == SQL_TOKEN_STRING && text[next->offset] == '\'') ||
	       (next->kind == SQL_TOKEN_NAME && text[next->offset] == '"') ||
	       (next->kind == SQL_TOKEN_WORD && brackets == 0);
}

static enum lg_status refuse_variable(const struct body_view *view,
	const struct migration_part *part, size_t offset, struct lg_error *err)
{
	uint32_t line = 1;
	uint32_t column = 1;

	(void)lg_fail(err, LG_FORMAT, "a variable of psql");
	(void)lg_hint(err, "what runs is fixed when it is packed: write the value into the script");
	script_locate(view, offset, &line, &column);
	return lg_place(err, part->file, part->first_line + line - 1, column);
}

static enum lg_status check_variables(
	const struct body_view *view, const struct migration_part *part, struct lg_error *err)
{
	struct sql_lexer lexer;
	struct sql_token last = {.kind = SQL_TOKEN_END};
	struct sql_token token;
	uint32_t brackets = 0;

	sql_lexer_init(&lexer, SQL_POSTGRES, view->text, view->len);
	while (sql_lexer_next(&lexer, &token)) {
		char first = view->text[token.offset];

		if (is_variable(view->text, &last, &token, brackets))
			return refuse_variable(view, part, last.offset, err);
		if (token.kind == SQL_TOKEN_OPERATOR && first == '[')
			brackets++;
		else if (token.kind == SQL_TOKEN_OPERATOR && first == ']' && brackets > 0)
			brackets--;
		last = token;
	}
	return LG_OK;
}

static enum lg_status look(struct folder_reader *reader, const struct migration_part *part,
	bool *out_needs_none, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	enum sql_dialect engine = reader->bundle->engine;

	if (bundle_view(reader->bundle, part, &view, err) ||
		(engine == SQL_POSTGRES && check_variables(&view, part, err)))
		return err->status;
	*out_needs_none = statement_block_of(engine, view.text, view.len) != BLOCK_ALLOWED;
	return LG_OK;
}

enum lg_status sqitch_script_read(struct folder_reader *reader, const struct folder_list *list,
	const char *name, enum script_role role, struct migration_part *out, struct lg_error *err)
{
	bool needs_none = false;
	uint64_t size;

	if (folder_read(reader, list, name, out, err))
		return err->status;
	size = out->size;
	if (own_transaction_scan(reader, role, out, err) || look(reader, out, &needs_none, err))
		return err->status;
	/* One that brings its own transaction shall have one. */
	return needs_none && out->size == size ? no_transaction_set(reader, role, out, err) : LG_OK;
}

/* SPDX-License-Identifier: MIT */
#include "bundles/script.h"

#include <string.h>

#include "base/utf8.h"
#include "bundles/limits.h"
#include "bundles/script_digest.h"
#include "bundles/statement_rules.h"

static const char bom[] = "\xef\xbb\xbf";
enum { BOM_BYTES = 3 };

/* A script being read for the first time. */
struct scan {
	struct body_view *view;
	struct sql_lexer lexer;
	enum script_role role;
	struct statement_rules rules;
	struct lg_arena *strings;
	struct script_facts *facts;
	struct lg_error *err;
};

static size_t bom_bytes(const struct body_view *view)
{
	return view->len >= BOM_BYTES && memcmp(view->text, bom, BOM_BYTES) == 0 ? BOM_BYTES : 0;
}

/* Moves the place that `line` and `column` give from one offset to a later one. */
static void advance_place(
	const char *text, size_t from, size_t to, uint32_t *line, uint32_t *column)
{
	const char *found;

	while (from < to && (found = memchr(text + from, '\n', to - from))) {
		from = (size_t)(found - text) + 1;
		++*line;
		*column = 1;
	}
	*column += (uint32_t)lg_utf8_count(text + from, to - from);
}

void script_locate(
	const struct body_view *view, size_t offset, uint32_t *out_line, uint32_t *out_column)
{
	size_t start = bom_bytes(view);

	*out_line = 1;
	*out_column = 1;
	if (offset > start)
		advance_place(view->text, start, offset, out_line, out_column);
}

/* Adds to `err` where in the script it is. */
static enum lg_status place_error(const struct body_view *view, size_t offset, struct lg_error *err)
{
	script_locate(view, offset, &err->line, &err->column);
	return err->status;
}

static enum lg_status fail_encoding(
	const struct body_view *view, size_t offset, struct lg_error *err)
{
	if (view->text[offset] == '\0') {
		(void)lg_fail(err, LG_FORMAT, "script holds a NUL character");
		(void)lg_hint(err, "a file in UTF-16 looks like this: save it as UTF-8");
	} else {
		(void)lg_fail(err, LG_FORMAT, "script is not UTF-8 at byte 0x%02x",
			(unsigned)(unsigned char)view->text[offset]);
		(void)lg_hint(err, "save the file as UTF-8");
	}
	return place_error(view, offset, err);
}

/* `content`, when it is not `raw` already. */
static struct lg_digest hash_content(struct body_view *view)
{
	LG_CLEANUP(script_digest_release) struct script_digest digest;
	size_t start = bom_bytes(view);

	script_digest_init(&digest);
	body_view_rewind(view, 0);
	script_digest_add(&digest, view, start, view->len - start);
	return script_digest_finish(&digest);
}

/* Sets `raw` and `content` of a text that is UTF-8 without NUL. */
static enum lg_status hash_text(
	struct body_view *view, struct script_hashes *hashes, struct lg_error *err)
{
	LG_CLEANUP(lg_hasher_release) struct lg_hasher hasher;
	bool is_folded = bom_bytes(view) > 0;
	size_t done = 0;

	lg_hasher_init(&hasher);
	body_view_rewind(view, 0);
	while (done < view->len) {
		const char *text = view->text + done;
		size_t left = view->len - done;
		size_t valid = lg_utf8_valid_prefix(
			text, left < BUNDLE_WINDOW_BYTES ? left : BUNDLE_WINDOW_BYTES);

		/* A character that the window cuts is the beginning of the next one. */
		if (valid == 0)
			return fail_encoding(view, done, err);
		lg_hasher_add(&hasher, text, valid);
		is_folded = is_folded || memchr(text, '\r', valid) != NULL;
		done += valid;
		body_view_forget(view, done);
	}
	hashes->raw = lg_hasher_finish(&hasher);
	hashes->content = is_folded ? hash_content(view) : hashes->raw;
	return LG_OK;
}

static enum lg_status check_role(const struct scan *scan)
{
	if (scan->role == SCRIPT_CHECK)
		return lg_fail(scan->err, LG_FORMAT, "directives have no place in a check");
	if (scan->role == SCRIPT_DOWN && scan->facts->directives.phase != PHASE_NONE)
		return lg_fail(scan->err, LG_FORMAT, "'phase' has no place in a down script");
	return LG_OK;
}

/* True if the text, a directive's mark but for the colon, goes on like a directive. */
static bool lacks_colon(const char *text, size_t len)
{
	return len > 0 && (*text == ' ' || *text == '\t') && memchr(text, '=', len);
}

/* What the other engine alone knows would be lost here without a word. */
static enum lg_status check_dialect(const struct scan *scan)
{
	const struct directives *directives = &scan->facts->directives;

	if (scan->lexer.dialect == SQL_SQLITE && directives->role)
		return lg_fail(
			scan->err, LG_FORMAT, "'role' has no place in SQLite, which has none");
	if (scan->lexer.dialect == SQL_POSTGRES && directives->foreign_keys != FOREIGN_KEYS_UNSET)
		return lg_fail(scan->err, LG_FORMAT,
			"'foreign_keys' has no place in PostgreSQL, which always keeps them");
	return LG_OK;
}

/* Reads a comment of the first block: a line comment that begins with `lockgate:` or any other. */
static enum lg_status read_comment(struct scan *scan, const struct sql_token *token, uint32_t *seen)
{
	const char *text = scan->view->text;
	size_t end = token->offset + token->len;
	size_t start = directive_behind_mark(text, token->offset, end);

	if (start == 0)
		return LG_OK;
	if (lacks_colon(text + start, end - start)) {
		(void)lg_fail(scan->err, LG_FORMAT, "a directive needs a colon behind 'lockgate'");
		(void)lg_hint(scan->err, "write -- lockgate: key=value");
		return place_error(scan->view, token->offset, scan->err);
	}
	if (start == end || text[start] != ':')
		return LG_OK;
	start++;

	if (directives_parse(text + start, end - start, &scan->facts->directives, seen,
		    scan->strings, scan->err))
		return place_error(scan->view, start + scan->err->column - 1, scan->err);
	if (check_role(scan) || check_dialect(scan))
		return place_error(scan->view, token->offset, scan->err);
	return LG_OK;
}

/* The directives: all comments in front of the first other token are one block. */
static enum lg_status read_directives(struct scan *scan)
{
	struct sql_token token;
	uint32_t seen = 0;

	scan->facts->directives = directives_default();
	sql_lexer_init_view(&scan->lexer, scan->lexer.dialect, scan->view);
	while (sql_lexer_next(&scan->lexer, &token) && token.kind == SQL_TOKEN_COMMENT) {
		enum lg_status status = read_comment(scan, &token, &seen);

		if (status)
			return status;
	}
	return LG_OK;
}

/* The hash of the tokens, each of which must please the rules. */
static enum lg_status read_statements(struct scan *scan)
{
	LG_CLEANUP(script_digest_release) struct script_digest digest;
	struct statement_rules *rules = &scan->rules;
	enum lg_status status = LG_OK;
	struct sql_token token;

	script_digest_init(&digest);
	sql_lexer_init_view(&scan->lexer, scan->lexer.dialect, scan->view);
	while (!status && sql_lexer_next(&scan->lexer, &token)) {
		if (token.kind == SQL_TOKEN_COMMENT)
			continue;
		status = statement_rules_token(rules, &token, scan->err);
		if (!status)
			script_digest_add_token(&digest, scan->view, &token);
	}
	if (!status)
		status = statement_rules_finish(rules, scan->err);
	if (status)
		return place_error(scan->view, rules->culprit, scan->err);
	scan->facts->hashes.tokens = script_digest_finish(&digest);
	return LG_OK;
}

enum lg_status script_scan(struct body_view *view, enum sql_dialect dialect, enum script_role role,
	struct lg_arena *strings, struct script_facts *out, struct lg_error *err)
{
	struct script_facts facts = {.first_line = 1};
	struct scan scan = {
		.view = view,
		.lexer = {.dialect = dialect},
		.role = role,
		.strings = strings,
		.facts = &facts,
		.err = err,
	};
	uint32_t column;
	enum lg_status status;

	scan.rules = (struct statement_rules){.lexer = &scan.lexer,
		.directives = &facts.directives,
		.is_check = role == SCRIPT_CHECK};
	status = hash_text(view, &facts.hashes, err);
	if (!status)
		status = read_directives(&scan);
	if (!status)
		status = read_statements(&scan);
	if (status)
		return status;

	facts.statements = scan.rules.statements;
	if (facts.statements > 0)
		script_locate(view, scan.rules.first_offset, &facts.first_line, &column);
	*out = facts;
	return LG_OK;
}

void script_cursor_init(
	struct script_cursor *cursor, struct body_view *view, enum sql_dialect dialect)
{
	*cursor = (struct script_cursor){
		.view = view, .offset = bom_bytes(view), .line = 1, .column = 1};
	sql_lexer_init_view(&cursor->lexer, dialect, view);
}

/* Skips to the first token of a statement that is not empty. */
static bool find_statement(struct sql_lexer *lexer, struct sql_token *out)
{
	while (sql_lexer_next(lexer, out)) {
		bool is_blank = out->kind == SQL_TOKEN_COMMENT || out->kind == SQL_TOKEN_META;

		if (!is_blank && !out->ends_statement)
			return true;
	}
	return false;
}

static void set_verb(
	const struct script_cursor *cursor, const struct sql_token *token, char verb[16])
{
	const char *text = cursor->view->text + token->offset;
	size_t chars = 0;

	if (token->kind != SQL_TOKEN_WORD)
		return;
	for (; chars < token->len && chars < 15; chars++) {
		bool is_small = text[chars] >= 'a' && text[chars] <= 'z';

		verb[chars] = (char)(is_small ? text[chars] - 'a' + 'A' : text[chars]);
	}
}

bool script_cursor_next(struct script_cursor *cursor, struct script_statement *out)
{
	struct script_statement statement = {0};
	struct sql_token token;

	if (!find_statement(&cursor->lexer, &token))
		return false;
	advance_place(
		cursor->view->text, cursor->offset, token.offset, &cursor->line, &cursor->column);
	cursor->offset = token.offset;
	statement.index = ++cursor->statements;
	statement.offset = token.offset;
	statement.line = cursor->line;
	statement.column = cursor->column;
	set_verb(cursor, &token, statement.verb);

	do {
		if (token.kind == SQL_TOKEN_COPY_DATA) {
			statement.data_offset = token.offset;
			statement.data_len = token.len;
		} else if (token.kind != SQL_TOKEN_COMMENT) {
			statement.len = token.offset + token.len - statement.offset;
		}
	} while (!token.ends_statement && sql_lexer_next(&cursor->lexer, &token));
	*out = statement;
	return true;
}

struct lg_digest script_prefix_tokens(
	struct body_view *view, enum sql_dialect dialect, uint32_t statements)
{
	LG_CLEANUP(script_digest_release) struct script_digest digest;
	struct sql_lexer lexer;
	struct sql_token token;
	bool is_inside = false; /* a statement that is not empty */

	script_digest_init(&digest);
	sql_lexer_init_view(&lexer, dialect, view);
	while (statements > 0 && sql_lexer_next(&lexer, &token)) {
		if (token.kind == SQL_TOKEN_COMMENT)
			continue;
		script_digest_add_token(&digest, view, &token);
		if (token.kind == SQL_TOKEN_META)
			continue;
		if (token.ends_statement && is_inside)
			statements--;
		is_inside = !token.ends_statement;
	}
	return script_digest_finish(&digest);
}

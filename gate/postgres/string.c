/* SPDX-License-Identifier: MIT */
#include "gate/postgres/string.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

struct postgres_value postgres_text(const char *text)
{
	return (struct postgres_value){.text = text, .len = text ? strlen(text) : 0};
}

struct postgres_value postgres_bytes(const char *text, size_t len)
{
	return (struct postgres_value){.text = text, .len = len};
}

struct postgres_value postgres_number(int64_t number)
{
	struct postgres_value value = {0};

	(void)snprintf(value.own, sizeof(value.own), "%lld", (long long)number);
	return value;
}

struct postgres_value postgres_digest(const struct lg_digest *digest)
{
	struct postgres_value value = {0};

	lg_digest_format(digest, value.own);
	return value;
}

struct postgres_value postgres_null(void)
{
	return (struct postgres_value){0};
}

struct postgres_value postgres_name(const char *name)
{
	return (struct postgres_value){.text = name, .len = strlen(name), .is_name = true};
}

void postgres_string_init(struct postgres_string *string)
{
	*string = (struct postgres_string){0};
	lg_buf_init(&string->text, LG_BUF_MAX_BYTES);
}

void postgres_string_release(struct postgres_string *string)
{
	lg_buf_release(&string->text);
	free(LG_TAKE(string->pieces));
	string->count = 0;
}

void postgres_string_clear(struct postgres_string *string)
{
	lg_buf_clear(&string->text);
	free(LG_TAKE(string->pieces));
	string->count = 0;
}

static struct postgres_piece *add_piece(struct postgres_string *string)
{
	struct postgres_piece *piece;

	string->pieces = lg_grow(string->pieces, string->count, sizeof(*string->pieces));
	piece = &string->pieces[string->count++];
	*piece = (struct postgres_piece){.at = string->text.len};
	return piece;
}

/*
 * PostgreSQL manual, "String Constants": a quote is doubled; E'' and a doubled backslash mean the
 * same whatever standard_conforming_strings says. In UTF-8 no byte of a longer character is either.
 */
static void add_literal(struct lg_buf *out, const char *text, size_t len)
{
	const char *end = text + len;

	lg_buf_adds(out, memchr(text, '\\', len) ? " E'" : "'");
	while (text < end) {
		const char *at = text;

		while (at < end && *at != '\'' && *at != '\\')
			at++;
		lg_buf_add(out, text, (size_t)(at - text));
		if (at < end) {
			lg_buf_addc(out, *at);
			lg_buf_addc(out, *at++);
		}
		text = at;
	}
	lg_buf_addc(out, '\'');
}

static void add_value(struct lg_buf *out, const struct postgres_value *value)
{
	if (value->is_name)
		lg_buf_add_quoted(out, value->text, '"');
	else if (value->text)
		add_literal(out, value->text, value->len);
	else if (value->own[0])
		add_literal(out, value->own, strlen(value->own));
	else
		lg_buf_adds(out, "NULL");
}

/* The number behind the dollar sign. */
static size_t placeholder(const char *text, size_t len)
{
	size_t number = 0;

	for (size_t i = 1; i < len; i++)
		number = number * 10 + (size_t)(text[i] - '0');
	return number;
}

void postgres_string_add(struct postgres_string *string, const char *sql,
	const struct postgres_value *values, size_t count)
{
	struct lg_buf *out = &string->text;
	struct sql_lexer lexer;
	struct sql_token token;
	size_t behind = 0; /* how far `sql` was copied */

	(void)add_piece(string);
	sql_lexer_init(&lexer, SQL_POSTGRES, sql, strlen(sql));
	while (sql_lexer_next(&lexer, &token)) {
		if (token.kind != SQL_TOKEN_PARAMETER && token.kind != SQL_TOKEN_COMMENT)
			continue;
		lg_buf_add(out, sql + behind, token.offset - behind);
		behind = token.offset + token.len;
		if (token.kind == SQL_TOKEN_PARAMETER) {
			size_t number = placeholder(sql + token.offset, token.len);

			assert(number >= 1 && number <= count);
			add_value(out, &values[number - 1]);
		} else {
			behind += sql[behind] == '\n';
		}
	}
	lg_buf_adds(out, sql + behind);
}

/*
 * What stands between two statements goes along, so that the server's log shows the script; but not
 * where a line for psql is in it, nor a byte-order mark.
 */
static size_t gap_start(const struct target_script *script, size_t from, size_t to)
{
	static const char bom[] = "\xef\xbb\xbf";
	const char *text = script->view->text;

	if (from == 0 && to >= strlen(bom) && memcmp(text, bom, strlen(bom)) == 0)
		from = strlen(bom);
	return memchr(text + from, '\\', to - from) ? to : from;
}

void postgres_string_add_statement(struct postgres_string *string,
	const struct target_script *script, const struct script_statement *statement, size_t from)
{
	size_t start = gap_start(script, from, statement->offset);
	size_t end = statement->offset + statement->len;
	struct postgres_piece *piece;

	/* The statement before may be the script's last, without a semicolon. */
	if (string->text.len && string->text.text[string->text.len - 1] != '\n')
		lg_buf_addc(&string->text, '\n');
	piece = add_piece(string);
	piece->script = script;
	piece->offset = start;
	piece->statement = *statement;
	lg_buf_add(&string->text, script->view->text + start, end - start);
	if (script->view->text[end - 1] != ';')
		lg_buf_adds(&string->text, "\n;");
	lg_buf_addc(&string->text, '\n');
}

/* The byte at which character `position`, from 1, begins. */
static size_t byte_of(const struct lg_buf *text, size_t position, bool is_bytes)
{
	size_t at = 0;

	if (is_bytes)
		return position - 1 < text->len ? position - 1 : text->len;
	while (at < text->len && --position > 0)
		for (at++; at < text->len && ((unsigned char)text->text[at] & 0xc0) == 0x80;)
			at++;
	return at;
}

static void set_place(const struct target_script *script, size_t offset, struct postgres_place *out)
{
	script_locate(script->view, offset, &out->line, &out->column);
	target_script_place(script, &out->line, &out->column);
	out->script = script;
}

bool postgres_string_locate(const struct postgres_string *string, size_t position, bool is_bytes,
	struct postgres_place *out)
{
	size_t at = byte_of(&string->text, position, is_bytes);
	const struct postgres_piece *found = NULL;
	size_t offset;
	size_t end;

	for (size_t i = 0; i < string->count && string->pieces[i].at <= at; i++)
		found = &string->pieces[i];
	if (!found || !found->script)
		return false;
	/* An error "at end of input" lies behind the statement. */
	offset = found->offset + (at - found->at);
	end = found->statement.offset + found->statement.len;
	set_place(found->script, offset < end ? offset : end, out);
	return true;
}

bool postgres_string_locate_piece(
	const struct postgres_string *string, size_t piece, struct postgres_place *out)
{
	const struct postgres_piece *found;

	if (piece >= string->count || !string->pieces[piece].script)
		return false;
	found = &string->pieces[piece];
	*out = (struct postgres_place){.script = found->script,
		.line = found->statement.line,
		.column = found->statement.column};
	target_script_place(found->script, &out->line, &out->column);
	return true;
}

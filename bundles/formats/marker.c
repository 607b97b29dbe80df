/* SPDX-License-Identifier: MIT */
#include "bundles/formats/marker.h"

#include <string.h>
#include <strings.h>

#include "bundles/limits.h"

static bool is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\r' || character == '\f' ||
	       character == '\v';
}

void marker_search_init(
	struct marker_search *search, enum sql_dialect dialect, struct body_view *view)
{
	*search = (struct marker_search){.view = view, .line = 1};
	sql_lexer_init(&search->lexer, dialect, view->text, view->len);
	body_view_rewind(view, 0);
}

static uint32_t line_at(struct marker_search *search, size_t offset)
{
	const char *text = search->view->text;
	const char *feed;

	while ((feed = memchr(text + search->line_offset, '\n', offset - search->line_offset))) {
		search->line_offset = (size_t)(feed - text) + 1;
		search->line++;
	}
	return search->line;
}

/* True if only blanks, or a byte-order mark, stand before `offset` on its line. */
static bool begins_line(const char *text, size_t offset)
{
	while (offset > 0 && is_blank(text[offset - 1]))
		offset--;
	return offset == 0 || text[offset - 1] == '\n' ||
	       (offset == 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0);
}

static struct marker marker_of(struct marker_search *search, const struct sql_token *token)
{
	const char *text = search->view->text;
	const char *start = text + token->offset + 2;
	const char *end = text + token->offset + token->len;
	size_t behind = token->offset + token->len;
	const char *feed = memchr(text + behind, '\n', search->view->len - behind);

	while (start < end && is_blank(*start))
		start++;
	while (end > start && is_blank(end[-1]))
		end--;
	return (struct marker){
		.text = start,
		.len = (size_t)(end - start),
		.offset = token->offset,
		.next = feed ? (size_t)(feed - text) + 1 : search->view->len,
		.line = line_at(search, token->offset),
		.is_indented = token->offset > 0 && is_blank(text[token->offset - 1]),
	};
}

static void give_back(struct marker_search *search, size_t offset)
{
	if (offset - search->view->forgotten <= 2 * BUNDLE_WINDOW_BYTES)
		return;
	(void)line_at(search, offset);
	body_view_forget(search->view, search->line_offset);
}

bool marker_search_next(struct marker_search *search, struct marker *out)
{
	const char *text = search->view->text;
	struct sql_token token;

	while (sql_lexer_next(&search->lexer, &token)) {
		if (token.kind == SQL_TOKEN_COMMENT && text[token.offset] == '-' &&
			begins_line(text, token.offset)) {
			*out = marker_of(search, &token);
			return true;
		}
		give_back(search, token.offset);
	}
	return false;
}

void marker_search_part(struct marker_search *search, const struct marker *marker)
{
	sql_lexer_init(
		&search->lexer, search->lexer.dialect, search->view->text, search->view->len);
	search->lexer.offset = marker->next;
}

bool marker_word_is_there(struct body_view *view, const char *word)
{
	const size_t word_len = strlen(word);

	for (size_t at = 0; at < view->len; at += BUNDLE_WINDOW_BYTES) {
		size_t len = view->len - at;

		/* A word that the window's end would cut is found by looking a little further. */
		if (len > BUNDLE_WINDOW_BYTES + word_len)
			len = BUNDLE_WINDOW_BYTES + word_len;
		if (memmem(view->text + at, len, word, word_len))
			return true;
		body_view_forget(view, at);
	}
	return false;
}

bool marker_take(struct marker *marker, const char *word, bool any_case)
{
	size_t len = strlen(word);

	if (marker->len < len || (any_case ? strncasecmp(marker->text, word, len)
					   : strncmp(marker->text, word, len)) != 0)
		return false;
	marker->text += len;
	marker->len -= len;
	return true;
}

bool marker_take_blanks(struct marker *marker)
{
	const char *start = marker->text;

	while (marker->len > 0 && is_blank(*marker->text)) {
		marker->text++;
		marker->len--;
	}
	return marker->text != start || marker->len == 0;
}

enum lg_status marker_refuse(
	const struct marker *marker, const char *text, const char *hint, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "%s", text);
	(void)lg_hint(err, "%s", hint);
	err->line = marker->line;
	err->column = 1;
	return err->status;
}

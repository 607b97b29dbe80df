/* SPDX-License-Identifier: MIT */
#include "bundles/formats/native_sections.h"

#include <string.h>

#include "bundles/limits.h"

enum marker { MARKER_NONE, MARKER_UP, MARKER_DOWN };

static const char marker_word[] = "migrate:";

struct search {
	struct body_view *view;
	enum sql_dialect dialect;
	size_t line_offset; /* of `line` */
	uint32_t line;
};

/* Most files have no marker; to see that costs less than reading their tokens. */
static bool has_marker_word(struct body_view *view)
{
	const size_t word = sizeof(marker_word) - 1;

	for (size_t at = 0; at < view->len; at += BUNDLE_WINDOW_BYTES) {
		size_t len = view->len - at;

		/* A word that the window's end would cut is found by looking a little further. */
		if (len > BUNDLE_WINDOW_BYTES + word)
			len = BUNDLE_WINDOW_BYTES + word;
		if (memmem(view->text + at, len, marker_word, word))
			return true;
		body_view_forget(view, at);
	}
	return false;
}

static bool is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\r';
}

static bool begins_line(const struct body_view *view, size_t offset)
{
	return offset == 0 || view->text[offset - 1] == '\n' ||
	       (offset == 3 && memcmp(view->text, "\xEF\xBB\xBF", 3) == 0);
}

static const char *pass_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

static bool starts_with(const char *at, const char *end, const char *word)
{
	return (size_t)(end - at) >= strlen(word) && memcmp(at, word, strlen(word)) == 0;
}

/* What the comment token marks; *out_rest is left behind the marker's word. */
static enum marker marker_of(
	const struct body_view *view, const struct sql_token *token, const char **out_rest)
{
	const char *at = view->text + token->offset;
	const char *end = at + token->len;

	if (token->kind != SQL_TOKEN_COMMENT || !begins_line(view, token->offset) ||
		!starts_with(at, end, "--"))
		return MARKER_NONE;
	at = pass_blanks(at + 2, end);
	if (!starts_with(at, end, marker_word))
		return MARKER_NONE;
	at += sizeof(marker_word) - 1;
	*out_rest = at + (starts_with(at, end, "up") ? 2 : 4);
	if (starts_with(at, end, "up"))
		return MARKER_UP;
	return starts_with(at, end, "down") ? MARKER_DOWN : MARKER_NONE;
}

static uint32_t line_at(struct search *search, size_t offset)
{
	const char *text = search->view->text;
	const char *feed;

	while ((feed = memchr(text + search->line_offset, '\n', offset - search->line_offset))) {
		search->line_offset = (size_t)(feed - text) + 1;
		search->line++;
	}
	return search->line;
}

static enum lg_status refuse_marker(struct search *search, const struct sql_token *marker,
	const char *text, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "%s", text);
	err->line = line_at(search, marker->offset);
	err->column = 1;
	return err->status;
}

/* Looks from `start` on; *out is the marker's token where there is one. */
static enum lg_status next_marker(struct search *search, size_t start, enum marker *out_marker,
	struct sql_token *out, struct lg_error *err)
{
	struct body_view *view = search->view;
	const char *rest = NULL;
	struct sql_lexer lexer;

	sql_lexer_init(&lexer, search->dialect, view->text + start, view->len - start);
	*out_marker = MARKER_NONE;
	while (*out_marker == MARKER_NONE && sql_lexer_next(&lexer, out)) {
		out->offset += start;
		*out_marker = marker_of(view, out, &rest);
		if (out->offset - view->forgotten > 2 * BUNDLE_WINDOW_BYTES) {
			(void)line_at(search, out->offset);
			body_view_forget(view, search->line_offset);
		}
	}
	if (*out_marker == MARKER_NONE)
		return LG_OK;
	if (pass_blanks(rest, view->text + out->offset + out->len) ==
		view->text + out->offset + out->len)
		return LG_OK;
	(void)refuse_marker(search, out, "text behind the section marker", err);
	return lg_hint(err, "options are written as '-- lockgate: key=value'");
}

/* The section behind the marker; it reaches to the end of the file until another is found. */
static struct native_section section_behind(struct search *search, const struct sql_token *marker)
{
	const struct body_view *view = search->view;
	size_t offset = marker->offset + marker->len;
	const char *feed = memchr(view->text + offset, '\n', view->len - offset);

	offset = feed ? (size_t)(feed - view->text) + 1 : view->len;
	return (struct native_section){
		.is_there = true,
		.offset = offset,
		.len = view->len - offset,
		.first_line = line_at(search, offset),
	};
}

static enum lg_status find_down(
	struct search *search, struct native_sections *out, struct lg_error *err)
{
	enum marker marker;
	struct sql_token token;

	if (next_marker(search, out->up.offset, &marker, &token, err))
		return err->status;
	if (marker == MARKER_NONE)
		return LG_OK;
	if (marker == MARKER_UP)
		return refuse_marker(search, &token, "a second '-- migrate:up'", err);
	out->up.len = token.offset - out->up.offset;
	out->down = section_behind(search, &token);
	if (next_marker(search, out->down.offset, &marker, &token, err))
		return err->status;
	if (marker != MARKER_NONE)
		return refuse_marker(
			search, &token, "a section marker behind '-- migrate:down'", err);
	return LG_OK;
}

enum lg_status native_sections_find(struct body_view *view, enum sql_dialect dialect,
	struct native_sections *out, struct lg_error *err)
{
	struct search search = {.view = view, .dialect = dialect, .line = 1};
	enum marker marker;
	struct sql_token token;

	*out = (struct native_sections){0};
	if (!has_marker_word(view))
		return LG_OK;
	if (next_marker(&search, 0, &marker, &token, err))
		return err->status;
	if (marker == MARKER_NONE)
		return LG_OK;
	if (marker == MARKER_DOWN)
		return refuse_marker(&search, &token,
			"'-- migrate:down' without a '-- migrate:up' before it", err);
	out->head = (struct native_section){true, 0, token.offset, 1};
	out->up = section_behind(&search, &token);
	return find_down(&search, out, err);
}

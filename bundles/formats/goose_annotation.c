/* SPDX-License-Identifier: MIT */
#include "bundles/formats/goose_annotation.h"

#include <string.h>

#include "base/mem.h"
#include "bundles/script.h"

enum annotation {
	ANNOTATION_UP,
	ANNOTATION_DOWN,
	ANNOTATION_BEGIN,
	ANNOTATION_END,
	ANNOTATION_NO_TRANSACTION,
	ANNOTATION_ENVSUB_ON,
	ANNOTATION_ENVSUB_OFF,
};

static const char *const words[] = {
	[ANNOTATION_UP] = "Up",
	[ANNOTATION_DOWN] = "Down",
	[ANNOTATION_BEGIN] = "StatementBegin",
	[ANNOTATION_END] = "StatementEnd",
	[ANNOTATION_NO_TRANSACTION] = "NO TRANSACTION",
	[ANNOTATION_ENVSUB_ON] = "ENVSUB ON",
	[ANNOTATION_ENVSUB_OFF] = "ENVSUB OFF",
};

struct reading {
	struct marker_search search;
	struct marker marker; /* the last annotation */
	struct goose_script *out;
	struct section *section; /* the one under way; NULL before the first */
	size_t open_offset;      /* from here on statements end at their semicolons */
	bool is_in_statement;    /* between StatementBegin and StatementEnd */
};

/* True if the comment speaks to goose; the marker is left with what it says. */
static bool take_goose(struct marker *marker)
{
	struct marker rest = *marker;

	while (marker_take(&rest, "--", false) || (rest.len > 0 && *rest.text == ' '))
		(void)marker_take_blanks(&rest);
	if (!marker_take(&rest, "+goose", false))
		return false;
	(void)marker_take_blanks(&rest);
	*marker = rest;
	return true;
}

bool goose_annotation_is_there(enum sql_dialect dialect, const char *text, size_t len)
{
	struct body_view view = body_view_of_text(text, len);
	struct marker_search search;
	struct marker marker;

	marker_search_init(&search, dialect, &view);
	while (marker_search_next(&search, &marker))
		if (take_goose(&marker))
			return true;
	return false;
}

static enum lg_status read_word(
	const struct reading *reading, enum annotation *out, struct lg_error *err)
{
	if (reading->marker.is_indented)
		return marker_refuse(&reading->marker, "blanks stand before '-- +goose'",
			"goose refuses them too: delete them", err);
	for (size_t i = 0; i < LG_COUNT_OF(words); i++) {
		struct marker marker = reading->marker;

		if (marker.len == strlen(words[i]) && marker_take(&marker, words[i], true)) {
			*out = (enum annotation)i;
			return LG_OK;
		}
	}
	return marker_refuse(&reading->marker, "'-- +goose' is followed by no word of goose",
		"Up, Down, StatementBegin, StatementEnd and NO TRANSACTION are carried over", err);
}

/* The last token of a script that is no comment; false if there is none. */
static bool last_token(struct reading *reading, size_t start, size_t end, struct sql_token *out)
{
	struct sql_lexer lexer;
	struct sql_token token;
	bool is_found = false;

	sql_lexer_init(&lexer, reading->search.lexer.dialect, reading->search.view->text, end);
	lexer.offset = start;
	while (sql_lexer_next(&lexer, &token)) {
		if (token.kind == SQL_TOKEN_COMMENT)
			continue;
		is_found = true;
		*out = token;
	}
	return is_found;
}

/* goose waits for a semicolon at the end of each statement. */
static enum lg_status close_section(struct reading *reading, size_t end, struct lg_error *err)
{
	struct sql_token token = {0};

	if (reading->is_in_statement)
		return marker_refuse(&reading->marker,
			"'-- +goose StatementBegin' without a StatementEnd",
			"put '-- +goose StatementEnd' behind the statement", err);
	if (reading->section)
		reading->section->len = end - reading->section->offset;
	if (!reading->section || !last_token(reading, reading->open_offset, end, &token) ||
		token.kind == SQL_TOKEN_SEMICOLON)
		return LG_OK;
	(void)lg_fail(err, LG_FORMAT, "the last statement does not end in a semicolon");
	script_locate(reading->search.view, token.offset, &err->line, &err->column);
	return lg_hint(err, "goose refuses it too: add the semicolon");
}

static enum lg_status begin_section(
	struct reading *reading, struct section *section, struct lg_error *err)
{
	if (close_section(reading, reading->marker.offset, err))
		return err->status;
	*section = section_behind(&reading->marker, reading->search.view);
	reading->section = section;
	reading->open_offset = section->offset;
	marker_search_part(&reading->search, &reading->marker);
	return LG_OK;
}

static enum lg_status follow_up(struct reading *reading, struct lg_error *err)
{
	struct sections *sections = &reading->out->sections;

	if (reading->section)
		return marker_refuse(&reading->marker, "a second '-- +goose Up'",
			"a file is one migration: write a file for each of them", err);
	sections->head = (struct section){true, 0, reading->marker.offset, 1};
	return begin_section(reading, &sections->up, err);
}

static enum lg_status follow_down(struct reading *reading, struct lg_error *err)
{
	struct sections *sections = &reading->out->sections;

	if (!reading->section)
		return marker_refuse(&reading->marker,
			"'-- +goose Down' without '-- +goose Up' before it",
			"put the up script first", err);
	if (sections->down.is_there)
		return marker_refuse(&reading->marker, "a second '-- +goose Down'",
			"a file is one migration: delete one of them", err);
	return begin_section(reading, &sections->down, err);
}

static enum lg_status follow_statement(struct reading *reading, bool begins, struct lg_error *err)
{
	if (!reading->section)
		return marker_refuse(&reading->marker,
			"a statement begins or ends before '-- +goose Up'",
			"put '-- +goose Up' above it", err);
	if (reading->is_in_statement == begins)
		return marker_refuse(&reading->marker,
			begins ? "'-- +goose StatementBegin' inside a statement"
			       : "'-- +goose StatementEnd' without a StatementBegin",
			"StatementBegin and StatementEnd stand in pairs", err);
	reading->is_in_statement = begins;
	reading->open_offset = reading->marker.next;
	return LG_OK;
}

static enum lg_status follow(
	struct reading *reading, enum annotation annotation, struct lg_error *err)
{
	switch (annotation) {
	case ANNOTATION_UP:
		return follow_up(reading, err);
	case ANNOTATION_DOWN:
		return follow_down(reading, err);
	case ANNOTATION_BEGIN:
	case ANNOTATION_END:
		return follow_statement(reading, annotation == ANNOTATION_BEGIN, err);
	case ANNOTATION_NO_TRANSACTION:
		reading->out->is_transactional = false;
		return LG_OK;
	case ANNOTATION_ENVSUB_ON:
		return marker_refuse(&reading->marker,
			"'-- +goose ENVSUB ON' takes text from the environment",
			"what runs is fixed when it is packed: write the values into the file",
			err);
	case ANNOTATION_ENVSUB_OFF:
		break;
	}
	return LG_OK;
}

/* What stands before Up is dropped, but for comments at its beginning. */
static void trim_head(struct reading *reading)
{
	struct section *head = &reading->out->sections.head;
	struct sql_lexer lexer;
	struct sql_token token;

	sql_lexer_init(
		&lexer, reading->search.lexer.dialect, reading->search.view->text, head->len);
	while (sql_lexer_next(&lexer, &token))
		if (token.kind != SQL_TOKEN_COMMENT) {
			head->len = token.offset;
			return;
		}
}

enum lg_status goose_script_read(struct body_view *view, enum sql_dialect dialect,
	struct goose_script *out, struct lg_error *err)
{
	struct reading reading = {.out = out};
	enum annotation annotation = ANNOTATION_UP;

	*out = (struct goose_script){.is_transactional = true};
	marker_search_init(&reading.search, dialect, view);
	while (marker_search_next(&reading.search, &reading.marker))
		if (take_goose(&reading.marker) && (read_word(&reading, &annotation, err) ||
							   follow(&reading, annotation, err)))
			return err->status;
	if (close_section(&reading, view->len, err))
		return err->status;
	if (!reading.section) {
		reading.marker.line = 1;
		return marker_refuse(&reading.marker, "there is no '-- +goose Up'",
			"put the annotation above the script", err);
	}
	trim_head(&reading);
	return LG_OK;
}

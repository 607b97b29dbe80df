/* SPDX-License-Identifier: MIT */
#include "bundles/formats/atlas_header.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

/* A line without the blanks at its end. */
struct line {
	const char *text;
	size_t len;
	uint32_t number; /* from 1 */
};

struct header {
	const char *text;
	size_t len;
	size_t offset; /* of the next line */
	uint32_t number;
};

/* The next line of comment; false where there is none. */
static bool next_comment(struct header *header, struct line *out)
{
	const char *start = header->text + header->offset;
	size_t left = header->len - header->offset;
	const char *feed;

	if (left < 2 || (*start != '#' && (start[0] != '-' || start[1] != '-')))
		return false;
	feed = memchr(start, '\n', left);
	out->text = start;
	out->len = feed ? (size_t)(feed - start) : left;
	out->number = ++header->number;
	header->offset += out->len + (feed != NULL);
	while (out->len > 0 && strchr(" \t\r", start[out->len - 1]))
		out->len--;
	return true;
}

/* What stands behind `atlas:`; false if the line says nothing to Atlas. */
static bool take_directive(struct line *line)
{
	static const char word[] = "atlas:";
	const char *at = memmem(line->text, line->len, word, sizeof(word) - 1);

	if (!at)
		return false;
	at += sizeof(word) - 1;
	if (at == line->text + line->len || !isalnum((unsigned char)*at))
		return false;
	line->len -= (size_t)(at - line->text);
	line->text = at;
	return true;
}

/* True if the directive is `name`; *line is then its value. */
static bool take_name(struct line *line, const char *name)
{
	size_t len = strlen(name);

	if (line->len < len || memcmp(line->text, name, len) != 0 ||
		(line->len > len && line->text[len] != ' '))
		return false;
	while (len < line->len && line->text[len] == ' ')
		len++;
	line->text += len;
	line->len -= len;
	return true;
}

static bool is_value(const struct line *line, const char *value)
{
	return line->len == strlen(value) && memcmp(line->text, value, line->len) == 0;
}

static enum lg_status refuse(
	const struct line *line, const char *text, const char *hint, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "%s", text);
	(void)lg_hint(err, "%s", hint);
	err->line = line->number;
	err->column = 1;
	return err->status;
}

static enum lg_status read_txmode(
	const struct line *line, struct atlas_header *out, struct lg_error *err)
{
	out->is_transactional = !is_value(line, "none");
	if (is_value(line, "none") || is_value(line, "file"))
		return LG_OK;
	return refuse(line, "'atlas:txmode' is neither 'none' nor 'file'",
		"write one of them; for one transaction around all say --single-transaction", err);
}

/* *out_is_header is true of what Atlas reads in a header alone. */
static enum lg_status follow(
	struct line line, struct atlas_header *out, bool *out_is_header, struct lg_error *err)
{
	*out_is_header = true;
	if (take_name(&line, "txmode"))
		return read_txmode(&line, out, err);
	if (take_name(&line, "checkpoint")) {
		out->is_checkpoint = true;
		return LG_OK;
	}
	*out_is_header = false;
	if (take_name(&line, "nolint") || take_name(&line, "sum"))
		return LG_OK;
	if (!take_name(&line, "delimiter"))
		return refuse(&line, "the directive is not carried over",
			"txmode, checkpoint, sum and nolint are: write what it means as SQL", err);
	if (is_value(&line, ";"))
		return LG_OK;
	return refuse(&line, "'atlas:delimiter' ends statements in another way than SQL",
		"end each statement with ';' and delete the line", err);
}

enum lg_status atlas_header_read(
	const char *text, size_t len, struct atlas_header *out, struct lg_error *err)
{
	struct header header = {.text = text, .len = len};
	struct line first = {0};
	struct line line;

	*out = (struct atlas_header){.is_transactional = true};
	while (next_comment(&header, &line)) {
		bool is_header = false;

		if (!take_directive(&line))
			continue;
		if (follow(line, out, &is_header, err))
			return err->status;
		if (is_header && first.number == 0)
			first = line;
	}
	if (first.number == 0 || header.offset == len || text[header.offset] == '\n')
		return LG_OK;
	return refuse(&first, "no empty line follows, so Atlas does not read the directive",
		"put an empty line, ended by LF alone, behind the comments at the top", err);
}

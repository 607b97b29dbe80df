/* SPDX-License-Identifier: MIT */
#include "bundles/formats/toml_line.h"

#include <string.h>

static const char blanks[] = " \t\r";

struct span {
	const char *start, *end;
};

static void pass_blanks(struct span *span)
{
	while (span->start < span->end && strchr(blanks, *span->start))
		span->start++;
}

static bool is_bare(char character)
{
	return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
	       (character >= '0' && character <= '9') || character == '_' || character == '-';
}

static void take_bare(struct span *span, const char **out, size_t *out_len)
{
	*out = span->start;
	while (span->start < span->end && is_bare(*span->start))
		span->start++;
	*out_len = (size_t)(span->start - *out);
}

/* A string in double quotes without escapes, or in single ones. */
static bool take_string(struct span *span, struct toml_line *out)
{
	const char quote = *span->start++;
	const char *end = memchr(span->start, quote, (size_t)(span->end - span->start));

	if (!end)
		return false;
	out->value = span->start;
	out->value_len = (size_t)(end - span->start);
	span->start = end + 1;
	return quote == '\'' || !memchr(out->value, '\\', out->value_len);
}

static bool take_value(struct span *span, struct toml_line *out)
{
	if (span->start < span->end && (*span->start == '"' || *span->start == '\''))
		return take_string(span, out);
	take_bare(span, &out->value, &out->value_len);
	return out->value_len > 0;
}

static bool read_line(struct span span, struct toml_line *out)
{
	take_bare(&span, &out->key, &out->key_len);
	pass_blanks(&span);
	if (out->key_len == 0 || span.start == span.end || *span.start++ != '=')
		return false;
	pass_blanks(&span);
	if (!take_value(&span, out))
		return false;
	pass_blanks(&span);
	return span.start == span.end || *span.start == '#';
}

enum lg_status toml_line_next(
	struct toml_lines *lines, struct toml_line *out, bool *out_is_there, struct lg_error *err)
{
	*out_is_there = false;
	while (lines->offset < lines->len) {
		struct span span = {lines->text + lines->offset, lines->text + lines->len};
		const char *feed = memchr(span.start, '\n', (size_t)(span.end - span.start));

		if (feed)
			span.end = feed;
		lines->offset = (size_t)(span.end - lines->text) + 1;
		lines->line++;
		pass_blanks(&span);
		if (span.start == span.end || *span.start == '#')
			continue;
		*out_is_there = true;
		if (read_line(span, out))
			return LG_OK;
		(void)lg_fail(err, LG_FORMAT, "this is not 'key = value'");
		(void)lg_hint(err, "tables, arrays and escapes are not read here");
		err->line = lines->line;
		return err->status;
	}
	return LG_OK;
}

bool toml_line_key_is(const struct toml_line *line, const char *key)
{
	return strlen(key) == line->key_len && memcmp(key, line->key, line->key_len) == 0;
}

bool toml_line_value_is(const struct toml_line *line, const char *value)
{
	return strlen(value) == line->value_len && memcmp(value, line->value, line->value_len) == 0;
}

/* SPDX-License-Identifier: MIT */
#include "bundles/waiver.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "bundles/limits.h"
#include "bundles/version.h"

static const char *const kind_names[] = {
	[WAIVER_CHECKSUM] = "checksum",
	[WAIVER_ORDER] = "order",
	[WAIVER_REMOVED] = "removed",
	[WAIVER_ADOPTED_ONLY] = "adopted-only",
	[WAIVER_RECORDED] = "recorded",
};

/* What is left of a line. */
struct line {
	const char *text;
	size_t len;
};

void waiver_list_release(struct waiver_list *list)
{
	free(list->items);
	*list = (struct waiver_list){0};
}

const char *waiver_kind_name(enum waiver_kind kind)
{
	return kind_names[kind];
}

static bool is_blank(char character)
{
	return character == ' ' || character == '\t';
}

static void skip_blanks(struct line *line)
{
	while (line->len > 0 && is_blank(*line->text)) {
		line->text++;
		line->len--;
	}
}

/* Takes the next word off the line; its length is 0 when there is none. */
static struct line take_word(struct line *line)
{
	struct line word = {.text = line->text};

	while (word.len < line->len && !is_blank(word.text[word.len]))
		word.len++;
	line->text += word.len;
	line->len -= word.len;
	skip_blanks(line);
	return word;
}

static enum lg_status read_kind(struct line *line, enum waiver_kind *out, struct lg_error *err)
{
	struct line word = take_word(line);

	for (size_t i = 0; i < LG_COUNT_OF(kind_names); i++) {
		if (strlen(kind_names[i]) != word.len ||
			memcmp(kind_names[i], word.text, word.len) != 0)
			continue;
		*out = (enum waiver_kind)i;
		return LG_OK;
	}
	(void)lg_fail(err, LG_FORMAT, "'%.*s' is no kind of waiver",
		(int)(word.len < 40 ? word.len : 40), word.text);
	return lg_hint(err, "a waiver begins with checksum, order, removed, adopted-only or "
			    "recorded");
}

static bool is_name(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-";

	return *text && text[strspn(text, allowed)] == '\0';
}

static enum lg_status read_version(
	struct line *line, struct lg_arena *strings, const char **out, struct lg_error *err)
{
	struct line word = take_word(line);
	const char *version;

	if (word.len == 0)
		return lg_fail(err, LG_FORMAT, "waiver names no version");
	if (word.len > BUNDLE_MAX_NAME_CHARS)
		return lg_fail(err, LG_FORMAT, "version has more than %d characters",
			BUNDLE_MAX_NAME_CHARS);
	version = lg_arena_addn(strings, word.text, word.len);
	if (!version_is_valid(version) && !is_name(version))
		return lg_fail(err, LG_FORMAT,
			"'%s' is neither a version nor the name of a repeatable", version);
	*out = version;
	return LG_OK;
}

static enum lg_status read_hashes(struct line *line, struct waiver *out, struct lg_error *err)
{
	struct line old = take_word(line);
	struct line new = take_word(line);

	if (lg_digest_parse(old.text, old.len, &out->old_content, err))
		return lg_wrap(err, "old content hash");
	if (lg_digest_parse(new.text, new.len, &out->new_content, err))
		return lg_wrap(err, "new content hash");
	if (lg_digest_equal(&out->old_content, &out->new_content))
		return lg_fail(
			err, LG_FORMAT, "old and new content hash are the same: nothing to waive");
	return LG_OK;
}

/* A reason is printed in reports, so it must be text. */
static enum lg_status read_reason(
	struct line *line, struct lg_arena *strings, const char **out, struct lg_error *err)
{
	while (line->len > 0 && is_blank(line->text[line->len - 1]))
		line->len--;
	if (line->len == 0) {
		(void)lg_fail(err, LG_FORMAT, "waiver gives no reason");
		return lg_hint(err, "say at the end of the line why this is safe");
	}
	if (lg_utf8_valid_prefix(line->text, line->len) != line->len)
		return lg_fail(err, LG_FORMAT, "reason is not UTF-8");
	if (lg_utf8_count(line->text, line->len) > BUNDLE_MAX_REASON_CHARS)
		return lg_fail(err, LG_FORMAT, "reason has more than %d characters",
			BUNDLE_MAX_REASON_CHARS);
	for (size_t i = 0; i < line->len; i++)
		if (((unsigned char)line->text[i] < ' ' && line->text[i] != '\t') ||
			line->text[i] == '\x7f')
			return lg_fail(err, LG_FORMAT, "reason has a control character");
	*out = lg_arena_addn(strings, line->text, line->len);
	return LG_OK;
}

enum lg_status waiver_parse(const char *line, size_t len, struct lg_arena *strings,
	struct waiver *out, struct lg_error *err)
{
	struct line rest = {.text = line, .len = len};
	struct waiver waiver = {0};
	enum lg_status status;

	skip_blanks(&rest);
	status = read_kind(&rest, &waiver.kind, err);
	if (!status)
		status = read_version(&rest, strings, &waiver.version, err);
	if (!status && waiver.kind == WAIVER_CHECKSUM)
		status = read_hashes(&rest, &waiver, err);
	if (!status)
		status = read_reason(&rest, strings, &waiver.reason, err);
	if (!status)
		*out = waiver;
	return status;
}

static enum lg_status add_line(
	struct waiver_list *list, struct line line, struct lg_arena *strings, struct lg_error *err)
{
	struct waiver waiver;
	enum lg_status status;

	if (line.len > 0 && line.text[line.len - 1] == '\r')
		line.len--;
	skip_blanks(&line);
	if (line.len == 0 || *line.text == '#')
		return LG_OK;
	if (list->count >= BUNDLE_MAX_WAIVERS)
		return lg_fail(err, LG_LIMIT, "more than %d waivers", BUNDLE_MAX_WAIVERS);
	status = waiver_parse(line.text, line.len, strings, &waiver, err);
	if (status)
		return status;
	list->items = lg_grow(list->items, list->count, sizeof(*list->items));
	list->items[list->count++] = waiver;
	return LG_OK;
}

enum lg_status waiver_list_parse(struct waiver_list *list, const char *text, size_t len,
	struct lg_arena *strings, struct lg_error *err)
{
	uint32_t number = 0;

	if (len > BUNDLE_MAX_WAIVER_FILE_BYTES)
		return lg_fail(err, LG_LIMIT, "waivers have more than %ju bytes",
			(uintmax_t)BUNDLE_MAX_WAIVER_FILE_BYTES);
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	for (size_t offset = 0; offset < len; offset++) {
		const char *end = memchr(text + offset, '\n', len - offset);
		size_t line_end = end ? (size_t)(end - text) : len;
		struct line line = {.text = text + offset, .len = line_end - offset};
		enum lg_status status = add_line(list, line, strings, err);

		number++;
		if (status) {
			err->line = number;
			return status;
		}
		offset = line_end;
	}
	return LG_OK;
}

const struct waiver *waiver_list_find(
	const struct waiver_list *list, enum waiver_kind kind, const char *version)
{
	bool is_version = version_is_valid(version);

	for (size_t i = 0; i < list->count; i++) {
		const struct waiver *waiver = &list->items[i];

		if (waiver->kind != kind)
			continue;
		if (strcmp(waiver->version, version) == 0)
			return waiver;
		if (is_version && version_is_valid(waiver->version) &&
			version_compare(waiver->version, version) == 0)
			return waiver;
	}
	return NULL;
}

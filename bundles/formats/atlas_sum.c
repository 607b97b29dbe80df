/* SPDX-License-Identifier: MIT */
#include "bundles/formats/atlas_sum.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/fuzzing.h"
#include "base/mem.h"
#include "bundles/formats/foreign_file.h"
#include "bundles/formats/native_name.h"
#include "bundles/limits.h"

#define FIX "if this is meant, run 'atlas migrate hash' and commit atlas.sum"

/* A line has a name and a digest in 44 characters. */
enum { MAX_SUM_BYTES = 16 * 1024 * 1024 };

/* One line; both texts are kept in the bundle. */
struct entry {
	const char *name, *digest;
	uint32_t line;
};

struct sum {
	struct entry *items;
	size_t count;
	const char *total;
};

static bool is_as_said(const char *is, const char *said)
{
	return strcmp(is, said) == 0 || lg_fuzzing_takes_any_digest();
}

static void drop_sum(struct sum *sum)
{
	free(sum->items);
}

static void add_entry(struct sum *sum, struct entry entry)
{
	sum->items = lg_grow(sum->items, sum->count, sizeof(entry));
	sum->items[sum->count++] = entry;
}

static const char *digest_text(struct lg_arena *strings, const struct lg_digest *digest)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	lg_base64_encode(digest->bytes, sizeof(digest->bytes), &text);
	return lg_arena_addn(strings, text.text, text.len);
}

static void set_total(struct sum *sum, struct lg_arena *strings)
{
	LG_CLEANUP(lg_hasher_release) struct lg_hasher hasher;
	struct lg_digest digest;

	lg_hasher_init(&hasher);
	for (size_t i = 0; i < sum->count; i++) {
		lg_hasher_add(&hasher, sum->items[i].name, strlen(sum->items[i].name));
		lg_hasher_add(&hasher, sum->items[i].digest, strlen(sum->items[i].digest));
	}
	digest = lg_hasher_finish(&hasher);
	sum->total = digest_text(strings, &digest);
}

/* What stands in atlas.sum */

static enum lg_status refuse_line(const char *text, uint32_t line, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "%s", text);
	(void)lg_hint(err, "resolve what a merge has left there, then run 'atlas migrate hash'");
	err->line = line;
	return err->status;
}

static bool parse_entry(const char *text, size_t len, struct lg_arena *strings, struct entry *out)
{
	const char *digest = memmem(text, len, " h1:", 4);
	size_t name_len = digest ? (size_t)(digest - text) : 0;

	if (name_len == 0)
		return false;
	digest += 4;
	out->name = lg_arena_addn(strings, text, name_len);
	out->digest = lg_arena_addn(strings, digest, len - name_len - 4);
	return true;
}

static enum lg_status parse_line(const char *text, size_t len, uint32_t line,
	struct lg_arena *strings, struct sum *sum, struct lg_error *err)
{
	struct entry entry = {.line = line};

	if (line == 1) {
		if (len < 3 || memcmp(text, "h1:", 3) != 0)
			return refuse_line("the first line does not begin with 'h1:'", 1, err);
		sum->total = lg_arena_addn(strings, text + 3, len - 3);
		return LG_OK;
	}
	if (!parse_entry(text, len, strings, &entry))
		return refuse_line("the line is not 'NAME h1:DIGEST'", line, err);
	add_entry(sum, entry);
	return LG_OK;
}

static enum lg_status parse(const char *text, size_t len, struct lg_arena *strings, struct sum *out,
	struct lg_error *err)
{
	struct sum computed = {0};
	uint32_t line = 0;

	for (size_t at = 0; at < len; line++) {
		const char *feed = memchr(text + at, '\n', len - at);
		size_t end = feed ? (size_t)(feed - text) : len;
		size_t cut = end > at && text[end - 1] == '\r' ? end - 1 : end;

		if (parse_line(text + at, cut - at, line + 1, strings, out, err))
			return err->status;
		at = end + 1;
	}
	computed = *out;
	set_total(&computed, strings);
	if (!out->total || !is_as_said(computed.total, out->total))
		return refuse_line("the first line does not fit the lines below it", 1, err);
	return LG_OK;
}

static enum lg_status read_sum(struct folder_reader *reader, const struct folder_list *list,
	struct sum *out, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	const char *file = folder_path(reader, list, ATLAS_SUM);

	lg_buf_init(&text, MAX_SUM_BYTES);
	if (!foreign_folder_has(list, ATLAS_SUM, false)) {
		(void)lg_fail(err, LG_FORMAT, "there is no '%s'", file);
		(void)lg_hint(err, "run 'atlas migrate hash', or name another --format");
		return lg_place(err, file, 0, 0);
	}
	if (folder_read_text(reader, list, ATLAS_SUM, &text, err))
		return err->status;
	if (parse(text.text, text.len, &reader->bundle->strings, out, err))
		return lg_place(err, file, err->line, 0);
	return LG_OK;
}

/* What should stand there */

static bool is_script(const struct folder_name *item)
{
	return !item->is_directory && foreign_stem(item->name, ".sql") > 0;
}

/* Of the files of golang-migrate, Atlas sums the up scripts alone. */
static bool has_pairs(const struct folder_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (foreign_stem(list->items[i].name, ".up.sql"))
			return true;
	return false;
}

/* A first line that says `atlas:sum ignore`; Atlas looks at no other. */
static bool ignores_sum(const char *text, size_t len)
{
	static const char word[] = "atlas:sum ";
	const char *feed = memchr(text, '\n', len);
	size_t line_len = feed ? (size_t)(feed - text) : len;
	const char *at = memmem(text, line_len, word, sizeof(word) - 1);
	const char *end = text + line_len;

	if (!at)
		return false;
	at += sizeof(word) - 1;
	while (at < end && *at == ' ')
		at++;
	while (end > at && (end[-1] == ' ' || end[-1] == '\r'))
		end--;
	return (size_t)(end - at) == strlen("ignore") && memcmp(at, "ignore", 6) == 0;
}

static enum lg_status add_file(struct folder_reader *reader, const struct folder_list *list,
	const char *name, struct lg_hasher *hasher, struct sum *sum, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct lg_digest digest;

	lg_buf_init(&text, BUNDLE_MAX_BODY_BYTES);
	if (folder_read_text(reader, list, name, &text, err))
		return err->status;
	lg_hasher_add(hasher, name, strlen(name));
	if (ignores_sum(text.text, text.len))
		return LG_OK;
	lg_hasher_add(hasher, text.text, text.len);
	digest = lg_hasher_so_far(hasher);
	add_entry(sum, (struct entry){.name = name,
			       .digest = digest_text(&reader->bundle->strings, &digest)});
	return LG_OK;
}

static enum lg_status compute(struct folder_reader *reader, const struct folder_list *list,
	struct sum *out, struct lg_error *err)
{
	LG_CLEANUP(lg_hasher_release) struct lg_hasher hasher;
	bool up_only = has_pairs(list);

	lg_hasher_init(&hasher);
	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->items[i].name;

		if (!is_script(&list->items[i]) || (up_only && foreign_stem(name, ".down.sql")))
			continue;
		if (add_file(reader, list, name, &hasher, out, err))
			return err->status;
	}
	set_total(out, &reader->bundle->strings);
	return LG_OK;
}

/* The comparison: both are in the order of the names, as Atlas writes them. */

/* A name as it is, unless it could not be shown so. */
static const char *shown(struct folder_reader *reader, const char *name)
{
	return bundle_file_is_valid(name) ? name : native_name_show(&reader->bundle->strings, name);
}

static enum lg_status refuse_file(struct folder_reader *reader, const struct folder_list *list,
	const char *name, const char *what, struct lg_error *err)
{
	const char *file = shown(reader, folder_path(reader, list, name));

	(void)lg_fail(err, LG_FORMAT, "'%s' %s", file, what);
	(void)lg_hint(err, FIX);
	return lg_place(err, file, 0, 0);
}

static enum lg_status refuse_removed(struct folder_reader *reader, const struct folder_list *list,
	const struct entry *entry, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s' was removed: only %s has it",
		shown(reader, entry->name), ATLAS_SUM);
	(void)lg_hint(err, FIX);
	return lg_place(err, folder_path(reader, list, ATLAS_SUM), entry->line, 0);
}

/* Below 0 where only `said` has the next name, above where only `found` does. */
static int compare_names(const struct sum *said, const struct sum *found, size_t index)
{
	if (index >= said->count)
		return 1;
	if (index >= found->count)
		return -1;
	return strcmp(said->items[index].name, found->items[index].name);
}

static enum lg_status compare_sums(struct folder_reader *reader, const struct folder_list *list,
	const struct sum *said, const struct sum *found, struct lg_error *err)
{
	size_t edited = SIZE_MAX;

	for (size_t i = 0; i < said->count || i < found->count; i++) {
		int order = compare_names(said, found, i);

		if (order < 0)
			return refuse_removed(reader, list, &said->items[i], err);
		if (order > 0)
			return refuse_file(reader, list, found->items[i].name,
				"was added: " ATLAS_SUM " does not have it", err);
		if (edited == SIZE_MAX &&
			!is_as_said(found->items[i].digest, said->items[i].digest))
			edited = i;
	}
	if (edited == SIZE_MAX)
		return LG_OK;
	return refuse_file(reader, list, found->items[edited].name,
		"was edited: its digest in " ATLAS_SUM " is another", err);
}

enum lg_status atlas_sum_check(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(drop_sum) struct sum said = {0};
	LG_CLEANUP(drop_sum) struct sum found = {0};

	if (read_sum(reader, list, &said, err) || compute(reader, list, &found, err))
		return err->status;
	return compare_sums(reader, list, &said, &found, err);
}

enum lg_status atlas_sum_write(struct folder_reader *reader, const struct folder_list *list,
	struct lg_buf *out, struct lg_error *err)
{
	LG_CLEANUP(drop_sum) struct sum sum = {0};

	if (compute(reader, list, &sum, err))
		return err->status;
	lg_buf_addf(out, "h1:%s\n", sum.total);
	for (size_t i = 0; i < sum.count; i++)
		lg_buf_addf(out, "%s h1:%s\n", sum.items[i].name, sum.items[i].digest);
	return LG_OK;
}

/* SPDX-License-Identifier: MIT */
#include "bundles/formats/foreign_file.h"

#include <string.h>

#include "base/utf8.h"
#include "bundles/formats/native_name.h"
#include "bundles/limits.h"
#include "bundles/version.h"

/* So many at either end of the list; enough of each to see a marker below a licence. */
enum { PEEK_FILES = 4, PEEK_BYTES = 8192 };

static enum lg_status refuse(const char *file, const char *text, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s': %s", file, text);
	(void)lg_hint(err, "rename the file");
	return lg_place(err, file, 0, 0);
}

enum lg_status foreign_file_open(struct folder_reader *reader, const struct folder_list *list,
	const struct folder_name *item, struct foreign_file *out, bool *out_is_script,
	struct lg_error *err)
{
	struct lg_arena *strings = &reader->bundle->strings;
	const char *reason = native_name_skip(item);
	const char *file = folder_path(reader, list, item->name);

	*out = (struct foreign_file){.listed = item->name, .plain = item->plain, .file = file};
	*out_is_script = !reason;
	if (list->is_root && strcmp(item->name, "waivers.txt") == 0)
		return LG_OK;
	if (reason) {
		folder_skip(reader, native_name_show(strings, file), reason);
		return LG_OK;
	}
	if (lg_utf8_valid_prefix(file, strlen(file)) != strlen(file))
		return refuse(native_name_show(strings, file), "the name is not UTF-8", err);
	if (!bundle_file_is_valid(file))
		return refuse(native_name_show(strings, file),
			"the name is too long or has control characters", err);
	return LG_OK;
}

bool foreign_file_split(struct foreign_file *file, const char *stem, size_t len, char separator,
	struct lg_arena *strings)
{
	size_t span = strspn(stem, "0123456789");

	if (span == 0 || span >= len || stem[span] != separator || span > BUNDLE_MAX_NAME_CHARS)
		return false;
	file->version = lg_arena_addn(strings, stem, span);
	file->name = bundle_name_of(strings, stem + span + 1, len - span - 1);
	return true;
}

enum lg_status foreign_file_bound(const struct foreign_file *file, const char *lowest,
	const char *highest, struct lg_error *err)
{
	if (version_compare(file->version, lowest) >= 0 &&
		version_compare(file->version, highest) <= 0)
		return LG_OK;
	(void)lg_fail(err, LG_FORMAT, "'%s': version '%s' is not between %s and %s", file->file,
		file->version, lowest, highest);
	(void)lg_hint(err, "the tool that made this folder cannot read it either: rename the file");
	return lg_place(err, file->file, 0, 0);
}

enum lg_status foreign_file_order(
	const struct foreign_file *before, const struct foreign_file *file, struct lg_error *err)
{
	if (version_compare(before->version, file->version) <= 0)
		return LG_OK;
	(void)lg_fail(err, LG_FORMAT, "'%s' comes before '%s' by name, but after it by its number",
		before->file, file->file);
	(void)lg_hint(err, "give their versions the same number of digits");
	return lg_place(err, file->file, 0, 0);
}

size_t foreign_stem(const char *name, const char *ending)
{
	size_t len = strlen(name);
	size_t ending_len = strlen(ending);

	if (len <= ending_len || strcmp(name + len - ending_len, ending) != 0)
		return 0;
	return len - ending_len;
}

/* A file that cannot be read shows nothing; packing it says why. */
static bool file_shows(struct folder_reader *reader, const struct folder_list *list,
	const char *name, bool (*shows)(enum sql_dialect dialect, const char *text, size_t len))
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct lg_error ignored = {0};

	lg_buf_init(&text, PEEK_BYTES);
	return folder_peek(reader, list, name, PEEK_BYTES, &text, &ignored) == LG_OK &&
	       shows(reader->bundle->engine, text.text, text.len);
}

static bool is_script(const struct folder_name *item)
{
	return !item->is_directory && !native_name_skip(item);
}

bool foreign_folder_shows(struct folder_reader *reader, const struct folder_list *list,
	bool (*shows)(enum sql_dialect dialect, const char *text, size_t len))
{
	size_t files = 0;
	size_t first = 0;

	for (; first < list->count && files < PEEK_FILES; first++) {
		if (!is_script(&list->items[first]))
			continue;
		if (file_shows(reader, list, list->items[first].name, shows))
			return true;
		files++;
	}
	files = 0;
	for (size_t last = list->count; last > first && files < PEEK_FILES; last--) {
		if (!is_script(&list->items[last - 1]))
			continue;
		if (file_shows(reader, list, list->items[last - 1].name, shows))
			return true;
		files++;
	}
	return false;
}

bool foreign_folder_has_scripts(const struct folder_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (is_script(&list->items[i]))
			return true;
	return false;
}

bool foreign_folder_has(const struct folder_list *list, const char *name, bool is_directory)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].is_directory == is_directory &&
			strcmp(list->items[i].name, name) == 0)
			return true;
	return false;
}

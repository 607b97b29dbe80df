/* SPDX-License-Identifier: MIT */
#include "bundles/formats/diesel.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bundles/formats/foreign_create.h"
#include "bundles/formats/migration_folder.h"
#include "bundles/formats/no_transaction.h"
#include "bundles/formats/toml_line.h"
#include "bundles/limits.h"
#include "bundles/version_step.h"

enum { MAX_METADATA_BYTES = 64 * 1024, PEEK_FOLDERS = 8 };

static const char metadata[] = "metadata.toml";

/* Sets version and name by the name of the folder; false if it has no version. */
static bool read_name(struct foreign_file *folder, struct lg_arena *strings)
{
	char digits[BUNDLE_MAX_NAME_CHARS + 1];
	const char *name = folder->plain;
	size_t span = strspn(name, "0123456789-");
	size_t count = 0;

	if (span == 0 || span > BUNDLE_MAX_NAME_CHARS || name[0] == '-' ||
		(name[span] != '_' && name[span] != '\0'))
		return false;
	for (size_t i = 0; i < span; i++)
		if (name[i] != '-')
			digits[count++] = name[i];
	folder->version = lg_arena_addn(strings, digits, count);
	span += name[span] == '_';
	folder->name = bundle_name_of(strings, name + span, strlen(name + span));
	return true;
}

static enum lg_status refuse_metadata(const char *text, uint32_t line, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "%s", text);
	err->line = line;
	return lg_hint(err, "write 'run_in_transaction = false', or delete the file");
}

/* diesel takes a file without the key for false: what nobody has written is refused here. */
static enum lg_status parse_metadata(
	const char *text, size_t len, bool *out_is_transactional, struct lg_error *err)
{
	struct toml_lines lines = {.text = text, .len = len};
	struct toml_line line;
	bool is_said = false;
	bool is_there = false;

	for (;;) {
		if (toml_line_next(&lines, &line, &is_there, err))
			return err->status;
		if (!is_there)
			break;
		if (!toml_line_key_is(&line, "run_in_transaction"))
			return refuse_metadata("the key is not known", lines.line, err);
		*out_is_transactional = toml_line_value_is(&line, "true");
		is_said = true;
		if (!*out_is_transactional && !toml_line_value_is(&line, "false"))
			return refuse_metadata(
				"'run_in_transaction' is neither true nor false", lines.line, err);
	}
	if (!is_said)
		return refuse_metadata("there is no 'run_in_transaction' in it", 0, err);
	return LG_OK;
}

static enum lg_status read_metadata(struct folder_reader *reader, const struct folder_list *list,
	bool *out_is_transactional, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	*out_is_transactional = true;
	lg_buf_init(&text, MAX_METADATA_BYTES);
	if (!foreign_folder_has(list, metadata, false))
		return LG_OK;
	if (folder_read_text(reader, list, metadata, &text, err))
		return err->status;
	if (parse_metadata(text.text, text.len, out_is_transactional, err))
		return lg_place(err, folder_path(reader, list, metadata), err->line, 0);
	return LG_OK;
}

static enum lg_status read_scripts(struct folder_reader *reader, const struct folder_list *list,
	const struct foreign_file *folder, struct migration *migration, struct lg_error *err)
{
	if (migration_folder_read(reader, list, "up.sql", &migration->up, err))
		return err->status;
	if (!migration_has(&migration->up))
		return migration_folder_lacks(folder, "up.sql", err);
	if (folder_scan(reader, SCRIPT_UP, &migration->up, err) ||
		migration_folder_read(reader, list, "down.sql", &migration->down, err))
		return err->status;
	if (!migration_has(&migration->down))
		return LG_OK;
	return folder_scan(reader, SCRIPT_DOWN, &migration->down, err);
}

static enum lg_status pack_folder(
	struct folder_reader *reader, const struct foreign_file *folder, struct lg_error *err)
{
	static const char *const known[] = {"up.sql", "down.sql", metadata, NULL};
	LG_CLEANUP(folder_list_release) struct folder_list list = {.fd = -1};
	struct migration migration = {.version = folder->version, .name = folder->name};
	bool is_transactional = true;

	if (folder_list_open(&list, reader, folder->file, err) ||
		read_scripts(reader, &list, folder, &migration, err) ||
		read_metadata(reader, &list, &is_transactional, err))
		return lg_about(err, folder->version);
	if (!is_transactional && no_transaction_set_both(reader, &migration, err))
		return lg_about(err, folder->version);
	migration_folder_skip(reader, &list, known);
	folder_add(reader, &migration);
	return LG_OK;
}

static enum lg_status collect(struct folder_reader *reader, const struct folder_list *list,
	const struct folder_name *item, struct migration_folders *folders, struct lg_error *err)
{
	struct foreign_file folder;
	bool is_folder = false;

	if (migration_folder_open(reader, list, item, &folder, &is_folder, err))
		return err->status;
	if (!is_folder)
		return LG_OK;
	if (!read_name(&folder, &reader->bundle->strings))
		return migration_folder_unversioned(
			&folder, "YYYY-MM-DD-HHMMSS_NAME, or other digits", err);
	migration_folders_add(folders, &folder);
	return LG_OK;
}

static enum lg_status diesel_pack(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(migration_folders_release) struct migration_folders folders = {0};

	for (size_t i = 0; i < list->count; i++)
		if (collect(reader, list, &list->items[i], &folders, err))
			return err->status;
	if (migration_folders_order(&folders, false, err))
		return err->status;
	for (size_t i = 0; i < folders.count; i++)
		if (pack_folder(reader, &folders.items[i], err))
			return err->status;
	return LG_OK;
}

static bool has_up(struct folder_reader *reader, const struct folder_list *list, const char *name)
{
	LG_CLEANUP(folder_list_release) struct folder_list below = {.fd = -1};
	struct lg_error ignored = {0};

	return folder_list_open(&below, reader, folder_path(reader, list, name), &ignored) ==
		       LG_OK &&
	       foreign_folder_has(&below, "up.sql", false);
}

/* Nothing but folders, and one of the first has a version and an up.sql. */
static bool diesel_recognises(struct folder_reader *reader, const struct folder_list *list)
{
	size_t folders = 0;

	if (foreign_folder_has_scripts(list))
		return false;
	for (size_t i = 0; i < list->count && folders < PEEK_FOLDERS; i++) {
		struct foreign_file folder = {.plain = list->items[i].name};

		if (!list->items[i].is_directory || !read_name(&folder, &reader->bundle->strings))
			continue;
		folders++;
		if (has_up(reader, list, folder.plain))
			return true;
	}
	return false;
}

/* The highest version among the folders' names; "" if there is none. */
static char *highest_version(const struct folder_list *list)
{
	LG_FREE_BY_SCOPE char *highest = lg_strdup("");
	struct lg_arena strings = {0};

	for (size_t i = 0; i < list->count; i++) {
		struct foreign_file folder = {.plain = list->items[i].name};

		if (!list->items[i].is_directory || !read_name(&folder, &strings) ||
			strcmp(folder.version, highest) <= 0)
			continue;
		free(highest);
		highest = lg_strdup(folder.version);
	}
	lg_arena_release(&strings);
	return LG_TAKE(highest);
}

/* The digits of the next version; owned by the caller, release with free(). */
static char *next_version(const struct folder_list *list, int64_t moment_us)
{
	LG_FREE_BY_SCOPE char *highest = highest_version(list);
	LG_FREE_BY_SCOPE char *moment = lg_format("%.*s", LG_TIMESTAMP_CHARS, highest);
	LG_FREE_BY_SCOPE char *now = lg_calloc(1, LG_TIMESTAMP_CHARS + 1);
	LG_FREE_BY_SCOPE char *next = NULL;
	size_t len = strlen(highest);

	lg_clock_timestamp(moment_us, now);
	if (len > 0 && len < LG_TIMESTAMP_CHARS)
		return version_after(highest, highest);
	if (!version_is_timestamp(moment))
		return LG_TAKE(now);
	next = version_after_at(moment, moment, moment_us);
	return len > LG_TIMESTAMP_CHARS ? lg_format("%s0000", next) : LG_TAKE(next);
}

/* 2026-01-05-093000-0000, or the digits alone where they are no time. Owned by the caller. */
static char *with_dashes(const char *version)
{
	if (strlen(version) < LG_TIMESTAMP_CHARS)
		return lg_strdup(version);
	return lg_format("%.4s-%.2s-%.2s-%.6s%s%s", version, version + 4, version + 6, version + 8,
		version[LG_TIMESTAMP_CHARS] ? "-" : "", version + LG_TIMESTAMP_CHARS);
}

static enum lg_status diesel_create(const char *path, const struct folder_list *list,
	const char *name, int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	static const struct foreign_script scripts[] = {
		{"up.sql", "-- What the change is, and why.\n"},
		{"down.sql", "-- What takes the change back.\n"},
	};
	LG_FREE_BY_SCOPE char *version = next_version(list, moment_us);
	LG_FREE_BY_SCOPE char *dashed = with_dashes(version);
	LG_FREE_BY_SCOPE char *folder = lg_format("%s_%s", dashed, name);

	return foreign_create_in(path, folder, scripts, LG_COUNT_OF(scripts), out_paths, err);
}

const struct folder_format diesel_format = {
	.name = "diesel",
	.recognises = diesel_recognises,
	.pack = diesel_pack,
	.create = diesel_create,
};

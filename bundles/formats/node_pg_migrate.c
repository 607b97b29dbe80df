/* SPDX-License-Identifier: MIT */
#include "bundles/formats/node_pg_migrate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bundles/formats/foreign_create.h"
#include "bundles/formats/foreign_file.h"
#include "bundles/formats/section.h"
#include "bundles/version.h"
#include "bundles/version_step.h"

#define UP "-- Up Migration"
#define DOWN "-- Down Migration"

enum { EPOCH_DIGITS = 13, TIME_DIGITS = 17 };

enum direction { NONE, FORTH, BACK };

static const char *const code_endings[] = {".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"};

/* What one file says. */
struct reading {
	struct marker_search search;
	struct sections sections;
	struct marker marker; /* the last one found */
};

/* The tool takes any letter case, more dashes, and any text behind the two words. */
static enum direction direction_of(struct marker marker)
{
	enum direction direction;

	while (marker.len > 0 &&
		(*marker.text == '-' || *marker.text == ' ' || *marker.text == '\t')) {
		marker.text++;
		marker.len--;
	}
	direction = marker_take(&marker, "up", true)     ? FORTH
		    : marker_take(&marker, "down", true) ? BACK
							 : NONE;
	if (direction == NONE || !marker_take_blanks(&marker))
		return NONE;
	return marker_take(&marker, "migration", true) ? direction : NONE;
}

static enum direction next_marker(struct reading *reading)
{
	enum direction direction = NONE;

	while (direction == NONE && marker_search_next(&reading->search, &reading->marker))
		direction = direction_of(reading->marker);
	if (direction != NONE)
		marker_search_part(&reading->search, &reading->marker);
	return direction;
}

static struct section *section_of(struct reading *reading, enum direction direction)
{
	return direction == FORTH ? &reading->sections.up : &reading->sections.down;
}

static enum lg_status find_sections(struct reading *reading, struct lg_error *err)
{
	struct section *open = NULL;
	enum direction direction;

	while ((direction = next_marker(reading)) != NONE) {
		struct section *section = section_of(reading, direction);

		if (section->is_there)
			return marker_refuse(&reading->marker,
				direction == FORTH ? "a second '" UP "'" : "a second '" DOWN "'",
				"a file is one migration: delete one of the two, or word the "
				"comment otherwise",
				err);
		if (open)
			section_end(open, &reading->marker);
		else
			reading->sections.head =
				(struct section){true, 0, reading->marker.offset, 1};
		*section = section_behind(&reading->marker, reading->search.view);
		open = section;
	}
	if (open && !reading->sections.up.is_there)
		return marker_refuse(&reading->marker, "'" DOWN "' without '" UP "'",
			"node-pg-migrate would run all of the file as the up script: put the marker "
			"above it",
			err);
	return LG_OK;
}

static enum lg_status read_sections(struct folder_reader *reader, const struct migration_part *part,
	struct reading *reading, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};

	if (bundle_view(reader->bundle, part, &view, err))
		return err->status;
	marker_search_init(&reading->search, reader->bundle->engine, &view);
	if (find_sections(reading, err))
		return lg_place(err, part->file, err->line, err->column);
	return LG_OK;
}

static enum lg_status pack_file(struct folder_reader *reader, const struct folder_list *list,
	const struct foreign_file *file, struct lg_error *err)
{
	struct migration migration = {.version = file->version, .name = file->name};
	struct reading reading = {0};
	enum lg_status status;

	if (folder_read(reader, list, file->listed, &migration.up, err) ||
		read_sections(reader, &migration.up, &reading, err))
		return lg_about(err, file->version);
	/* Without a marker all of the file is the up script. */
	status = reading.sections.up.is_there
			 ? sections_scan(reader, &reading.sections, UP, &migration, err)
			 : folder_scan(reader, SCRIPT_UP, &migration.up, err);
	if (status)
		return lg_about(err, file->version);
	folder_add(reader, &migration);
	return LG_OK;
}

/* Order: the tool turns a time into milliseconds first. */

/* The number that the tool goes by. Owned by the caller, release with free(). */
static char *number_of(const char *version)
{
	char seconds[LG_TIMESTAMP_CHARS + 1] = {0};
	int64_t moment_s = 0;

	if (strlen(version) != TIME_DIGITS)
		return lg_strdup(version);
	memcpy(seconds, version, LG_TIMESTAMP_CHARS);
	if (!version_read_timestamp(seconds, &moment_s))
		return lg_strdup(version);
	return lg_format("%" PRId64 "%s", moment_s, version + LG_TIMESTAMP_CHARS);
}

static int compare_versions(const void *a, const void *b)
{
	const struct foreign_file *left = a;
	const struct foreign_file *right = b;
	int order = version_compare(left->version, right->version);

	return order ? order : strcmp(left->file, right->file);
}

/* Of two neighbours in our order. */
static enum lg_status check_order(
	const struct foreign_file *before, const struct foreign_file *file, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *first = number_of(before->version);
	LG_FREE_BY_SCOPE char *second = number_of(file->version);

	if (version_compare(first, second) <= 0)
		return LG_OK;
	(void)lg_fail(err, LG_FORMAT,
		"node-pg-migrate runs '%s' before '%s', and lockgate after it", file->file,
		before->file);
	(void)lg_hint(err,
		"lockgate goes by the number as it is written: name all files in milliseconds, or "
		"all in times of 17 digits");
	return lg_place(err, file->file, 0, 0);
}

struct files {
	struct foreign_file *items;
	size_t count;
};

static void drop_files(struct files *files)
{
	free(LG_TAKE(files->items));
}

static bool is_code(const struct folder_name *item)
{
	for (size_t i = 0; i < LG_COUNT_OF(code_endings); i++)
		if (foreign_stem(item->name, code_endings[i]))
			return !item->is_directory && item->name[0] != '.';
	return false;
}

static enum lg_status refuse_name(
	const char *file, const char *text, const char *hint, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s' %s", file, text);
	(void)lg_hint(err, "%s", hint);
	return lg_place(err, file, 0, 0);
}

static enum lg_status collect(struct folder_reader *reader, const struct folder_list *list,
	const struct folder_name *item, struct files *files, struct lg_error *err)
{
	struct foreign_file file;
	bool is_script = false;

	if (is_code(item))
		return refuse_name(folder_path(reader, list, item->name),
			"is a migration in JavaScript",
			"write what it does as SQL (node-pg-migrate prints it with --verbose "
			"--dry-run), or keep running this folder with node-pg-migrate",
			err);
	if (foreign_file_open(reader, list, item, &file, &is_script, err))
		return err->status;
	if (!is_script)
		return LG_OK;
	if (!foreign_file_split(&file, file.plain, foreign_stem(file.plain, ".sql"), '_',
		    &reader->bundle->strings))
		return refuse_name(file.file, "does not begin with a number and an underscore",
			"node-pg-migrate goes by that number too: rename the file", err);
	files->items = lg_grow(files->items, files->count, sizeof(file));
	files->items[files->count++] = file;
	return LG_OK;
}

static enum lg_status node_pg_migrate_pack(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(drop_files) struct files files = {0};

	for (size_t i = 0; i < list->count; i++)
		if (collect(reader, list, &list->items[i], &files, err))
			return err->status;
	if (files.count > 0)
		qsort(files.items, files.count, sizeof(*files.items), compare_versions);
	for (size_t i = 0; i < files.count; i++)
		if ((i > 0 && check_order(&files.items[i - 1], &files.items[i], err)) ||
			pack_file(reader, list, &files.items[i], err))
			return err->status;
	return LG_OK;
}

/* True if the text has both markers as the tool writes them. */
static bool shows_markers(enum sql_dialect dialect, const char *text, size_t len)
{
	struct body_view view = body_view_of_text(text, len);
	struct marker_search search;
	struct marker marker;
	bool has[] = {[NONE] = false, [FORTH] = false, [BACK] = false};

	marker_search_init(&search, dialect, &view);
	while (marker_search_next(&search, &marker))
		if (marker.len == strlen(UP) - 3 || marker.len == strlen(DOWN) - 3)
			has[direction_of(marker)] = true;
	return has[FORTH] && has[BACK];
}

static bool node_pg_migrate_recognises(struct folder_reader *reader, const struct folder_list *list)
{
	return foreign_folder_shows(reader, list, shows_markers);
}

/* Owned by the caller, release with free(). */
static char *next_version(const struct folder_list *list, int64_t moment_us)
{
	LG_FREE_BY_SCOPE char *now_ms = lg_format("%" PRId64, moment_us / 1000);
	LG_FREE_BY_SCOPE char *last = foreign_last_version(list);
	char seconds[LG_TIMESTAMP_CHARS + 1];
	LG_FREE_BY_SCOPE char *now = NULL;

	if (!last)
		return LG_TAKE(now_ms);
	lg_clock_timestamp(moment_us, seconds);
	now = strlen(last) == TIME_DIGITS
		      ? lg_format("%s%03d", seconds, (int)(moment_us / 1000 % 1000))
		      : LG_TAKE(now_ms);
	if (strlen(last) >= EPOCH_DIGITS && version_compare(now, last) > 0)
		return LG_TAKE(now);
	return version_after(last, last);
}

static enum lg_status node_pg_migrate_create(const char *path, const struct folder_list *list,
	const char *name, int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *version = next_version(list, moment_us);
	LG_FREE_BY_SCOPE char *file = lg_format("%s_%s.sql", version, name);
	const struct foreign_script script = {file, UP "\n\n\n" DOWN "\n\n"};

	return foreign_create(path, &script, 1, out_paths, err);
}

const struct folder_format node_pg_migrate_format = {
	.name = "node-pg-migrate",
	.recognises = node_pg_migrate_recognises,
	.pack = node_pg_migrate_pack,
	.create = node_pg_migrate_create,
};

/* SPDX-License-Identifier: MIT */
#include "bundles/formats/dbmate.h"

#include <string.h>

#include "base/mem.h"
#include "bundles/formats/foreign_create.h"
#include "bundles/formats/foreign_file.h"
#include "bundles/formats/no_transaction.h"
#include "bundles/formats/section.h"

#define UP "-- migrate:up"
#define DOWN "-- migrate:down"

enum direction { NONE, FORTH, BACK };

/* What one file says. */
struct reading {
	struct marker_search search;
	struct sections sections;
	struct marker marker; /* the last one found */
	bool up_is_transactional, down_is_transactional;
};

/* What the comment begins; the marker is left with its options. */
static enum direction direction_of(struct marker *marker)
{
	enum direction direction;

	if (marker->is_indented || !marker_take(marker, "migrate:", false))
		return NONE;
	direction = marker_take(marker, "up", false)     ? FORTH
		    : marker_take(marker, "down", false) ? BACK
							 : NONE;
	return marker_take_blanks(marker) ? direction : NONE;
}

static enum lg_status read_options(
	struct marker *marker, bool *out_is_transactional, struct lg_error *err)
{
	*out_is_transactional = true;
	while (marker->len > 0) {
		if (marker_take(marker, "transaction:false", false))
			*out_is_transactional = false;
		else if (marker_take(marker, "transaction:true", false))
			*out_is_transactional = true;
		else
			return marker_refuse(marker, "the marker has an option that is not known",
				"transaction:false is; other options are written as "
				"'-- lockgate: key=value' below the marker",
				err);
		if (!marker_take_blanks(marker))
			return marker_refuse(marker,
				"the value of 'transaction' is neither true nor false",
				"write transaction:false, or nothing", err);
	}
	return LG_OK;
}

static enum lg_status next_marker(struct reading *reading, enum direction *out_direction,
	bool *out_is_transactional, struct lg_error *err)
{
	struct marker *marker = &reading->marker;

	*out_direction = NONE;
	while (*out_direction == NONE && marker_search_next(&reading->search, marker))
		*out_direction = direction_of(marker);
	if (*out_direction == NONE)
		return LG_OK;
	marker_search_part(&reading->search, marker);
	return read_options(marker, out_is_transactional, err);
}

static enum lg_status find_down(struct reading *reading, struct lg_error *err)
{
	struct sections *sections = &reading->sections;
	enum direction direction;
	bool ignored = false;

	if (next_marker(reading, &direction, &reading->down_is_transactional, err))
		return err->status;
	if (direction == BACK) {
		section_end(&sections->up, &reading->marker);
		sections->down = section_behind(&reading->marker, reading->search.view);
		if (next_marker(reading, &direction, &ignored, err))
			return err->status;
		if (direction == BACK)
			return marker_refuse(&reading->marker, "a second '" DOWN "'",
				"a file is one migration: delete one of them", err);
	}
	if (direction == FORTH)
		return marker_refuse(&reading->marker, "a second '" UP "'",
			"a file is one migration: write a file for each of them", err);
	return LG_OK;
}

static enum lg_status find_sections(struct reading *reading, struct lg_error *err)
{
	const struct marker start = {.line = 1};
	enum direction direction;

	if (next_marker(reading, &direction, &reading->up_is_transactional, err))
		return err->status;
	if (direction == NONE)
		return marker_refuse(
			&start, "there is no '" UP "'", "put the marker above the script", err);
	if (direction == BACK)
		return marker_refuse(&reading->marker, "'" DOWN "' without a '" UP "' before it",
			"put the up script first", err);
	reading->sections.head = (struct section){true, 0, reading->marker.offset, 1};
	reading->sections.up = section_behind(&reading->marker, reading->search.view);
	return find_down(reading, err);
}

static enum lg_status read_sections(struct folder_reader *reader, struct migration *migration,
	struct reading *reading, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};

	if (bundle_view(reader->bundle, &migration->up, &view, err))
		return err->status;
	marker_search_init(&reading->search, reader->bundle->engine, &view);
	if (find_sections(reading, err))
		return lg_place(err, migration->up.file, err->line, err->column);
	return LG_OK;
}

static enum lg_status pack_file(struct folder_reader *reader, const struct folder_list *list,
	const struct foreign_file *file, struct lg_error *err)
{
	struct migration migration = {.version = file->version, .name = file->name};
	struct reading reading = {0};

	if (folder_read(reader, list, file->listed, &migration.up, err) ||
		read_sections(reader, &migration, &reading, err) ||
		sections_scan(reader, &reading.sections, UP, &migration, err))
		return lg_about(err, file->version);
	if (!reading.up_is_transactional)
		migration.up.directives.is_transactional = false;
	if (!reading.down_is_transactional && migration_has(&migration.down) &&
		no_transaction_set(reader, SCRIPT_DOWN, &migration.down, err))
		return lg_about(err, file->version);
	folder_add(reader, &migration);
	return LG_OK;
}

/* False if the tool passes such a name over. */
static bool read_name(struct foreign_file *file, struct lg_arena *strings)
{
	size_t len = foreign_stem(file->plain, ".sql");
	size_t span = strspn(file->plain, "0123456789");
	size_t gap = span < len && file->plain[span] == '_';

	if (span == 0 || span > len)
		return false;
	file->version = lg_arena_addn(strings, file->plain, span);
	file->name = bundle_name_of(strings, file->plain + span + gap, len - span - gap);
	return true;
}

static enum lg_status pack_item(struct folder_reader *reader, const struct folder_list *list,
	const struct folder_name *item, struct foreign_file *last, struct lg_error *err)
{
	struct foreign_file file;
	bool is_script = false;

	if (foreign_file_open(reader, list, item, &file, &is_script, err))
		return err->status;
	if (!is_script)
		return LG_OK;
	if (!read_name(&file, &reader->bundle->strings)) {
		folder_skip(reader, file.file, "not named VERSION_NAME.sql");
		return LG_OK;
	}
	if (last->version && foreign_file_order(last, &file, err))
		return err->status;
	*last = file;
	return pack_file(reader, list, &file, err);
}

static enum lg_status dbmate_pack(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	struct foreign_file last = {0};

	for (size_t i = 0; i < list->count; i++)
		if (pack_item(reader, list, &list->items[i], &last, err))
			return err->status;
	return LG_OK;
}

static bool has_marker(enum sql_dialect dialect, const char *text, size_t len, bool with_options)
{
	struct body_view view = body_view_of_text(text, len);
	struct marker_search search;
	struct marker marker;

	marker_search_init(&search, dialect, &view);
	while (marker_search_next(&search, &marker))
		if (direction_of(&marker) != NONE && (marker.len > 0 || !with_options))
			return true;
	return false;
}

static bool shows_marker(enum sql_dialect dialect, const char *text, size_t len)
{
	return has_marker(dialect, text, len, false);
}

static bool shows_options(enum sql_dialect dialect, const char *text, size_t len)
{
	return has_marker(dialect, text, len, true);
}

bool dbmate_shows(struct folder_reader *reader, const struct folder_list *list)
{
	return foreign_folder_shows(reader, list, shows_marker);
}

/* Files whose markers have no options are as well read as lockgate's own. */
static bool dbmate_recognises(struct folder_reader *reader, const struct folder_list *list)
{
	return foreign_folder_shows(reader, list, shows_options);
}

static enum lg_status dbmate_create(const char *path, const struct folder_list *list,
	const char *name, int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *version = foreign_next_version(list, moment_us);
	LG_FREE_BY_SCOPE char *file = lg_format("%s_%s.sql", version, name);
	const struct foreign_script script = {file, UP "\n\n\n" DOWN "\n\n"};

	return foreign_create(path, &script, 1, out_paths, err);
}

const struct folder_format dbmate_format = {
	.name = "dbmate",
	.recognises = dbmate_recognises,
	.pack = dbmate_pack,
	.create = dbmate_create,
};

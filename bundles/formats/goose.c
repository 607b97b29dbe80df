/* SPDX-License-Identifier: MIT */
#include "bundles/formats/goose.h"

#include <string.h>

#include "base/mem.h"
#include "bundles/formats/foreign_create.h"
#include "bundles/formats/foreign_file.h"
#include "bundles/formats/goose_annotation.h"
#include "bundles/formats/no_transaction.h"

/* Versions are signed and of 64 bits there; 0 is the tool's own first row. */
#define HIGHEST "9223372036854775807"

static enum lg_status read_annotations(struct folder_reader *reader,
	const struct migration_part *whole, struct goose_script *out, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};

	if (bundle_view(reader->bundle, whole, &view, err))
		return err->status;
	if (goose_script_read(&view, reader->bundle->engine, out, err))
		return lg_place(err, whole->file, err->line, err->column);
	return LG_OK;
}

static enum lg_status pack_file(struct folder_reader *reader, const struct folder_list *list,
	const struct foreign_file *file, struct lg_error *err)
{
	struct migration migration = {.version = file->version, .name = file->name};
	struct goose_script script = {0};

	if (folder_read(reader, list, file->listed, &migration.up, err) ||
		read_annotations(reader, &migration.up, &script, err) ||
		sections_scan(reader, &script.sections, "-- +goose Up", &migration, err))
		return lg_about(err, file->version);
	if (!script.is_transactional && no_transaction_set_both(reader, &migration, err))
		return lg_about(err, file->version);
	folder_add(reader, &migration);
	return LG_OK;
}

static enum lg_status refuse_go(const char *file, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s' is a migration in Go", file);
	(void)lg_hint(err, "write what it does as SQL, or keep running this folder with goose");
	return lg_place(err, file, 0, 0);
}

static bool is_go(const struct folder_name *item)
{
	struct foreign_file ignored;
	struct lg_arena strings = {0};
	size_t len = foreign_stem(item->name, ".go");
	bool is_numbered;

	if (!len || foreign_stem(item->name, "_test.go"))
		return false;
	is_numbered = foreign_file_split(&ignored, item->name, len, '_', &strings);
	lg_arena_release(&strings);
	return is_numbered;
}

static enum lg_status pack_item(struct folder_reader *reader, const struct folder_list *list,
	const struct folder_name *item, struct lg_error *err)
{
	struct foreign_file file;
	bool is_script = false;

	if (is_go(item))
		return refuse_go(folder_path(reader, list, item->name), err);
	if (foreign_file_open(reader, list, item, &file, &is_script, err))
		return err->status;
	if (!is_script)
		return LG_OK;
	if (!foreign_file_split(&file, file.plain, foreign_stem(file.plain, ".sql"), '_',
		    &reader->bundle->strings)) {
		folder_skip(reader, file.file, "not named VERSION_NAME.sql");
		return LG_OK;
	}
	if (foreign_file_bound(&file, "1", HIGHEST, err))
		return err->status;
	return pack_file(reader, list, &file, err);
}

static enum lg_status goose_pack(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	for (size_t i = 0; i < list->count; i++)
		if (pack_item(reader, list, &list->items[i], err))
			return err->status;
	return LG_OK;
}

static bool goose_recognises(struct folder_reader *reader, const struct folder_list *list)
{
	return foreign_folder_shows(reader, list, goose_annotation_is_there);
}

static enum lg_status goose_create(const char *path, const struct folder_list *list,
	const char *name, int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *version = foreign_next_version(list, moment_us);
	LG_FREE_BY_SCOPE char *file = lg_format("%s_%s.sql", version, name);
	const struct foreign_script script = {file, "-- +goose Up\n\n\n-- +goose Down\n\n"};

	return foreign_create(path, &script, 1, out_paths, err);
}

const struct folder_format goose_format = {
	.name = "goose",
	.recognises = goose_recognises,
	.pack = goose_pack,
	.create = goose_create,
};

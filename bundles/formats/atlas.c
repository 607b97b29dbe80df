/* SPDX-License-Identifier: MIT */
#include "bundles/formats/atlas.h"

#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "bundles/formats/atlas_header.h"
#include "bundles/formats/atlas_sum.h"
#include "bundles/formats/dbmate.h"
#include "bundles/formats/foreign_create.h"
#include "bundles/formats/foreign_file.h"
#include "bundles/formats/golang_migrate.h"
#include "bundles/formats/goose.h"

static enum lg_status read_header(struct folder_reader *reader, const struct migration_part *part,
	struct atlas_header *out, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};

	if (bundle_view(reader->bundle, part, &view, err))
		return err->status;
	if (atlas_header_read(view.text, view.len, out, err))
		return lg_place(err, part->file, err->line, err->column);
	return LG_OK;
}

/* True if Atlas reads a version in the name; it may be followed by nothing. */
static bool read_name(struct foreign_file *file, struct lg_arena *strings)
{
	size_t len = foreign_stem(file->plain, ".sql");
	size_t span = strspn(file->plain, "0123456789");

	if (span > 0 && span == len) {
		file->version = lg_arena_addn(strings, file->plain, len);
		file->name = bundle_name_of(strings, "", 0);
		return true;
	}
	return foreign_file_split(file, file->plain, len, '_', strings);
}

static enum lg_status refuse_name(const struct foreign_file *file, struct lg_error *err)
{
	(void)lg_fail(
		err, LG_FORMAT, "'%s': what stands before the first '_' is no number", file->file);
	(void)lg_hint(err, "expected VERSION_DESCRIPTION.sql with digits in VERSION");
	return lg_place(err, file->file, 0, 0);
}

static enum lg_status pack_file(struct folder_reader *reader, const struct folder_list *list,
	const struct foreign_file *file, struct lg_error *err)
{
	struct migration migration = {.version = file->version, .name = file->name};
	struct atlas_header header = {0};

	if (folder_read(reader, list, file->listed, &migration.up, err) ||
		read_header(reader, &migration.up, &header, err) ||
		folder_scan(reader, SCRIPT_UP, &migration.up, err))
		return lg_about(err, file->version);
	if (!header.is_transactional)
		migration.up.directives.is_transactional = false;
	if (header.is_checkpoint)
		migration.kind = MIGRATION_BASELINE;
	folder_add(reader, &migration);
	return LG_OK;
}

static enum lg_status pack_item(struct folder_reader *reader, const struct folder_list *list,
	const struct folder_name *item, struct foreign_file *last, struct lg_error *err)
{
	struct foreign_file file;
	bool is_script = false;

	if (strcmp(item->name, ATLAS_SUM) == 0)
		return LG_OK;
	if (foreign_file_open(reader, list, item, &file, &is_script, err))
		return err->status;
	if (!is_script)
		return LG_OK;
	if (!read_name(&file, &reader->bundle->strings))
		return refuse_name(&file, err);
	if (last->version && foreign_file_order(last, &file, err))
		return err->status;
	*last = file;
	return pack_file(reader, list, &file, err);
}

static bool has_pairs(const struct folder_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (foreign_stem(list->items[i].name, ".up.sql"))
			return true;
	return false;
}

/* The tool that the files are written for; NULL: Atlas itself. */
static const struct folder_format *other_format(
	struct folder_reader *reader, const struct folder_list *list)
{
	if (has_pairs(list))
		return &golang_migrate_format;
	if (goose_format.recognises(reader, list))
		return &goose_format;
	return dbmate_shows(reader, list) ? &dbmate_format : NULL;
}

/* Atlas reads its header in files of golang-migrate too: up scripts that are whole files. */
static enum lg_status pack_other(struct folder_reader *reader, const struct folder_list *list,
	const struct folder_format *other, struct lg_error *err)
{
	struct bundle *bundle = reader->bundle;
	struct atlas_header header = {0};

	if (other->pack(reader, list, err))
		return err->status;
	for (size_t i = 0; i < bundle->count && other == &golang_migrate_format; i++) {
		struct migration_part *up = &bundle->migrations[i].up;

		if (up->first_line > 1)
			continue;
		if (read_header(reader, up, &header, err))
			return lg_about(err, bundle->migrations[i].version);
		if (!header.is_transactional)
			up->directives.is_transactional = false;
		if (header.is_checkpoint)
			bundle->migrations[i].kind = MIGRATION_BASELINE;
	}
	return LG_OK;
}

static enum lg_status atlas_pack(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	const struct folder_format *other = other_format(reader, list);
	struct foreign_file last = {0};

	if (atlas_sum_check(reader, list, err))
		return err->status;
	if (other)
		return pack_other(reader, list, other, err);
	for (size_t i = 0; i < list->count; i++)
		if (pack_item(reader, list, &list->items[i], &last, err))
			return err->status;
	return LG_OK;
}

static bool atlas_recognises(struct folder_reader *reader, const struct folder_list *list)
{
	(void)reader;
	return foreign_folder_has(list, ATLAS_SUM, false);
}

static enum lg_status replace_sum(const char *path, const struct lg_buf *text, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *file = lg_format("%s/%s", path, ATLAS_SUM);
	LG_CLEANUP(lg_replacement_release) struct lg_replacement replacement = {.fd = -1};

	if (lg_replacement_begin(&replacement, file, err) ||
		lg_fd_write(replacement.fd, text->text, text->len, err))
		return err->status;
	return lg_replacement_commit(&replacement, err);
}

/* The folder, opened anew to read what it has now. */
struct opened {
	struct bundle bundle;
	struct folder_reader reader;
	struct folder_list list;
};

static void drop_opened(struct opened *opened)
{
	folder_list_release(&opened->list);
	folder_reader_release(&opened->reader);
	bundle_release(&opened->bundle);
}

/* The caller drops *opened, also after an error. */
static enum lg_status open_folder(struct opened *opened, const char *path, struct lg_error *err)
{
	*opened = (struct opened){.reader = {.fd = -1}, .list = {.fd = -1}};
	bundle_init(&opened->bundle);
	opened->reader.bundle = &opened->bundle;
	if (folder_reader_open(&opened->reader, path, err))
		return err->status;
	return folder_list_open(&opened->list, &opened->reader, NULL, err);
}

static enum lg_status renew_sum(const char *path, struct lg_error *err)
{
	LG_CLEANUP(drop_opened) struct opened opened;
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	if (open_folder(&opened, path, err) ||
		atlas_sum_write(&opened.reader, &opened.list, &text, err))
		return err->status;
	return replace_sum(path, &text, err);
}

/* A sum that does not fit is refused: the new one would bless what it found. */
static enum lg_status atlas_create(const char *path, const struct folder_list *list,
	const char *name, int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *version = foreign_next_version(list, moment_us);
	LG_FREE_BY_SCOPE char *file = lg_format("%s_%s.sql", version, name);
	LG_CLEANUP(drop_opened) struct opened opened;
	const struct foreign_script script = {file, ""};
	const struct folder_format *other;

	if (open_folder(&opened, path, err) ||
		(list->count > 0 && atlas_sum_check(&opened.reader, &opened.list, err)))
		return err->status;
	other = other_format(&opened.reader, &opened.list);
	if (other ? other->create(path, list, name, moment_us, out_paths, err)
		  : foreign_create(path, &script, 1, out_paths, err))
		return err->status;
	return renew_sum(path, err);
}

const struct folder_format atlas_format = {
	.name = "atlas",
	.recognises = atlas_recognises,
	.pack = atlas_pack,
	.create = atlas_create,
};

/* SPDX-License-Identifier: MIT */
#include "bundles/formats/prisma.h"

#include <string.h>

#include "base/mem.h"
#include "bundles/formats/foreign_create.h"
#include "bundles/formats/lone_statement.h"
#include "bundles/formats/migration_folder.h"
#include "bundles/formats/own_transaction.h"
#include "bundles/formats/toml_line.h"

enum { MAX_LOCK_BYTES = 64 * 1024 };

static const char lock[] = "migration_lock.toml";
static const char script[] = "migration.sql";

static enum lg_status check_provider(
	const struct toml_line *provider, enum sql_dialect engine, struct lg_error *err)
{
	if (toml_line_value_is(
		    provider, engine == SQL_POSTGRES ? "postgresql" : bundle_engine_name(engine)))
		return LG_OK;
	(void)lg_fail(err, LG_FORMAT, "the migrations are for '%.*s', and the bundle for '%s'",
		(int)(provider->value_len < 40 ? provider->value_len : 40), provider->value,
		bundle_engine_name(engine));
	return lg_hint(err, "say --dialect sqlite or postgres, if it is one of them");
}

static enum lg_status parse_lock(
	const char *text, size_t len, enum sql_dialect engine, struct lg_error *err)
{
	struct toml_lines lines = {.text = text, .len = len};
	struct toml_line line;
	bool is_there = false;

	for (;;) {
		if (toml_line_next(&lines, &line, &is_there, err))
			return err->status;
		if (!is_there)
			break;
		if (!toml_line_key_is(&line, "provider"))
			continue;
		if (check_provider(&line, engine, err))
			err->line = lines.line;
		return err->status;
	}
	(void)lg_fail(err, LG_FORMAT, "there is no 'provider' in it");
	return lg_hint(err, "write provider = \"postgresql\" or \"sqlite\"");
}

static enum lg_status read_lock(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, MAX_LOCK_BYTES);
	if (!foreign_folder_has(list, lock, false))
		return LG_OK;
	if (folder_read_text(reader, list, lock, &text, err))
		return err->status;
	if (parse_lock(text.text, text.len, reader->bundle->engine, err))
		return lg_place(err, folder_path(reader, list, lock), err->line, 0);
	return LG_OK;
}

static enum lg_status scan(struct folder_reader *reader, enum script_role role,
	struct migration_part *part, struct lg_error *err)
{
	if (own_transaction_scan(reader, role, part, err))
		return err->status;
	return lone_statement_free(reader, role, part, err);
}

static enum lg_status read_scripts(struct folder_reader *reader, const struct folder_list *list,
	const struct foreign_file *folder, struct migration *migration, struct lg_error *err)
{
	if (migration_folder_read(reader, list, script, &migration->up, err))
		return err->status;
	if (!migration_has(&migration->up))
		return migration_folder_lacks(folder, script, err);
	if (scan(reader, SCRIPT_UP, &migration->up, err) ||
		migration_folder_read(reader, list, "down.sql", &migration->down, err))
		return err->status;
	return migration_has(&migration->down) ? scan(reader, SCRIPT_DOWN, &migration->down, err)
					       : LG_OK;
}

static enum lg_status pack_folder(
	struct folder_reader *reader, const struct foreign_file *folder, struct lg_error *err)
{
	static const char *const known[] = {script, "down.sql", NULL};
	LG_CLEANUP(folder_list_release) struct folder_list list = {.fd = -1};
	struct migration migration = {.version = folder->version, .name = folder->name};

	if (folder_list_open(&list, reader, folder->file, err) ||
		read_scripts(reader, &list, folder, &migration, err))
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

	if (strcmp(item->name, lock) == 0)
		return LG_OK;
	if (migration_folder_open(reader, list, item, &folder, &is_folder, err))
		return err->status;
	if (!is_folder)
		return LG_OK;
	if (!foreign_file_split(
		    &folder, folder.plain, strlen(folder.plain), '_', &reader->bundle->strings))
		return migration_folder_unversioned(&folder, "YYYYMMDDHHMMSS_NAME", err);
	migration_folders_add(folders, &folder);
	return LG_OK;
}

static enum lg_status prisma_pack(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(migration_folders_release) struct migration_folders folders = {0};

	if (read_lock(reader, list, err))
		return err->status;
	for (size_t i = 0; i < list->count; i++)
		if (collect(reader, list, &list->items[i], &folders, err))
			return err->status;
	if (migration_folders_order(&folders, true, err))
		return err->status;
	for (size_t i = 0; i < folders.count; i++)
		if (pack_folder(reader, &folders.items[i], err))
			return err->status;
	return LG_OK;
}

static bool prisma_recognises(struct folder_reader *reader, const struct folder_list *list)
{
	(void)reader;
	return foreign_folder_has(list, lock, false) && !foreign_folder_has_scripts(list);
}

static enum lg_status prisma_create(const char *path, const struct folder_list *list,
	const char *name, int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	static const struct foreign_script scripts[] = {
		{script, "-- What the change is, and why.\n"}};
	LG_FREE_BY_SCOPE char *version = foreign_next_version(list, moment_us);
	LG_FREE_BY_SCOPE char *folder = lg_format("%s_%s", version, name);

	return foreign_create_in(path, folder, scripts, LG_COUNT_OF(scripts), out_paths, err);
}

const struct folder_format prisma_format = {
	.name = "prisma",
	.recognises = prisma_recognises,
	.pack = prisma_pack,
	.create = prisma_create,
};

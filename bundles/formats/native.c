/* SPDX-License-Identifier: MIT */
#include "bundles/formats/native.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/formats/native_name.h"
#include "bundles/formats/native_sections.h"
#include "bundles/formats/own_transaction.h"
#include "bundles/formats/stray_marker.h"
#include "bundles/limits.h"

#define SEEDS "seeds"

struct native_files {
	struct native_file *items;
	size_t count;
};

static void drop_files(struct native_files *files)
{
	free(files->items);
}

/* A folder of programs that looks empty would make a green gate. */
static enum lg_status refuse_programs(const struct folder_list *list, struct lg_error *err)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->items[i].name;

		if (list->items[i].is_directory || !native_name_is_program(name))
			continue;
		(void)lg_fail(err, LG_FORMAT, "'%s' is no SQL, and no format that is known", name);
		(void)lg_hint(err,
			"of migrations that are programs, those of Sequelize and Umzug can be "
			"compiled: --format sequelize; of others, give the SQL that they run");
		return lg_place(err, name, 0, 0);
	}
	return LG_OK;
}

static enum lg_status collect(struct folder_reader *reader, const struct folder_list *list,
	struct native_files *files, struct lg_error *err)
{
	struct lg_arena *strings = &reader->bundle->strings;

	for (size_t i = 0; i < list->count; i++) {
		const struct folder_name *item = &list->items[i];
		struct native_file file = {
			.listed = item->name, .plain = item->plain, .list = list};
		const char *reason = native_name_skip(item);
		bool is_known = list->is_root &&
				(strcmp(item->name, "waivers.txt") == 0 ||
					(strcmp(item->name, SEEDS) == 0 && item->is_directory));

		if (is_known)
			continue;
		file.file = folder_path(reader, list, item->name);
		if (reason) {
			folder_skip(reader, native_name_show(strings, file.file), reason);
			continue;
		}
		if (native_name_read(&file, strings, err))
			return err->status;
		files->items = lg_grow(files->items, files->count, sizeof(file));
		files->items[files->count++] = file;
	}
	return LG_OK;
}

/* Groups: the files of one migration stand side by side once they are sorted. */

static int compare_migrations(const struct native_file *a, const struct native_file *b)
{
	const struct migration left = {.kind = a->kind, .version = a->version};
	const struct migration right = {.kind = b->kind, .version = b->version};

	return migration_compare(&left, &right);
}

static int compare_files(const void *a, const void *b)
{
	const struct native_file *left = a;
	const struct native_file *right = b;
	int order = compare_migrations(left, right);

	if (order == 0)
		order = (int)left->role - (int)right->role;
	return order ? order : strcmp(left->file, right->file);
}

/* As above, but what has one version and several names is several migrations. */
static int compare_named_files(const void *a, const void *b)
{
	const struct native_file *left = a;
	const struct native_file *right = b;
	int order = compare_migrations(left, right);

	if (order == 0)
		order = strcmp(left->version, right->version);
	if (order == 0)
		order = strcmp(left->name, right->name);
	return order ? order : compare_files(a, b);
}

static bool are_one(const struct folder_reader *reader, const struct native_file *a,
	const struct native_file *b)
{
	if (compare_migrations(a, b) != 0)
		return false;
	return !reader->may_repeat ||
	       (strcmp(a->version, b->version) == 0 && strcmp(a->name, b->name) == 0);
}

static enum lg_status refuse_pair(
	const struct native_file *first, const struct native_file *second, struct lg_error *err)
{
	bool is_same_name = strcmp(first->name, second->name) == 0;

	if (first->role == second->role && is_same_name &&
		first->may_have_sections != second->may_have_sections)
		(void)lg_fail(err, LG_FORMAT, "'%s' stands beside '%s', and both are the up script",
			first->file, second->file);
	else if (first->role == second->role)
		(void)lg_fail(err, LG_FORMAT, "version '%s' is in '%s' and in '%s'",
			second->version, first->file, second->file);
	else
		(void)lg_fail(err, LG_FORMAT, "'%s' and '%s' have one version but two names",
			first->file, second->file);
	return lg_place(err, second->file, 0, 0);
}

static enum lg_status check_group(
	const struct native_file *files, size_t count, struct lg_error *err)
{
	if (files[0].role != SCRIPT_UP) {
		(void)lg_fail(err, LG_FORMAT, "'%s' has no up script beside it", files[0].file);
		return lg_place(err, files[0].file, 0, 0);
	}
	for (size_t i = 1; i < count; i++)
		if (files[i].role == files[i - 1].role ||
			strcmp(files[i].name, files[0].name) != 0 ||
			strcmp(files[i].version, files[0].version) != 0)
			return refuse_pair(&files[i - 1], &files[i], err);
	return LG_OK;
}

/* Scripts */

/* A file that may have sections is read into `up`, and scanned as what it shows to be. */
static enum lg_status scan_plain(
	struct folder_reader *reader, struct migration *migration, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct sections sections;

	if (bundle_view(reader->bundle, &migration->up, &view, err))
		return err->status;
	if (native_sections_find(&view, reader->bundle->engine, &sections, err))
		return lg_place(err, migration->up.file, err->line, err->column);
	if (sections.up.is_there)
		return sections_scan(reader, &sections, "-- migrate:up", migration, err);
	return folder_scan(reader, SCRIPT_UP, &migration->up, err);
}

static enum lg_status check_strays(
	struct folder_reader *reader, const struct migration_part *part, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};

	if (bundle_view(reader->bundle, part, &view, err))
		return err->status;
	if (stray_marker_check(&view, reader->bundle->engine, err))
		return lg_place(err, part->file, err->line, err->column);
	return LG_OK;
}

static enum lg_status read_part(struct folder_reader *reader, const struct native_file *file,
	struct migration *migration, struct lg_error *err)
{
	struct migration_part *part = migration_part_of(migration, file->role);

	if (migration_has(part)) {
		(void)lg_fail(err, LG_FORMAT, "'%s' stands beside '%s', which has a down section",
			file->file, part->file);
		return lg_place(err, file->file, 0, 0);
	}
	if (folder_read(reader, file->list, file->listed, part, err) ||
		check_strays(reader, part, err))
		return err->status;
	if (file->may_have_sections)
		return scan_plain(reader, migration, err);
	if (folder_scan(reader, file->role, part, err) == LG_OK)
		return LG_OK;
	if (own_transaction_is_there(reader, part))
		(void)lg_hint(err,
			"lockgate opens and commits the transaction itself: remove BEGIN and COMMIT, "
			"or say --format golang-migrate, which takes them off");
	return err->status;
}

static enum lg_status pack_group(struct folder_reader *reader, const struct native_file *files,
	size_t count, struct lg_error *err)
{
	struct migration migration = {
		.kind = files[0].kind,
		.version = files[0].version,
		.name = files[0].name,
	};

	if (check_group(files, count, err))
		return lg_about(err, migration.version);
	for (size_t i = 0; i < count; i++)
		if (read_part(reader, &files[i], &migration, err))
			return lg_about(err, migration.version);
	folder_add(reader, &migration);
	return LG_OK;
}

static enum lg_status pack_files(
	struct folder_reader *reader, struct native_files *files, struct lg_error *err)
{
	size_t start = 0;

	if (files->count > 0)
		qsort(files->items, files->count, sizeof(*files->items),
			reader->may_repeat ? compare_named_files : compare_files);
	while (start < files->count) {
		const struct native_file *first = &files->items[start];
		size_t count = 1;

		while (start + count < files->count && are_one(reader, first, first + count))
			count++;
		if (pack_group(reader, first, count, err))
			return err->status;
		start += count;
	}
	return LG_OK;
}

static bool has_seeds(const struct folder_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, SEEDS) == 0)
			return list->items[i].is_directory;
	return false;
}

static enum lg_status native_pack(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(drop_files) struct native_files files = {0};
	LG_CLEANUP(folder_list_release) struct folder_list seeds = {.fd = -1};

	if (collect(reader, list, &files, err))
		return err->status;
	if (files.count == 0 && refuse_programs(list, err))
		return err->status;
	if (has_seeds(list) &&
		(folder_list_open(&seeds, reader, folder_path(reader, list, SEEDS), err) ||
			collect(reader, &seeds, &files, err)))
		return err->status;
	return pack_files(reader, &files, err);
}

static bool native_recognises(struct folder_reader *reader, const struct folder_list *list)
{
	(void)reader;
	(void)list;
	return true;
}

const struct folder_format native_format = {
	.name = "native",
	.recognises = native_recognises,
	.pack = native_pack,
	.create = native_create,
};

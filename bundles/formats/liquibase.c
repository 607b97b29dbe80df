/* SPDX-License-Identifier: MIT */
#include "bundles/formats/liquibase.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "bundles/formats/folder_walk.h"
#include "bundles/formats/foreign_file.h"
#include "bundles/formats/liquibase_changelog.h"
#include "bundles/formats/native_name.h"

/* Enough of a file to see what it is; how many that are no SQL are looked at to recognise one. */
enum { PEEK_BYTES = 8192, PEEK_FILES = 8 };

struct search {
	struct folder_walk walk;
	struct liquibase_files *files;
};

static bool has_other_ending(const struct folder_name *item)
{
	static const char *const endings[] = {".xml", ".yaml", ".yml", ".json"};
	const char *dot = strrchr(item->name, '.');

	if (item->is_directory || item->name[0] == '.')
		return false;
	for (size_t i = 0; i < LG_COUNT_OF(endings); i++)
		if (dot && strcasecmp(dot, endings[i]) == 0)
			return true;
	return false;
}

static bool is_other_changelog(enum sql_dialect dialect, const char *text, size_t len)
{
	static const char word[] = "databaseChangeLog";

	(void)dialect;
	return memmem(text, len, word, sizeof(word) - 1) != NULL;
}

/* Errors: as folder_peek(). */
static enum lg_status begins_so(struct folder_reader *reader, const struct folder_list *list,
	const char *name, bool (*shows)(enum sql_dialect dialect, const char *text, size_t len),
	bool *out, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, PEEK_BYTES);
	if (folder_peek(reader, list, name, PEEK_BYTES, &text, err))
		return err->status;
	*out = shows(reader->bundle->engine, text.text, text.len);
	return LG_OK;
}

static enum lg_status refuse_other(const char *file, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s' is a changelog that is no SQL", file);
	(void)lg_hint(err,
		"give lockgate the folder that holds SQL changelogs alone; what is written in XML, "
		"YAML or JSON is printed as SQL by 'liquibase update-sql'");
	return lg_place(err, file, 0, 0);
}

static enum lg_status take_script(struct search *search, const struct folder_list *list,
	const struct foreign_file *file, struct lg_error *err)
{
	struct liquibase_files *files = search->files;
	bool is_changelog = false;

	if (begins_so(search->walk.reader, list, file->listed, liquibase_changelog_begins,
		    &is_changelog, err))
		return err->status;
	if (!is_changelog) {
		folder_note(search->walk.reader, file->file, 1,
			"it does not begin with '--liquibase formatted sql', so it is left out");
		return LG_OK;
	}
	files->items = lg_grow(files->items, files->count, sizeof(*files->items));
	files->items[files->count++] = (struct liquibase_file){
		.file = file->file,
		.listed = folder_walk_listed(&search->walk, file->file),
	};
	return LG_OK;
}

static enum lg_status take(struct folder_walk *walk, const struct folder_list *list,
	const struct folder_name *item, struct lg_error *err)
{
	/* Its first member. */
	struct search *search = (struct search *)walk;
	struct foreign_file file;
	bool is_other = false;
	bool is_script = false;

	if (has_other_ending(item) &&
		begins_so(walk->reader, list, item->name, is_other_changelog, &is_other, err))
		return err->status;
	if (is_other)
		return refuse_other(folder_path(walk->reader, list, item->name), err);
	if (foreign_file_open(walk->reader, list, item, &file, &is_script, err))
		return err->status;
	return is_script ? take_script(search, list, &file, err) : LG_OK;
}

static int compare_files(const void *a, const void *b)
{
	const struct liquibase_file *left = a;
	const struct liquibase_file *right = b;

	return strcmp(left->file, right->file);
}

void liquibase_files_release(struct liquibase_files *files)
{
	free(LG_TAKE(files->items));
	files->count = 0;
}

enum lg_status liquibase_files_find(struct folder_reader *reader, const struct folder_list *list,
	struct liquibase_files *out, struct lg_error *err)
{
	struct search search = {
		.walk = {.reader = reader, .root = list, .take = take}, .files = out};

	if (folder_walk_run(&search.walk, err))
		return err->status;
	if (out->count > 0)
		qsort(out->items, out->count, sizeof(*out->items), compare_files);
	return liquibase_version_files(out->items, out->count, &reader->bundle->strings, err);
}

/* Liquibase runs what may run again in its place; lockgate at the end, by name. */
static void note_order(struct folder_reader *reader)
{
	const struct bundle *bundle = reader->bundle;
	const struct migration *last = NULL;

	for (size_t i = 0; i < bundle->count; i++) {
		const struct migration *migration = &bundle->migrations[i];

		if (migration->kind != MIGRATION_REPEATABLE)
			continue;
		if (last && strcmp(last->name, migration->name) > 0)
			folder_note(reader, migration->up.file, migration->up.first_line - 1,
				"'%s' runs before '%s', which stands before it: what may run again "
				"runs last, by name",
				migration->name, last->name);
		last = migration;
	}
}

static enum lg_status liquibase_pack(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(liquibase_files_release) struct liquibase_files files = {0};

	if (liquibase_files_find(reader, list, &files, err))
		return err->status;
	for (size_t i = 0; i < files.count; i++)
		if (liquibase_changelog_pack(reader, list, &files.items[i], err))
			return err->status;
	note_order(reader);
	return LG_OK;
}

/* A folder that holds no SQL, but a changelog in another language, is told of, not passed over. */
static bool shows_other(struct folder_reader *reader, const struct folder_list *list)
{
	size_t files = 0;

	for (size_t i = 0; i < list->count; i++)
		if (!native_name_skip(&list->items[i]))
			return false;
	for (size_t i = 0; i < list->count && files < PEEK_FILES; i++) {
		struct lg_error ignored = {0};
		bool is_other = false;

		if (!has_other_ending(&list->items[i]))
			continue;
		if (begins_so(reader, list, list->items[i].name, is_other_changelog, &is_other,
			    &ignored) == LG_OK &&
			is_other)
			return true;
		files++;
	}
	return false;
}

static bool shows(struct folder_reader *reader, const struct folder_list *list)
{
	return foreign_folder_shows(reader, list, liquibase_changelog_begins) ||
	       shows_other(reader, list);
}

static bool liquibase_recognises(struct folder_reader *reader, const struct folder_list *list)
{
	return folder_walk_shows(reader, list, shows);
}

const struct folder_format liquibase_format = {
	.name = "liquibase",
	.searches_folders = true,
	.recognises = liquibase_recognises,
	.pack = liquibase_pack,
	.create = liquibase_create,
};

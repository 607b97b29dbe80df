/* SPDX-License-Identifier: MIT */
#include "bundles/formats/migration_folder.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/formats/native_name.h"

void migration_folders_release(struct migration_folders *folders)
{
	free(LG_TAKE(folders->items));
	folders->count = 0;
}

void migration_folders_add(struct migration_folders *folders, const struct foreign_file *folder)
{
	folders->items = lg_grow(folders->items, folders->count, sizeof(*folder));
	folders->items[folders->count++] = *folder;
}

enum lg_status migration_folder_open(struct folder_reader *reader, const struct folder_list *list,
	const struct folder_name *item, struct foreign_file *out, bool *out_is_folder,
	struct lg_error *err)
{
	struct lg_arena *strings = &reader->bundle->strings;
	const char *file = folder_path(reader, list, item->name);
	const char *shown = native_name_show(strings, file);

	*out = (struct foreign_file){.listed = item->name, .plain = item->name, .file = file};
	*out_is_folder = item->is_directory && item->name[0] != '.';
	if (*out_is_folder && !bundle_file_is_valid(file)) {
		(void)lg_fail(err, LG_FORMAT,
			"'%s': the name is not UTF-8, too long or has control characters", shown);
		(void)lg_hint(err, "rename the folder");
		return lg_place(err, shown, 0, 0);
	}
	if (*out_is_folder || strcmp(item->name, "waivers.txt") == 0)
		return LG_OK;
	folder_skip(reader, shown, item->name[0] == '.' ? "hidden" : "not a folder");
	return LG_OK;
}

enum lg_status migration_folder_unversioned(
	const struct foreign_file *folder, const char *expected, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s': the name begins with no version", folder->file);
	(void)lg_hint(err, "expected %s", expected);
	return lg_place(err, folder->file, 0, 0);
}

static int compare_versions(const void *a, const void *b)
{
	const struct foreign_file *left = a;
	const struct foreign_file *right = b;
	int order = strcmp(left->version, right->version);

	return order ? order : strcmp(left->file, right->file);
}

static int compare_names(const void *a, const void *b)
{
	const struct foreign_file *left = a;
	const struct foreign_file *right = b;

	return strcmp(left->file, right->file);
}

enum lg_status migration_folders_order(
	struct migration_folders *folders, bool by_name, struct lg_error *err)
{
	if (folders->count > 0)
		qsort(folders->items, folders->count, sizeof(*folders->items),
			by_name ? compare_names : compare_versions);
	for (size_t i = 1; i < folders->count; i++)
		if (foreign_file_order(&folders->items[i - 1], &folders->items[i], err))
			return err->status;
	return LG_OK;
}

enum lg_status migration_folder_read(struct folder_reader *reader, const struct folder_list *list,
	const char *name, struct migration_part *part, struct lg_error *err)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].plain, name) == 0)
			return folder_read(reader, list, list->items[i].name, part, err);
	return LG_OK;
}

enum lg_status migration_folder_lacks(
	const struct foreign_file *folder, const char *name, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s' has no '%s'", folder->file, name);
	(void)lg_hint(err, "add the script, or delete the folder");
	return lg_place(err, folder->file, 0, 0);
}

static bool is_known(const char *name, const char *const *known)
{
	for (; *known; known++)
		if (strcmp(name, *known) == 0)
			return true;
	return false;
}

void migration_folder_skip(
	struct folder_reader *reader, const struct folder_list *list, const char *const *known)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct folder_name *item = &list->items[i];

		if (is_known(item->plain, known))
			continue;
		folder_skip(reader,
			native_name_show(
				&reader->bundle->strings, folder_path(reader, list, item->name)),
			item->name[0] == '.' ? "hidden" : "none of the names that are read there");
	}
}

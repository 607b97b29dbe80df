/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_MIGRATION_FOLDER_H
#define LOCKGATE_BUNDLES_FORMATS_MIGRATION_FOLDER_H

/* Migrations that are folders: each holds its scripts under names that are always the same. */

#include "bundles/formats/foreign_file.h"

/* The folders of a list, in its order; `file` of each is its path. */
struct migration_folders {
	struct foreign_file *items;
	size_t count;
};

void migration_folders_release(struct migration_folders *folders);

void migration_folders_add(struct migration_folders *folders, const struct foreign_file *folder);

/*
 * Sets `listed`, `plain` and `file` of *out. *out_is_folder is false of what is none, or hidden:
 * it is then remembered as skipped, but for waivers. Errors: LG_FORMAT (no name that a bundle can
 * hold).
 */
LG_MUST_USE
enum lg_status migration_folder_open(struct folder_reader *reader, const struct folder_list *list,
	const struct folder_name *item, struct foreign_file *out, bool *out_is_folder,
	struct lg_error *err);

/* Fails because the folder's name begins with no version; `expected` is what it should be like. */
enum lg_status migration_folder_unversioned(
	const struct foreign_file *folder, const char *expected, struct lg_error *err);

/*
 * Checks that going by the text of the versions, or with `by_name` of the folders, is going by
 * their numbers, and sorts them so. Errors: LG_FORMAT, naming two of them.
 */
LG_MUST_USE
enum lg_status migration_folders_order(
	struct migration_folders *folders, bool by_name, struct lg_error *err);

/*
 * Reads the file that is plainly called `name` in the sub-folder into *part, and remembers it as
 * known; *part is left alone where there is none. Errors: as folder_read().
 */
LG_MUST_USE
enum lg_status migration_folder_read(struct folder_reader *reader, const struct folder_list *list,
	const char *name, struct migration_part *part, struct lg_error *err);

/* Fails because the folder has no such file. */
enum lg_status migration_folder_lacks(
	const struct foreign_file *folder, const char *name, struct lg_error *err);

/* Passes over every file of the sub-folder but those of the names; the last one is NULL. */
void migration_folder_skip(
	struct folder_reader *reader, const struct folder_list *list, const char *const *known);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_LIQUIBASE_H
#define LOCKGATE_BUNDLES_FORMATS_LIQUIBASE_H

/* Folders of Liquibase whose changelogs are formatted SQL, with those below them. */

#include "bundles/formats/format.h"
#include "bundles/formats/liquibase_version.h"

/* The changelogs of a folder, sorted by their paths, with their versions. */
struct liquibase_files {
	struct liquibase_file *items;
	size_t count;
};

/*
 * Release with liquibase_files_release(), also after an error. Errors: LG_IO, LG_LIMIT, LG_FORMAT
 * (a changelog that is no SQL, numbers out of order).
 */
LG_MUST_USE
enum lg_status liquibase_files_find(struct folder_reader *reader, const struct folder_list *list,
	struct liquibase_files *out, struct lg_error *err);
void liquibase_files_release(struct liquibase_files *files);

enum lg_status liquibase_create(const char *path, const struct folder_list *list, const char *name,
	int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err);

extern const struct folder_format liquibase_format;

#endif

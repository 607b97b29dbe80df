/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_FOREIGN_CREATE_H
#define LOCKGATE_BUNDLES_FORMATS_FOREIGN_CREATE_H

/* Creating the files of an empty migration in a folder that another tool reads too. */

#include "bundles/folder_reader.h"

/*
 * The version for a new migration, in the style of the highest one in `list`: a time in UTC, or
 * the next number at the same width; a time where there is none. Versions are the digits before
 * an underscore. Owned by the caller, release with free().
 */
LG_MUST_USE LG_NONNULL_RESULT char *foreign_next_version(
	const struct folder_list *list, int64_t moment_us);

/* The highest version in `list`, NULL if there is none; likewise. */
LG_MUST_USE char *foreign_last_version(const struct folder_list *list);

struct foreign_script {
	const char *name; /* below the folder */
	const char *text;
};

/*
 * Creates all of the files in the folder `path`, or none, and adds their paths, one a line, to
 * `out_paths`. Errors: LG_IO (also when one is there already), LG_USAGE (a name is too long).
 */
LG_MUST_USE
enum lg_status foreign_create(const char *path, const struct foreign_script *scripts, size_t count,
	struct lg_buf *out_paths, struct lg_error *err);

/* The same in a new sub-folder `folder` of it, which the names do not hold. */
LG_MUST_USE
enum lg_status foreign_create_in(const char *path, const char *folder,
	const struct foreign_script *scripts, size_t count, struct lg_buf *out_paths,
	struct lg_error *err);

#endif

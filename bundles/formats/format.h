/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_FORMAT_H
#define LOCKGATE_BUNDLES_FORMATS_FORMAT_H

/* What a format of migration folders supplies: one file here and one row in folder.c. */

#include <stdbool.h>

#include "bundles/folder_reader.h"

struct folder_format {
	const char *name; /* as `--format` takes it */

	/* pack() looks below the folder itself, and leaves out there what is for another engine. */
	bool searches_folders;

	/*
	 * True if the folder shows that it is of this format: by its names, or by what stands in
	 * the first of its files. A file that cannot be read shows nothing; pack() will say so.
	 */
	bool (*recognises)(struct folder_reader *reader, const struct folder_list *list);

	/*
	 * Adds every migration of the folder, in any order. The names of a bundle are checked
	 * afterwards. Errors: as folder_pack().
	 */
	enum lg_status (*pack)(
		struct folder_reader *reader, const struct folder_list *list, struct lg_error *err);

	/*
	 * Creates an empty migration in the folder `path`, which exists, with a version from
	 * `moment_us` that is above those in `list`. Errors: as folder_new().
	 */
	enum lg_status (*create)(const char *path, const struct folder_list *list, const char *name,
		int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err);
};

#endif

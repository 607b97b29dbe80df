/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_FOLDER_WALK_H
#define LOCKGATE_BUNDLES_FORMATS_FOLDER_WALK_H

/*
 * Goes through a folder and those below it, for tools that search them. Hidden folders, and those
 * that are named after another engine, are left out.
 */

#include "bundles/folder_reader.h"

struct folder_walk {
	struct folder_reader *reader;
	const struct folder_list *root; /* where it begins */

	/* Called for everything that is no folder to go into. */
	enum lg_status (*take)(struct folder_walk *walk, const struct folder_list *list,
		const struct folder_name *item, struct lg_error *err);

	const char **folders; /* to go into; private */
	size_t folder_count;  /* private */
};

/*
 * Goes through all of it. Errors: those of take(); LG_IO, LG_LIMIT (too many folders, too deep: a
 * link to a folder above would be followed without an end), LG_FORMAT (a link that leaves).
 */
LG_MUST_USE
enum lg_status folder_walk_run(struct folder_walk *walk, struct lg_error *err);

/* A path below the reader's folder as the name by which `walk->root` knows it. */
const char *folder_walk_listed(const struct folder_walk *walk, const char *file);

/*
 * True if `shows` is true of the folder, or of a folder below it where none above that one has a
 * script; some are looked at. What cannot be listed shows nothing.
 */
bool folder_walk_shows(struct folder_reader *reader, const struct folder_list *root,
	bool (*shows)(struct folder_reader *reader, const struct folder_list *list));

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_FLYWAY_WALK_H
#define LOCKGATE_BUNDLES_FORMATS_FLYWAY_WALK_H

/* Finds the scripts of a folder, and of those below it, as Flyway does. */

#include "bundles/formats/flyway_name.h"
#include "bundles/formats/folder_walk.h"

struct flyway_walk {
	struct folder_walk walk; /* with its reader and root */
	struct flyway_settings settings;

	struct flyway_file *files; /* named by their paths below the root */
	size_t file_count;
	const char **sidecars; /* paths of files with settings of one script */
	size_t sidecar_count;
};

/*
 * Fills the lists. Release with flyway_walk_release(), also after an error. Errors: LG_IO,
 * LG_LIMIT, LG_FORMAT (what cannot be carried over: code, callbacks).
 */
LG_MUST_USE
enum lg_status flyway_walk_fill(struct flyway_walk *walk, struct lg_error *err);
void flyway_walk_release(struct flyway_walk *walk);

#endif

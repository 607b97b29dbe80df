/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_SOURCE_H
#define LOCKGATE_PLUGIN_SOURCE_H

/* What a command reads: a bundle file, or a folder that is packed in memory. */

#include "bundles/archive.h"
#include "bundles/folder.h"

struct source {
	const char *path; /* as it was given */
	bool is_folder;
	struct bundle bundle;
	struct archive_reader *reader; /* of a bundle whose bodies are not read yet */
	struct folder_result skipped;  /* of a folder */
};

void source_init(struct source *source);
void source_release(struct source *source);

/*
 * Opens `path` into `out`, from source_init(). Of a bundle only the manifest is read. `folder`
 * matters for folders, `archive` for both: the manifest of a folder is judged by the same signature
 * and trust. Errors: LG_FORMAT, LG_LIMIT, LG_IO, LG_USAGE.
 */
LG_MUST_USE
enum lg_status source_open(const char *path, const struct folder_options *folder,
	const struct archive_options *archive, struct source *out, struct lg_error *err);

/* Reads and verifies the scripts, unless that is done. */
LG_MUST_USE enum lg_status source_load(struct source *source, struct lg_error *err);

/* How people call a file of the source: below the folder's path, or as the bundle names it. */
const char *source_file(const struct source *source, const char *file, struct lg_arena *strings);

/*
 * Says where an error comes from: the folder's path in front of the file that it names, or which
 * bundle is not acceptable.
 */
enum lg_status source_place(const struct source *source, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_ATLAS_SUM_H
#define LOCKGATE_BUNDLES_FORMATS_ATLAS_SUM_H

/*
 * atlas.sum: `h1:` and the digest of all lines below it, then a line `NAME h1:DIGEST` for each
 * file. Digests are SHA-256 in Base64, and each one is of the names and contents of all files so
 * far, so an edited file changes every line from its own on.
 */

#include "bundles/folder_reader.h"

#define ATLAS_SUM "atlas.sum"

/*
 * Holds the folder against its atlas.sum. Errors: LG_FORMAT (there is none; a file was added,
 * edited or removed, and its name), LG_IO, LG_LIMIT.
 */
LG_MUST_USE
enum lg_status atlas_sum_check(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err);

/* Adds what the atlas.sum of the folder should be to `out`. Errors: LG_IO, LG_LIMIT. */
LG_MUST_USE
enum lg_status atlas_sum_write(struct folder_reader *reader, const struct folder_list *list,
	struct lg_buf *out, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FOLDER_OPEN_H
#define LOCKGATE_BUNDLES_FOLDER_OPEN_H

/* Opening what is below a folder, and nothing else: see folder_reader.h on symbolic links. */

#include "base/error.h"

/*
 * Opens `name` of the folder `folder`; a link is opened a second time, as `file` below `root`, and
 * then the kernel holds every step of its way there: a path that leaves `root` is EXDEV. -1 with
 * errno on failure; the caller closes the result.
 */
int folder_open_below(int root, int folder, const char *name, const char *file, int flags);

/* Fails with what errno says of folder_open_below(). Errors: LG_FORMAT (a link that leaves), LG_IO.
 */
enum lg_status folder_refuse_open(const char *file, struct lg_error *err);

#endif

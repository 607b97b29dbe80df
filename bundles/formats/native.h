/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_NATIVE_H
#define LOCKGATE_BUNDLES_FORMATS_NATIVE_H

/*
 * lockgate's own folder format (lockgate.1, FOLDER): VERSION_NAME.up.sql, .down.sql, .check.sql,
 * VERSION_NAME.sql, VERSION_NAME.baseline.sql, NAME.repeat.sql, seeds/VERSION_NAME.sql.
 */

#include "bundles/formats/format.h"

/* The row's `create`. */
LG_MUST_USE
enum lg_status native_create(const char *path, const struct folder_list *list, const char *name,
	int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err);

extern const struct folder_format native_format;

#endif

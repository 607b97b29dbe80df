/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_SEQUELIZE_H
#define LOCKGATE_BUNDLES_FORMATS_SEQUELIZE_H

/*
 * Folders of Sequelize and Umzug projects (lockgate.1, SEQUELIZE): JavaScript files with up and
 * down functions, which are run against a scratch database when the folder is packed. What they
 * send is the migration's script; its content and tokens are the JavaScript's.
 */

#include "bundles/formats/format.h"

/* The row's `create`. */
LG_MUST_USE
enum lg_status sequelize_create(const char *path, const struct folder_list *list, const char *name,
	int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err);

extern const struct folder_format sequelize_format;

#endif

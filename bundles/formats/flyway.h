/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_FLYWAY_H
#define LOCKGATE_BUNDLES_FORMATS_FLYWAY_H

/*
 * Folders of Flyway, with those below them: V1_1__description.sql, its undo U1_1__…, repeatables
 * R__description.sql and baselines B1__…
 */

#include "bundles/formats/format.h"

enum lg_status flyway_create(const char *path, const struct folder_list *list, const char *name,
	int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err);

extern const struct folder_format flyway_format;

#endif

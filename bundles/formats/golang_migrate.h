/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_GOLANG_MIGRATE_H
#define LOCKGATE_BUNDLES_FORMATS_GOLANG_MIGRATE_H

/*
 * Folders of golang-migrate: VERSION_TITLE.up.sql and .down.sql, where a title may hold any
 * characters. The tool sends each file as one query, so that a file's only statement may be one
 * that no transaction allows.
 */

#include "bundles/formats/format.h"

extern const struct folder_format golang_migrate_format;

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_PRISMA_H
#define LOCKGATE_BUNDLES_FORMATS_PRISMA_H

/*
 * Folders of Prisma Migrate: VERSION_NAME/migration.sql, with a down.sql beside it where somebody
 * has written one, and migration_lock.toml, which says for which database they are. As with
 * golang-migrate, each file is sent as one query.
 */

#include "bundles/formats/format.h"

extern const struct folder_format prisma_format;

#endif

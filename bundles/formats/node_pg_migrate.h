/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_NODE_PG_MIGRATE_H
#define LOCKGATE_BUNDLES_FORMATS_NODE_PG_MIGRATE_H

/*
 * Folders of node-pg-migrate whose migrations are SQL: VERSION_NAME.sql, where VERSION is
 * milliseconds since 1970, a time of 17 digits or a number, with the comments `-- Up Migration`
 * and `-- Down Migration` in either order.
 */

#include "bundles/formats/format.h"

extern const struct folder_format node_pg_migrate_format;

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_SQLX_H
#define LOCKGATE_BUNDLES_FORMATS_SQLX_H

/*
 * Folders of sqlx: VERSION_DESCRIPTION.sql, or .up.sql and .down.sql, where a file that begins
 * with the bytes `-- no-transaction` runs without one.
 */

#include "bundles/formats/format.h"

extern const struct folder_format sqlx_format;

#endif

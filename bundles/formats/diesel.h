/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_DIESEL_H
#define LOCKGATE_BUNDLES_FORMATS_DIESEL_H

/*
 * Folders of diesel: VERSION_NAME/up.sql, with down.sql and metadata.toml beside it. A version is
 * digits and dashes there, and stands in the history without the dashes, as it does here.
 */

#include "bundles/formats/format.h"

extern const struct folder_format diesel_format;

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_ATLAS_H
#define LOCKGATE_BUNDLES_FORMATS_ATLAS_H

/*
 * Folders of Atlas: VERSION_DESCRIPTION.sql, with directives in the comments at the top, and
 * atlas.sum, which is checked. Files may also be those of golang-migrate, goose or dbmate, as
 * Atlas writes them for these tools.
 */

#include "bundles/formats/format.h"

extern const struct folder_format atlas_format;

#endif

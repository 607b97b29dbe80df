/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_GOOSE_H
#define LOCKGATE_BUNDLES_FORMATS_GOOSE_H

/* Folders of goose: VERSION_NAME.sql with the annotations of goose_annotation.h. */

#include "bundles/formats/format.h"

extern const struct folder_format goose_format;

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_NATIVE_SECTIONS_H
#define LOCKGATE_BUNDLES_FORMATS_NATIVE_SECTIONS_H

/*
 * Files with an up and a down script in them, parted by the lines `-- migrate:up` and
 * `-- migrate:down`, which begin in the first column.
 */

#include "base/error.h"
#include "bundles/formats/section.h"

/*
 * Finds the sections of a file; none is there when it has no marker. Gives the view's pages back
 * as it goes. Errors: LG_FORMAT with the line (a marker twice, a down marker first, text behind a
 * marker).
 */
LG_MUST_USE
enum lg_status native_sections_find(struct body_view *view, enum sql_dialect dialect,
	struct sections *out, struct lg_error *err);

#endif

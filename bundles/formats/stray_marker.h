/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_STRAY_MARKER_H
#define LOCKGATE_BUNDLES_FORMATS_STRAY_MARKER_H

/*
 * Orders to another tool in a file that is read as lockgate's own: not to follow them, as
 * comments that they are, would run another thing than what was written.
 */

#include "base/error.h"
#include "bundles/body.h"
#include "bundles/lexer.h"

/* Errors: LG_FORMAT with the line (it begins as a file of sqlx, or has annotations of goose). */
LG_MUST_USE
enum lg_status stray_marker_check(
	struct body_view *view, enum sql_dialect dialect, struct lg_error *err);

#endif

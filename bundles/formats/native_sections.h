/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_NATIVE_SECTIONS_H
#define LOCKGATE_BUNDLES_FORMATS_NATIVE_SECTIONS_H

/*
 * Files with an up and a down script in them, parted by the lines `-- migrate:up` and
 * `-- migrate:down`. A marker is a comment token at the start of a line, so text that looks like
 * one inside a string, a function body or another comment is none. Markers belong to no part.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "bundles/body.h"
#include "bundles/lexer.h"

struct native_section {
	bool is_there;
	size_t offset, len;  /* in the file */
	uint32_t first_line; /* from 1 */
};

struct native_sections {
	struct native_section head; /* what stands before the first marker */
	struct native_section up, down;
};

/*
 * Finds the sections of a file; none is there when it has no marker. Gives the view's pages back
 * as it goes. Errors: LG_FORMAT with the line (a marker twice, a down marker first, text behind a
 * marker).
 */
LG_MUST_USE
enum lg_status native_sections_find(struct body_view *view, enum sql_dialect dialect,
	struct native_sections *out, struct lg_error *err);

#endif

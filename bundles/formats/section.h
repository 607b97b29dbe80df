/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_SECTION_H
#define LOCKGATE_BUNDLES_FORMATS_SECTION_H

/*
 * Files that hold an up and a down script, parted by markers (bundles/formats/marker.h), which
 * belong to neither of them.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/folder_reader.h"
#include "bundles/formats/marker.h"

struct section {
	bool is_there;
	size_t offset, len;  /* in the file */
	uint32_t first_line; /* from 1 */
};

struct sections {
	struct section head; /* what stands before the first marker: comments alone */
	struct section up, down;
};

/* What stands behind the marker, to the end of the file. */
struct section section_behind(const struct marker *marker, const struct body_view *view);

/* Lets the section end where the marker begins. */
void section_end(struct section *section, const struct marker *marker);

/* The section of a part that is a whole file, not scanned yet. */
struct migration_part section_part(
	const struct migration_part *whole, const struct section *section);

/* A section, and what stands before it: comments alone, whose directives are the section's too. */
struct headed_section {
	struct section head, body;
	const char *marker; /* what stands between them, for messages */
};

/*
 * Makes `part`, a whole file as folder_read() leaves it, what the body is of it, and scans it.
 * Errors: as folder_scan(); LG_FORMAT (a statement in the head, a directive in both).
 */
LG_MUST_USE
enum lg_status section_scan(struct folder_reader *reader, enum script_role role,
	const struct headed_section *section, struct migration_part *part, struct lg_error *err);

/*
 * Makes the parts of a migration whose `up` is a whole file, and scans them. Directives of the
 * head are the up script's. Errors: as section_scan().
 */
LG_MUST_USE
enum lg_status sections_scan(struct folder_reader *reader, const struct sections *sections,
	const char *up_marker, struct migration *migration, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_MANIFEST_LINES_H
#define LOCKGATE_BUNDLES_MANIFEST_LINES_H

/*
 * The one text that each fact of a manifest has, a line each with its line feed. The writer puts
 * these one after the other. Pure.
 *
 * Order of the lines: head, then each migration with its parts, waivers, end.
 */

#include <stdint.h>

#include "base/buf.h"
#include "bundles/migration.h"
#include "bundles/waiver.h"

#define MANIFEST_FORMAT "1"

/* "KEY VALUE", of the head and the end. */
void manifest_line_fact(struct lg_buf *out, const char *key, const char *value);

void manifest_line_migration(struct lg_buf *out, const struct migration *migration);

void manifest_line_part(
	struct lg_buf *out, enum script_role role, const struct migration_part *part);

void manifest_line_waiver(struct lg_buf *out, const struct waiver *waiver);

void manifest_line_end(struct lg_buf *out, uint64_t count);

#endif

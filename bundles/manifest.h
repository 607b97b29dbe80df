/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_MANIFEST_H
#define LOCKGATE_BUNDLES_MANIFEST_H

/*
 * The manifest: canonical line text that commits to every byte that a bundle runs.
 * Normative: FORMAT.md, section "Manifest". Pure.
 *
 * One value has exactly one text: the parser refuses every text that the writer would not make.
 */

#include <stdbool.h>
#include <stddef.h>

#include "bundles/bundle.h"

/*
 * Writes the manifest of `bundle` into its `manifest` and sets its `id`. The migrations must be
 * sorted. Errors: LG_LIMIT.
 */
LG_MUST_USE enum lg_status manifest_write(struct bundle *bundle, struct lg_error *err);

/*
 * Reads `bundle->manifest` into the other members and sets `id`; offsets of parts are those of
 * the archive's order, so that bodies can be added to the store one after the other.
 * Errors: LG_FORMAT (with the line, `err->file` = "manifest"), LG_LIMIT.
 */
LG_MUST_USE enum lg_status manifest_parse(struct bundle *bundle, struct lg_error *err);

enum { MANIFEST_ENTRY_NAME_CHARS = 31 };

/* A script of a bundle, as the entry of an archive. */
struct manifest_entry {
	const struct migration *migration;
	const struct migration_part *part;
	enum script_role role;
	char name[MANIFEST_ENTRY_NAME_CHARS + 1]; /* "000001.up.sql" */
};

/* Goes through the scripts in the order of the archive; starts all zero but for `bundle`. */
struct manifest_cursor {
	const struct bundle *bundle;
	size_t migration; /* the one to look at next */
	int role;         /* the one to look at next */
};

/* False behind the last. */
bool manifest_next(struct manifest_cursor *cursor, struct manifest_entry *out);

#endif

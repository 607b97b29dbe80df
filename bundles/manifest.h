/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_MANIFEST_H
#define LOCKGATE_BUNDLES_MANIFEST_H

/*
 * The manifest: canonical line text that commits to every byte that a bundle runs.
 * Normative: FORMAT.md, section "Manifest". Pure.
 *
 * One value has exactly one text: the parser renders what it has read and refuses any text that
 * differs from it.
 */

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

/*
 * The parts of a bundle in the order of the archive: `number` counts from 0. NULL behind the
 * last. *out_name, when it is not NULL, becomes the entry's name ("000001.up.sql").
 */
enum { MANIFEST_ENTRY_NAME_CHARS = 32 };
const struct migration_part *manifest_entry(
	const struct bundle *bundle, size_t number, char out_name[MANIFEST_ENTRY_NAME_CHARS]);

#endif

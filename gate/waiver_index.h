/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_WAIVER_INDEX_H
#define LOCKGATE_GATE_WAIVER_INDEX_H

/* The waivers of a bundle, found by what they are about, each used or not yet. Pure. */

#include <stdbool.h>
#include <stddef.h>

#include "bundles/waiver.h"

struct gate_verdict;

struct waiver_entry {
	const struct waiver *waiver; /* borrowed from the list */
	bool is_used;
};

struct waiver_index {
	struct waiver_entry *entries; /* by kind, then version */
	size_t count;
};

/* `list` is borrowed and must outlive the index. */
void waiver_index_init(struct waiver_index *index, const struct waiver_list *list);
void waiver_index_release(struct waiver_index *index);

/* The first for that version, or NULL. Versions are equal as waiver_list_find() has it. */
struct waiver_entry *waiver_index_find(
	struct waiver_index *index, enum waiver_kind kind, const char *version);

/* The one that accepts exactly this change, or NULL. */
struct waiver_entry *waiver_index_find_checksum(struct waiver_index *index, const char *version,
	const struct lg_digest *old_content, const struct lg_digest *new_content);

/* Notes in the verdict that the waiver was leaned on, once; false where it is NULL: there is none.
 */
bool waiver_use(struct waiver_entry *entry, struct gate_verdict *verdict);

#endif

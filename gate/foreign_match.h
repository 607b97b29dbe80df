/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_FOREIGN_MATCH_H
#define LOCKGATE_GATE_FOREIGN_MATCH_H

/*
 * Which migrations of a bundle another tool has applied, by its own word. Pure.
 */

#include "bundles/bundle.h"
#include "gate/foreign.h"

struct foreign_pair {
	const struct foreign_entry *entry;
	const struct migration *migration;
	bool is_assumed; /* the entry is a baseline that stands for it */
};

struct foreign_match {
	struct foreign_pair *pairs; /* in the order in which the tool applied them */
	size_t count;
	const struct foreign_entry **unknown; /* applied, and the bundle has none such */
	size_t unknown_count;
	const struct foreign_entry *doubtful; /* the first one that failed; NULL: none */
	const struct migration **late; /* not applied, and older than the newest one that is */
	size_t late_count;
	struct lg_arena strings;
};

/* `foreign` is settled; both are borrowed. Fills `out`, release with foreign_match_release(). */
void foreign_match_make(const struct bundle *bundle, const struct foreign_history *foreign,
	struct foreign_match *out);
void foreign_match_release(struct foreign_match *match);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_TRUST_H
#define LOCKGATE_BUNDLES_TRUST_H

/*
 * Whether a bundle is signed by somebody who is trusted: a pure decision on the bytes of its
 * manifest, made before a word of them is read.
 *
 * Every list that is demanded must name the key of a signature that fits; one good signature is
 * enough, whatever stands beside it. A key counts by its line alone: that a signature holds its own
 * key proves nothing.
 */

#include "bundles/bundle.h"
#include "bundles/trusted_keys.h"

enum { TRUST_MAX_LISTS = 2 };

struct trust {
	const struct trusted_keys *lists[TRUST_MAX_LISTS]; /* borrowed */
	size_t list_count;                                 /* 0: nothing is demanded */
	int64_t now_us;                                    /* since 1970 */
};

/*
 * Judges `bundle`, of which manifest and signatures are read, and sets its `signed_by`, to the
 * principals that the last list has, or its `signature_fault`. Errors: LG_FORMAT, which says of
 * every signature why it does not count.
 */
LG_MUST_USE
enum lg_status trust_judge(const struct trust *trust, struct bundle *bundle, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_VERSION_STEP_H
#define LOCKGATE_BUNDLES_VERSION_STEP_H

/* The version that comes after another one, in the style of a third. Pure. */

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

/* True if the version is a time as 20260105093000, in UTC. */
bool version_is_timestamp(const char *version);

/* The same; *out_s is then in seconds since 1970. */
bool version_read_timestamp(const char *version, int64_t *out_s);

/*
 * The lowest version above `last` that has as many groups as `style`, each at least as wide:
 * 0007 after 6 is 0007 in the style of 0001, 2.1 after 2 in that of 1.4. Where both are times, it
 * is a second later. `last` and `style` are valid versions. Owned by the caller, release with
 * free().
 */
LG_MUST_USE LG_NONNULL_RESULT char *version_after(const char *last, const char *style);

/*
 * The same, but where `style` is a time it is `moment_us` (since 1970), unless that is not above
 * `last`.
 */
LG_MUST_USE LG_NONNULL_RESULT char *version_after_at(
	const char *last, const char *style, int64_t moment_us);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_VERSION_H
#define LOCKGATE_BUNDLES_VERSION_H

/*
 * Versions of migrations: groups of digits joined by dots, compared group by group as numbers of
 * any length. Leading zeros and missing groups count as zero, so 2 < 10, 007 = 7 and 1 = 1.0.
 * A version is kept and printed as it was written. Pure.
 */

#include <stdbool.h>
#include <stddef.h>

/* The length of the version that `text` begins with; 0 if it begins with none. */
size_t version_span(const char *text);

/* True if all of `text` is one version of at most BUNDLE_MAX_NAME_CHARS characters. */
bool version_is_valid(const char *text);

/* Negative, 0 or positive as `a` is below, equal to or above `b`; both are valid versions. */
int version_compare(const char *a, const char *b);

#endif

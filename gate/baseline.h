/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_BASELINE_H
#define LOCKGATE_GATE_BASELINE_H

/*
 * Where a database starts: a fresh one at the bundle's highest baseline, which stands for every
 * versioned migration and baseline up to its version. Pure.
 */

#include <stdbool.h>

#include "bundles/bundle.h"

/* The baseline at which a fresh database starts, or NULL. */
const struct migration *baseline_of(const struct bundle *bundle);

/* True if a fresh database that starts at `baseline` (NULL: at nothing) gets the migration. */
bool baseline_leaves(const struct migration *baseline, const struct migration *migration);

/* True if `version` is at or below the baseline's version; false where that is NULL. */
bool baseline_covers(const char *baseline_version, const char *version);

#endif

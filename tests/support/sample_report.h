/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_SAMPLE_REPORT_H
#define LOCKGATE_TESTS_SAMPLE_REPORT_H

/* Reports as they come from real runs, to be looked at. */

#include <stdbool.h>

#include "base/arena.h"
#include "ci/report.h"

/* "small", "refused", "failed" or "large"; false for another name. Kept in `arena`. */
bool sample_report(const char *name, struct lg_arena *arena, struct ci_report *out);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_HOSTILE_REPORT_H
#define LOCKGATE_TESTS_HOSTILE_REPORT_H

/* Reports to render: one of which nothing is known, and one whose every text is an attack. */

#include "base/arena.h"
#include "ci/report.h"

/* What no rendering may hold as it stands here. */
extern const char *const hostile_texts[];
extern const size_t hostile_text_count;

/* Only what every report has. */
struct ci_report bare_report(void);

/* Each text goes round the hostile ones; `findings` and as many migrations. Kept in `arena`. */
struct ci_report hostile_report(struct lg_arena *arena, size_t count);

#endif

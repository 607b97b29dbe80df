/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_TIMELINE_H
#define LOCKGATE_PLUGIN_TIMELINE_H

/*
 * What happens in a run, moment by moment, for the report; struct ci_moment lists the words. It is
 * kept only where somebody will see it, and is bounded: what comes late is counted.
 */

#include "base/attrs.h"
#include "ci/report.h"

struct run;

enum { TIMELINE_MAX = 10000 };

struct timeline {
	struct ci_moment *items;
	size_t count;
	size_t left_out;
};

void timeline_release(struct timeline *timeline);

/* Adds what happens now. `what` is a literal; the text becomes one line. */
LG_PRINTF(3, 4) void timeline_add(struct run *run, const char *what, const char *format, ...);

/* Hands all of it over to the report of the run; nothing is to be added afterwards. */
void timeline_finish(struct run *run);

#endif

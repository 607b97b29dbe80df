/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_REPORT_DETAIL_H
#define LOCKGATE_PLUGIN_REPORT_DETAIL_H

/*
 * What only a report for people shows, and what costs something to find out: lines of scripts
 * around a finding, and the history by batch. It is looked for only where such a report is asked
 * for, and that something is not found is no failure of the run.
 */

#include "plugin/run.h"

enum {
	EXCERPT_LINES = 3, /* before the place, and behind it */
	EXCERPT_MAX_BYTES = 2048,
	EXCERPTS_MAX = 100,
};

/* Adds to the report what is asked for. The sources must be open, and the target if it is to tell.
 */
void report_detail(struct run *run);

/*
 * The lines around line `line` of `text`, whose first line has the number `first_line`: a range of
 * `text`, cut at a character to EXCERPT_MAX_BYTES, and in *out_line the number of its first line.
 * 0: there is no such line. Pure.
 */
size_t excerpt_find(const struct body_view *text, uint32_t first_line, uint32_t line,
	const char **out_begin, uint32_t *out_line);

#endif

/* SPDX-License-Identifier: MIT */
#include "plugin/timeline.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ci/escape.h"
#include "plugin/run.h"

void timeline_release(struct timeline *timeline)
{
	free(timeline->items);
	*timeline = (struct timeline){0};
}

static void append(struct run *run, const char *what, const char *text)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf line;
	struct timeline *timeline = &run->timeline;

	lg_buf_init(&line, LG_BUF_MAX_BYTES);
	ci_add_line(text, strlen(text), &line);
	timeline->items = lg_grow(timeline->items, timeline->count, sizeof(*timeline->items));
	timeline->items[timeline->count++] = (struct ci_moment){
		.at_us = lg_clock_monotonic_us() - run->started_us,
		.what = what,
		.text = line.len ? lg_arena_add(&run->strings, line.text) : NULL,
	};
}

void timeline_add(struct run *run, const char *what, const char *format, ...)
{
	LG_FREE_BY_SCOPE char *text = NULL;
	va_list arguments;

	if (!run->reporting.id)
		return;
	/* The last place is for how many have none. */
	if (run->timeline.count >= TIMELINE_MAX - 1) {
		run->timeline.left_out++;
		return;
	}
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	append(run, what, text ? text : "");
}

void timeline_finish(struct run *run)
{
	LG_FREE_BY_SCOPE char *text = NULL;

	if (run->timeline.left_out) {
		text = lg_format("%zu more moments are left out", run->timeline.left_out);
		append(run, "left out", text);
	}
	run->report.moments = run->timeline.items;
	run->report.moment_count = run->timeline.count;
}

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_RENDER_MARKDOWN_H
#define LOCKGATE_CI_RENDER_MARKDOWN_H

/*
 * The report as Markdown (the GFM spec), for the summary of a step, a check, a comment or a file:
 * how it ended, what was found and done, what is pending, where it ran. Pure.
 */

#include "base/buf.h"
#include "ci/report.h"

enum {
	CI_MARKDOWN_SUMMARY_BYTES =
		1000000,                   /* of a step: GitHub drops one above 1 MiB as a whole */
	CI_MARKDOWN_CHECK_BYTES = 60000,   /* GitHub: 65,535 characters */
	CI_MARKDOWN_COMMENT_CHARS = 65536, /* GitHub; the sink's marker counts */
	CI_MARKDOWN_LEAST_BYTES = 1000,    /* the verdict always fits in these */
};

/*
 * At most `max_bytes` bytes, at least CI_MARKDOWN_LEAST_BYTES. What does not fit is left out as a
 * whole and counted: sources and differences first, then rows, then everything but the verdict.
 */
void render_markdown(const struct ci_report *report, size_t max_bytes, struct lg_buf *out);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_RENDER_HTML_H
#define LOCKGATE_CI_RENDER_HTML_H

/*
 * The report as one HTML page that needs nothing else: no script, no font, no image, and a policy
 * (Content Security Policy 3) that forbids them. Light and dark as the reader has it, and fit to
 * be printed. Pure.
 */

#include "base/buf.h"
#include "ci/report.h"

/* Of each list that many are shown, the rest is counted, so that a page stays a few MB. */
enum { CI_HTML_MAX_FINDINGS = 500, CI_HTML_MAX_ROWS = 2000 };

void render_html(const struct ci_report *report, struct lg_buf *out);

#endif

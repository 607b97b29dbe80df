/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_RENDER_ANNOTATIONS_H
#define LOCKGATE_CI_RENDER_ANNOTATIONS_H

/*
 * What went wrong as workflow commands ("Workflow commands for GitHub Actions"): errors first,
 * then warnings, each on a line. A runner shows ten of a level in a step; where there are more,
 * the tenth says how many the summary has. Pure.
 */

#include "base/buf.h"
#include "ci/report.h"

void render_annotations(const struct ci_report *report, struct lg_buf *out);

#endif

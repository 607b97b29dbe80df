/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_RENDER_CODEQUALITY_H
#define LOCKGATE_CI_RENDER_CODEQUALITY_H

/*
 * The findings as GitLab's Code Quality report ("Code Quality report format"): blocking ones are
 * critical, others minor; an error that names a file is a blocker. Pure.
 */

#include "base/buf.h"
#include "ci/report.h"

void render_codequality(const struct ci_report *report, struct lg_buf *out);

#endif

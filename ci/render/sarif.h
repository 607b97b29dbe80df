/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_RENDER_SARIF_H
#define LOCKGATE_CI_RENDER_SARIF_H

/*
 * The findings as SARIF 2.1.0 (OASIS), with what GitHub's code scanning wants besides ("SARIF
 * support for code scanning"): blocking ones are errors, others warnings. Where an error names a
 * file, it is a result too; any error is a notification of the invocation. Pure.
 */

#include "base/buf.h"
#include "ci/report.h"

/* GitHub takes 25,000 results and shows 5,000; what blocks comes first. */
enum { CI_SARIF_MAX_RESULTS = 5000 };

void render_sarif(const struct ci_report *report, struct lg_buf *out);

#endif

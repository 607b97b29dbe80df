/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_RENDER_JUNIT_H
#define LOCKGATE_CI_RENDER_JUNIT_H

/*
 * The report as JUnit XML, as Jenkins, GitLab and Ant's schema read it: one test case a migration.
 *
 * Pending is skipped; a finding that blocks, and a script that failed, are failures; that nothing
 * could be decided is an error. Names are unique, for GitLab counts only the first of equals. The
 * attribute `file` is written for GitLab alone: Jenkins refuses it. Pure.
 */

#include "base/buf.h"
#include "ci/report.h"

void render_junit(const struct ci_report *report, struct lg_buf *out);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_RENDER_OUTPUTS_H
#define LOCKGATE_CI_RENDER_OUTPUTS_H

/*
 * The values that later steps and jobs read. Pure.
 *
 * Sources: GitHub, "Setting an output parameter"; GitLab, "artifacts:reports:dotenv".
 */

#include "base/buf.h"
#include "ci/report.h"

/*
 * For the file GITHUB_OUTPUT, every value between two lines that are `delimiter`: random, so that
 * nobody can write it into a value; one that holds it all the same is left empty.
 * `reports_pending`: how many reports wait in the outbox.
 */
void render_outputs(const struct ci_report *report, const char *delimiter, size_t reports_pending,
	struct lg_buf *out);

/*
 * Lines NAME=VALUE for GitLab's later jobs, with the prefix LOCKGATE_ and never the name of an
 * option, for lockgate itself would read that. GitLab allows 5 KB and 20 values.
 */
void render_dotenv(const struct ci_report *report, struct lg_buf *out);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_GITHUB_EVENT_H
#define LOCKGATE_CI_GITHUB_EVENT_H

/*
 * What started a run of GitHub Actions: the file that GITHUB_EVENT_PATH names ("Webhook events and
 * payloads"). GITHUB_SHA of a pull request is a merge that is shown nowhere; a report belongs on
 * the head. The file is hostile: a title or a branch in it is anybody's, so only commits (40 or 64
 * hex digits), numbers and whether the head is of another repository are taken.
 */

#include "ci/detect.h"

/*
 * Completes `run`, whose `event` and `commit` are set. A file that is missing, too large or not
 * understood leaves them as they are and says so in `event_problem`. `path` may be NULL.
 */
void github_event_read(const char *path, struct ci_run *run, struct lg_arena *strings);

#endif

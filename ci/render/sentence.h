/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_RENDER_SENTENCE_H
#define LOCKGATE_CI_RENDER_SENTENCE_H

/*
 * How a run ended, in one line of plain text: "ok: 2 applied, now at 20260107120000",
 * "refused: 1 checksum changed (0003_users)". It begins with the outcome. Pure.
 */

#include "base/buf.h"
#include "ci/report.h"

enum {
	CI_SENTENCE_STATUS_CHARS = 140,      /* a commit status of GitHub */
	CI_SENTENCE_GITLAB_CHARS = 255,      /* one of GitLab */
	CI_SENTENCE_HEADER_CHARS = 150,      /* a header of Slack */
	CI_SENTENCE_TITLE_CHARS = 255,       /* a check's title */
	CI_SENTENCE_TERMINATION_CHARS = 900, /* Kubernetes keeps 4,096 bytes */
};

/* At most `max_chars` characters, at least 1; a longer one is cut and ends in an ellipsis. */
void render_sentence(const struct ci_report *report, size_t max_chars, struct lg_buf *out);

#endif

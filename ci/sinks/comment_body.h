/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_SINKS_COMMENT_BODY_H
#define LOCKGATE_CI_SINKS_COMMENT_BODY_H

/*
 * The one comment that a request gets, however often the gate runs: its last line is a marker that
 * people do not see, with a key that says whose comment it is.
 * The key is a digest too: nothing of the environment can be read from it. Pure.
 */

#include "ci/sink.h"

/* Whether this report is worth a comment that is not there yet, by the policy. */
bool comment_is_due(enum ci_comment_policy policy, const struct ci_report *report);

/* The comment's text with its marker, at most `max_bytes`; sets the message's key. */
void comment_render(const struct ci_run *run, const struct ci_report *report, size_t max_bytes,
	struct ci_message *message, struct lg_buf *out);

/* True if `text` ends in the marker of `key`. */
bool comment_has_marker(const char *text, const char *key);

#endif

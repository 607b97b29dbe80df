/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_PHRASE_H
#define LOCKGATE_CI_PHRASE_H

/* Small phrases that several renderers say alike. Pure. */

#include "base/buf.h"
#include "ci/report.h"

/* What a migration is called: "0003_users", or the version alone where the name says no more. */
void ci_add_label(const char *version, const char *name, struct lg_buf *out);

/* "4.1 ms", "1.25 s", "3 min 5 s"; nothing of CI_UNKNOWN. */
void ci_add_duration(int64_t duration_us, struct lg_buf *out);

/* "1 second", "2 seconds": `many` is said of any number but 1. */
void ci_add_count(size_t count, const char *one, const char *many, struct lg_buf *out);

bool ci_is_blocking(const struct ci_finding *finding);
size_t ci_blocking_count(const struct ci_report *report);

/*
 * After an apply the plan still holds what was done, in the same order: true if `item` is the next
 * of these, of which `done` were met.
 */
bool ci_is_applied(const struct ci_report *report, size_t done, const struct ci_planned *item);

/* The name that the report knows of this version; NULL where it knows none. */
const char *ci_name_of(const struct ci_report *report, const char *version);

/*
 * True of a web address of such characters that a link may be made of it, in Markdown as it is
 * and in HTML escaped. NULL is none.
 */
bool ci_is_url(const char *text);

/* The first 12 digits of an id or a commit, without "sha256:". Borrowed; *out_len its length. */
const char *ci_short_id(const char *id, size_t *out_len);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_REDACT_H
#define LOCKGATE_CI_REDACT_H

/*
 * Keeping secrets out of everything that leaves the program: reports, requests, files, log lines.
 *
 * What is known to be secret is replaced by `***` in each form that a renderer may give it: as it
 * is, percent-encoded (RFC 3986), as a literal of SQL, as JSON (RFC 8259), as XML, and in base64
 * (RFC 4648) at each of its three offsets. What merely looks like a secret is replaced too: the
 * literal behind PASSWORD or IDENTIFIED BY in SQL, `password=` in a connection string, the password
 * of a URL.
 */

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ci/report.h"

enum {
	CI_SECRET_MIN_BYTES = 4, /* a shorter one would blank the text around it */
	CI_SECRETS_MAX = 64,
	CI_SECRET_FORMS_MAX = CI_SECRETS_MAX * 16,
};

struct ci_secrets {
	const char *forms[CI_SECRET_FORMS_MAX]; /* longest first */
	size_t count;
	size_t secret_count;
	struct lg_arena strings;
	bool is_short;                   /* some secret was too short to be looked for */
	const char *raw[CI_SECRETS_MAX]; /* the secrets themselves */
};

void ci_secrets_release(struct ci_secrets *secrets);

/* Adds a secret to a set that began as all zero. NULL, "" and what is there already are nothing. */
void ci_secrets_add(struct ci_secrets *secrets, const char *secret);

/*
 * The same of a URL: its password, also decoded, and of an http one its query, which may hold a
 * token; the whole where it has either.
 */
void ci_secrets_add_url(struct ci_secrets *secrets, const char *url);

/* Replaces what `text` holds of any of them; keeps its ceiling. */
void ci_redact(const struct ci_secrets *secrets, struct lg_buf *text);

/* The same of one text; what it returns is kept in `strings` or `text` itself. NULL stays NULL. */
const char *ci_redact_text(
	const struct ci_secrets *secrets, const char *text, struct lg_arena *strings);

/*
 * The same of a text in an array of `size` bytes, which is cut where it does not fit any more, and
 * where it ceases to be UTF-8.
 */
void ci_redact_fixed(const struct ci_secrets *secrets, char *text, size_t size);

/*
 * A copy of `report` whose foreign texts hold no secret, so that no renderer can hide one by
 * escaping it. What the program itself says (codes, keys, the database's name) stays, whatever the
 * password is: a report is no riddle. It borrows from `report` and from `strings`.
 */
struct ci_report ci_redact_report(
	const struct ci_secrets *secrets, const struct ci_report *report, struct lg_arena *strings);

#endif

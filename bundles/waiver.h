/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_WAIVER_H
#define LOCKGATE_BUNDLES_WAIVER_H

/*
 * Reviewed exceptions, one a line of `waivers.txt`; empty lines and lines that begin with `#`
 * are passed over:
 *
 *     checksum VERSION OLD-CONTENT-HASH NEW-CONTENT-HASH REASON…
 *     order VERSION REASON…
 *     removed VERSION REASON…
 *     adopted-only VERSION REASON…
 *     recorded VERSION REASON…
 */

#include <stddef.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/error.h"

enum waiver_kind {
	WAIVER_CHECKSUM,
	WAIVER_ORDER,
	WAIVER_REMOVED,
	WAIVER_ADOPTED_ONLY,
	WAIVER_RECORDED,
};

struct waiver {
	enum waiver_kind kind;
	const char *version;                       /* a repeatable's name is one too */
	struct lg_digest old_content, new_content; /* of WAIVER_CHECKSUM */
	const char *reason;
};

struct waiver_list {
	struct waiver *items; /* in file order; release with waiver_list_release() */
	size_t count;
};

void waiver_list_release(struct waiver_list *list);

const char *waiver_kind_name(enum waiver_kind kind);

/*
 * Adds the waivers of one file's text to `list`; their texts are kept in `strings`. CRLF is read
 * as LF. Errors: LG_FORMAT with the line, LG_LIMIT.
 */
LG_MUST_USE
enum lg_status waiver_list_parse(struct waiver_list *list, const char *text, size_t len,
	struct lg_arena *strings, struct lg_error *err);

/* Reads one line of the form above, `len` bytes without line end. Errors: LG_FORMAT. */
LG_MUST_USE
enum lg_status waiver_parse(const char *line, size_t len, struct lg_arena *strings,
	struct waiver *out, struct lg_error *err);

/*
 * The waiver of that kind for that version, or NULL. Versions of digits are compared as versions,
 * others as text. The first in the list wins.
 */
const struct waiver *waiver_list_find(
	const struct waiver_list *list, enum waiver_kind kind, const char *version);

#endif

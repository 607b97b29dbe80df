/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_MARKER_H
#define LOCKGATE_BUNDLES_FORMATS_MARKER_H

/*
 * Lines by which a tool parts a file or gives itself orders, such as `-- migrate:down`. A marker
 * is a `--` comment token with nothing but blanks before it on its line, so text that looks like
 * one inside a string, a function body or another comment is none.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "bundles/body.h"
#include "bundles/lexer.h"

struct marker {
	const char *text; /* what stands behind the dashes, without the blanks around it */
	size_t len;       /* of `text`, which is not ended by a NUL */
	size_t offset;    /* of the comment */
	size_t next;      /* of the line behind it */
	uint32_t line;    /* from 1 */
	bool is_indented; /* blanks stand before it */
};

struct marker_search {
	struct body_view *view;
	struct sql_lexer lexer;
	size_t line_offset; /* of `line`; private */
	uint32_t line;      /* private */
};

/* `view` is borrowed; its pages are given back as the search goes. */
void marker_search_init(
	struct marker_search *search, enum sql_dialect dialect, struct body_view *view);

/* Finds the next comment that could be a marker; false when there is none left. */
bool marker_search_next(struct marker_search *search, struct marker *out);

/* What stands behind the marker is a script of its own: no statement goes on from before it. */
void marker_search_part(struct marker_search *search, const struct marker *marker);

/* True if the view holds `word` anywhere: most files do not, and to see that costs little. */
bool marker_word_is_there(struct body_view *view, const char *word);

/*
 * True if the marker begins with `word`, in any letter case with `any_case`; the marker then
 * becomes what stands behind it, blanks included.
 */
bool marker_take(struct marker *marker, const char *word, bool any_case);

/* Fails with LG_FORMAT, with the marker's line as the place. */
enum lg_status marker_refuse(
	const struct marker *marker, const char *text, const char *hint, struct lg_error *err);

/* Drops the blanks at the beginning; returns whether there were some, or nothing is left. */
bool marker_take_blanks(struct marker *marker);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_ESCAPE_H
#define LOCKGATE_CI_ESCAPE_H

/*
 * Foreign text (names, SQL, what a server said) made harmless for one format each. Pure.
 *
 * Each function adds `len` bytes of `text` to `out`. What nobody would see is shown instead:
 * controls and bytes that are no UTF-8 as \xNN, other hidden characters (lg_utf8_is_hidden()) as
 * \uNNNN. Sources: XML 1.0 section 2.2; HTML, "Syntax"; CommonMark 0.31 and the GFM spec; GitHub
 * and Azure, "Workflow commands"; Slack, "Formatting text for app surfaces".
 */

#include <stddef.h>

#include "base/buf.h"

/* The bytes of the first `max_chars` characters of `text`, all of it where it has fewer. */
size_t ci_prefix_bytes(const char *text, size_t max_chars);

/* For text and for attributes in double quotes alike: line ends and tabs are references. */
void ci_escape_xml(const char *text, size_t len, struct lg_buf *out);

/* For text and for quoted attributes; line ends stay. */
void ci_escape_html(const char *text, size_t len, struct lg_buf *out);

/*
 * One line of words, also in the cell of a table, though never at the beginning of a line of ours.
 * Nothing in it is markup, a link, an image, HTML, a mention or a reference to an issue: GitHub
 * and GitLab look for the last two in the rendered text, so those are broken by a zero-width
 * space.
 */
void ci_escape_markdown(const char *text, size_t len, struct lg_buf *out);

/* The same for an identifier: a code span where its characters allow one. */
void ci_escape_code(const char *text, size_t len, struct lg_buf *out);

/* A fenced block, from the beginning of a line; the fence is longer than any in `text`. */
void ci_add_fence(const char *language, const char *text, size_t len, struct lg_buf *out);

/* The data of a workflow command, and the value of one of its properties. */
void ci_escape_command(const char *text, size_t len, struct lg_buf *out);
void ci_escape_property(const char *text, size_t len, struct lg_buf *out);

void ci_escape_slack(const char *text, size_t len, struct lg_buf *out);

/* One line of plain text: line ends and tabs become blanks. */
void ci_add_line(const char *text, size_t len, struct lg_buf *out);

/*
 * Whole lines that are printed where a CI runner reads along: no workflow command is left in
 * them, neither "::name::" at the beginning of a line nor "##[name]", "##vso[" and "##teamcity["
 * anywhere. Line ends and tabs stay.
 */
void ci_neutralize(const char *text, size_t len, struct lg_buf *out);

/*
 * A copy in which bytes that are no UTF-8 are question marks, for JSON escapes all the rest.
 * Owned by the caller, release with free().
 */
LG_MUST_USE LG_NONNULL_RESULT char *ci_mended(const char *text);

#endif

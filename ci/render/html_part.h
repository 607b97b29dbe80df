/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_RENDER_HTML_PART_H
#define LOCKGATE_CI_RENDER_HTML_PART_H

/* The parts of the page, and the pieces that they are made of; private to render_html(). Pure. */

#include "base/buf.h"
#include "ci/report.h"

/* The style sheet, html_style.css. */
extern const char ci_html_style[];

/* How a thing is going: each has a colour, and never a colour alone. */
enum html_tone { HTML_GOOD, HTML_BAD, HTML_WARN, HTML_WAIT, HTML_PLAIN };

/* The name of the class that gives the colour. */
const char *html_tone_class(enum html_tone tone);

/* Foreign text, escaped, and cut behind as many characters as a reader can take in. */
void html_text(const char *text, struct lg_buf *out);

/* The same of a message that is worth reading whole. */
void html_words(const char *text, struct lg_buf *out);

/* What a migration is called. */
void html_label(const char *version, const char *name, struct lg_buf *out);

/* A word in a coloured frame. */
void html_chip(enum html_tone tone, const char *word, struct lg_buf *out);

/* A bar of `value` beside others of which the largest is `max`. */
void html_bar(int64_t value, int64_t max, struct lg_buf *out);

/* <section> with its heading; `count` items are said beside it, 0 says none. */
void html_begin(const char *id, const char *title, size_t count, struct lg_buf *out);
void html_end(struct lg_buf *out);

/* "and 12 more", where more than `max` are there. */
void html_more(size_t count, size_t max, struct lg_buf *out);

/* A part adds nothing where the report has nothing for it. */
void html_error(const struct ci_report *report, struct lg_buf *out);
void html_findings(const struct ci_report *report, struct lg_buf *out);
void html_work(const struct ci_report *report, struct lg_buf *out);
void html_plan(const struct ci_report *report, struct lg_buf *out);
void html_timeline(const struct ci_report *report, struct lg_buf *out);
void html_history(const struct ci_report *report, struct lg_buf *out);
void html_environment(const struct ci_report *report, struct lg_buf *out);

#endif

/* SPDX-License-Identifier: MIT */
#include "ci/render/html_part.h"

#include <string.h>

#include "ci/escape.h"
#include "ci/phrase.h"

#define ELLIPSIS "\xe2\x80\xa6"

enum { NAME_CHARS = 160, WORDS_CHARS = 4000, PERCENT = 100 };

const char *html_tone_class(enum html_tone tone)
{
	switch (tone) {
	case HTML_GOOD:
		return "good";
	case HTML_BAD:
		return "bad";
	case HTML_WARN:
		return "warn";
	case HTML_WAIT:
		return "wait";
	case HTML_PLAIN:
		break;
	}
	return "plain";
}

static void add_cut(const char *text, size_t max_chars, struct lg_buf *out)
{
	size_t len = ci_prefix_bytes(text, max_chars);

	ci_escape_html(text, len, out);
	if (text[len])
		lg_buf_adds(out, ELLIPSIS);
}

void html_text(const char *text, struct lg_buf *out)
{
	if (text)
		add_cut(text, NAME_CHARS, out);
}

void html_words(const char *text, struct lg_buf *out)
{
	if (text)
		add_cut(text, WORDS_CHARS, out);
}

void html_label(const char *version, const char *name, struct lg_buf *out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf label;

	lg_buf_init(&label, LG_BUF_MAX_BYTES);
	ci_add_label(version, name, &label);
	lg_buf_adds(out, "<code>");
	html_text(label.text, out);
	lg_buf_adds(out, "</code>");
}

void html_chip(enum html_tone tone, const char *word, struct lg_buf *out)
{
	lg_buf_addf(out, "<span class=\"chip %s\">", html_tone_class(tone));
	html_text(word, out);
	lg_buf_adds(out, "</span>");
}

/* The smallest is still a line, for it took some time. */
void html_bar(int64_t value, int64_t max, struct lg_buf *out)
{
	double width = max > 0 && value > 0 ? (double)value * PERCENT / (double)max : 0;

	lg_buf_addf(out,
		"<svg class=\"bar\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" "
		"aria-hidden=\"true\"><rect width=\"%.1f\" height=\"6\"/></svg>",
		width < 1 ? 1 : width);
}

void html_begin(const char *id, const char *title, size_t count, struct lg_buf *out)
{
	lg_buf_addf(out, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n<h2 id=\"%s-title\">%s",
		id, id, id, title);
	if (count)
		lg_buf_addf(out, " <span class=\"count\">%zu</span>", count);
	lg_buf_adds(out, "</h2>\n");
}

void html_end(struct lg_buf *out)
{
	lg_buf_adds(out, "</section>\n");
}

void html_more(size_t count, size_t max, struct lg_buf *out)
{
	if (count > max)
		lg_buf_addf(out, "<p class=\"soft\">and %zu more</p>\n", count - max);
}

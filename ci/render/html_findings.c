/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "ci/escape.h"
#include "ci/phrase.h"
#include "ci/place.h"
#include "ci/render/html.h"
#include "ci/render/html_part.h"
#include "ci/rules.h"

/* Of one source that is enough to see what it is about. */
enum { SOURCE_LINES = 200, LINE_CHARS = 2000 };

static void add_place(const struct ci_report *report, const char *file, uint32_t line,
	uint32_t column, struct lg_buf *out)
{
	struct ci_place place;

	if (!file)
		return;
	place = ci_place_of(report, file, line, column);
	lg_buf_adds(out, "<p class=\"place\"><code>");
	html_text(place.is_source ? file : place.path, out);
	if (line)
		lg_buf_addf(out, ":%" PRIu32, line);
	if (line && column)
		lg_buf_addf(out, ":%" PRIu32, column);
	lg_buf_adds(out, "</code></p>\n");
	ci_place_release(&place);
}

/* Calls `show` for each line of `text`, with its number from 0. */
static void for_lines(const char *text, const struct ci_finding *item,
	void (*show)(const char *line, size_t len, size_t number, const struct ci_finding *item,
		struct lg_buf *out),
	struct lg_buf *out)
{
	size_t number = 0;

	for (; *text && number < SOURCE_LINES; number++) {
		size_t len = strcspn(text, "\n");

		show(text, len, number, item, out);
		text += len + (text[len] == '\n');
	}
	if (*text)
		lg_buf_adds(out, "\xe2\x80\xa6\n");
}

/* Without the carriage return of a line end, and not longer than anybody reads. */
static void add_line(const char *line, size_t len, struct lg_buf *out)
{
	if (len && line[len - 1] == '\r')
		len--;
	if (len > LINE_CHARS) {
		size_t cut = ci_prefix_bytes(line, LINE_CHARS);

		len = cut < len ? cut : len;
	}
	ci_escape_html(line, len, out);
}

static void add_source_line(const char *line, size_t len, size_t number,
	const struct ci_finding *item, struct lg_buf *out)
{
	size_t here = item->excerpt_line + number;

	lg_buf_addf(out, "<span class=\"line%s\"><span class=\"no\">%zu</span>",
		item->line && here == item->line ? " here" : "", here);
	add_line(line, len, out);
	lg_buf_adds(out, "\n</span>");
}

/* Added and removed lines keep their signs, so that colour is not all there is. */
static void add_changed_line(const char *line, size_t len, size_t number,
	const struct ci_finding *item, struct lg_buf *out)
{
	bool is_head = (len >= 2 && memcmp(line, "@@", 2) == 0) ||
		       (number < 2 && len >= 3 &&
			       (memcmp(line, "---", 3) == 0 || memcmp(line, "+++", 3) == 0));
	const char *tag = "span";

	(void)item;
	if (!is_head && len && *line == '+')
		tag = "ins";
	else if (!is_head && len && *line == '-')
		tag = "del";
	lg_buf_addf(out, "<%s class=\"line%s\">", tag, is_head ? " soft" : "");
	add_line(line, len, out);
	lg_buf_addf(out, "\n</%s>", tag);
}

static void add_difference(const struct ci_finding *item, struct lg_buf *out)
{
	lg_buf_adds(out, "<h4>The difference</h4>\n<pre tabindex=\"0\"><code>");
	for_lines(item->difference, item, add_changed_line, out);
	lg_buf_adds(out, "</code></pre>\n");
}

/* Folded away where the difference shows it already. */
static void add_source(const struct ci_finding *item, struct lg_buf *out)
{
	bool is_folded = item->difference != NULL;

	lg_buf_adds(out,
		is_folded ? "<details>\n<summary>The source</summary>\n" : "<h4>The source</h4>\n");
	lg_buf_adds(out, "<pre tabindex=\"0\"><code>");
	for_lines(item->excerpt, item, add_source_line, out);
	lg_buf_adds(out, is_folded ? "</code></pre>\n</details>\n" : "</code></pre>\n");
}

static void add_finding(
	const struct ci_report *report, const struct ci_finding *item, struct lg_buf *out)
{
	bool is_blocking = ci_is_blocking(item);
	enum html_tone tone = is_blocking ? HTML_BAD : HTML_WARN;

	lg_buf_addf(out, "<article class=\"finding %s\">\n<h3>", html_tone_class(tone));
	html_chip(tone, is_blocking ? "blocks" : "warns", out);
	lg_buf_addc(out, ' ');
	html_text(ci_rule_find(report, item->code)->title, out);
	if (item->version) {
		lg_buf_addc(out, ' ');
		html_label(item->version, item->name, out);
	}
	lg_buf_adds(out, "</h3>\n");
	add_place(report, item->file, item->line, item->column, out);
	lg_buf_adds(out, "<p>");
	html_words(item->message, out);
	lg_buf_adds(out, "</p>\n");
	if (item->hint) {
		lg_buf_adds(out, "<p class=\"hint\"><strong>What to do:</strong> ");
		html_words(item->hint, out);
		lg_buf_adds(out, "</p>\n");
	}
	if (item->difference)
		add_difference(item, out);
	if (item->excerpt)
		add_source(item, out);
	lg_buf_adds(out, "</article>\n");
}

void html_findings(const struct ci_report *report, struct lg_buf *out)
{
	size_t shown = 0;

	if (!report->finding_count)
		return;
	html_begin("findings", "Findings", report->finding_count, out);
	for (int is_warning = 0; is_warning <= 1; is_warning++)
		for (size_t i = 0; i < report->finding_count; i++) {
			const struct ci_finding *item = &report->findings[i];

			if (ci_is_blocking(item) == !is_warning && shown < CI_HTML_MAX_FINDINGS) {
				add_finding(report, item, out);
				shown++;
			}
		}
	html_more(report->finding_count, CI_HTML_MAX_FINDINGS, out);
	html_end(out);
}

void html_error(const struct ci_report *report, struct lg_buf *out)
{
	const struct ci_error *error = report->error;

	if (!error)
		return;
	html_begin("error", "The error", 0, out);
	lg_buf_adds(out, "<article class=\"finding bad\">\n<h3>");
	if (error->version) {
		html_label(error->version, ci_name_of(report, error->version), out);
		lg_buf_addc(out, ' ');
	}
	if (error->sqlstate) {
		lg_buf_adds(out, "SQLSTATE ");
		html_text(error->sqlstate, out);
	}
	if (!error->version && !error->sqlstate)
		html_text(report->outcome, out);
	lg_buf_adds(out, "</h3>\n");
	add_place(report, error->file, error->line, error->column, out);
	lg_buf_adds(out, "<p>");
	html_words(error->message, out);
	lg_buf_adds(out, "</p>\n</article>\n");
	html_end(out);
}

/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ci/phrase.h"
#include "ci/render/html.h"
#include "ci/render/html_part.h"

/* Above so many, the slowest come first and all of them are folded away. */
enum {
	MANY = 30,
	SLOWEST = 10,
	CHART_HEIGHT = 100,
	COLUMN_WIDTH = 10,
	COLUMN_INK = 8,
	COLUMNS_MIN = 60
};

static int64_t longest(const struct ci_done *items, size_t count)
{
	int64_t max = 0;

	for (size_t i = 0; i < count; i++)
		max = items[i].duration_us > max ? items[i].duration_us : max;
	return max;
}

static void add_row(const struct ci_done *item, int64_t max, struct lg_buf *out)
{
	lg_buf_adds(out, "<tr><th scope=\"row\">");
	html_label(item->version, item->name, out);
	lg_buf_addf(out, "</th><td class=\"number\">%" PRIu32 "</td><td class=\"number\">",
		item->statements);
	ci_add_duration(item->duration_us, out);
	lg_buf_adds(out, "</td><td class=\"chart\">");
	html_bar(item->duration_us, max, out);
	lg_buf_adds(out, "</td></tr>\n");
}

static void begin_table(const char *caption, struct lg_buf *out)
{
	lg_buf_addf(out,
		"<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"%s\">\n<table>\n<thead><tr>"
		"<th scope=\"col\">Migration</th><th scope=\"col\" class=\"number\">Statements</th>"
		"<th scope=\"col\" class=\"number\">Duration</th><th scope=\"col\" class=\"chart\">"
		"<span class=\"hidden\">Chart</span></th></tr></thead>\n<tbody>\n",
		caption);
}

static void end_table(struct lg_buf *out)
{
	lg_buf_adds(out, "</tbody>\n</table>\n</div>\n");
}

static void add_table(
	const char *caption, const struct ci_done *items, size_t count, struct lg_buf *out)
{
	int64_t max = longest(items, count);
	size_t shown = count < CI_HTML_MAX_ROWS ? count : CI_HTML_MAX_ROWS;

	begin_table(caption, out);
	for (size_t i = 0; i < shown; i++)
		add_row(&items[i], max, out);
	end_table(out);
	html_more(count, CI_HTML_MAX_ROWS, out);
}

struct row {
	const struct ci_done *item;
};

static int by_duration(const void *left_row, const void *right_row)
{
	const struct ci_done *left = ((const struct row *)left_row)->item;
	const struct ci_done *right = ((const struct row *)right_row)->item;
	int order =
		(left->duration_us < right->duration_us) - (left->duration_us > right->duration_us);

	return order ? order : (left > right) - (left < right);
}

static void add_slowest(const struct ci_done *items, size_t count, struct lg_buf *out)
{
	LG_FREE_BY_SCOPE struct row *sorted = lg_calloc(count, sizeof(*sorted));

	for (size_t i = 0; i < count; i++)
		sorted[i].item = &items[i];
	qsort(sorted, count, sizeof(*sorted), by_duration);
	lg_buf_addf(out, "<h3>The %d slowest</h3>\n", SLOWEST);
	begin_table("The slowest", out);
	for (size_t i = 0; i < SLOWEST; i++)
		add_row(sorted[i].item, sorted[0].item->duration_us, out);
	end_table(out);
}

/* One column a migration, in order; a duration is its height. */
static void add_chart(const struct ci_done *items, size_t count, struct lg_buf *out)
{
	int64_t max = longest(items, count);
	size_t columns = count < COLUMNS_MIN ? COLUMNS_MIN : count;

	if (count > CI_HTML_MAX_ROWS || max <= 0)
		return;
	lg_buf_addf(out,
		"<figure>\n<svg class=\"columns\" viewBox=\"0 0 %zu %d\" preserveAspectRatio=\"none\" "
		"role=\"img\" aria-label=\"Durations of %zu migrations, in order\">",
		columns * COLUMN_WIDTH, CHART_HEIGHT, count);
	for (size_t i = 0; i < count; i++) {
		double height = (double)items[i].duration_us * CHART_HEIGHT / (double)max;

		height = height < 1 ? 1 : height;
		lg_buf_addf(out, "<rect x=\"%zu\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"/>",
			i * COLUMN_WIDTH, CHART_HEIGHT - height, COLUMN_INK, height);
	}
	lg_buf_adds(out, "</svg>\n<figcaption>Durations in order; the highest is ");
	ci_add_duration(max, out);
	lg_buf_adds(out, ".</figcaption>\n</figure>\n");
}

static void add_work(const char *id, const char *title, const struct ci_done *items, size_t count,
	struct lg_buf *out)
{
	if (!count)
		return;
	html_begin(id, title, count, out);
	if (count <= MANY) {
		add_table(title, items, count, out);
	} else {
		add_chart(items, count, out);
		add_slowest(items, count, out);
		lg_buf_addf(out, "<details>\n<summary>All %zu, in order</summary>\n", count);
		add_table(title, items, count, out);
		lg_buf_adds(out, "</details>\n");
	}
	html_end(out);
}

void html_work(const struct ci_report *report, struct lg_buf *out)
{
	bool is_adoption = strcmp(report->command, "adopt") == 0;

	add_work("applied", is_adoption ? "Adopted" : "Applied", report->applied,
		report->applied_count, out);
	add_work("reverted", is_adoption ? "Forgotten" : "Reverted", report->reverted,
		report->reverted_count, out);
}

static void add_planned(const struct ci_planned *item, struct lg_buf *out)
{
	lg_buf_adds(out, "<tr><th scope=\"row\">");
	html_label(item->version, item->name, out);
	lg_buf_adds(out, "</th><td>");
	html_text(item->kind, out);
	lg_buf_addf(out,
		"</td><td class=\"number\">%" PRIu32 "</td><td>%s</td><td class=\"path\"><code>",
		item->statements, item->is_transactional ? "yes" : "no");
	html_text(item->file, out);
	lg_buf_adds(out, "</code></td></tr>\n");
}

static void add_plan_rows(const struct ci_report *report, struct lg_buf *out)
{
	size_t done = 0;
	size_t shown = 0;

	for (size_t i = 0; i < report->plan_count && shown < CI_HTML_MAX_ROWS; i++) {
		if (ci_is_applied(report, done, &report->plan[i])) {
			done++;
			continue;
		}
		add_planned(&report->plan[i], out);
		shown++;
	}
}

void html_plan(const struct ci_report *report, struct lg_buf *out)
{
	size_t count = report->pending > 0 ? (size_t)report->pending : 0;

	if (!count || !report->plan_count)
		return;
	html_begin("pending", "Pending", count, out);
	lg_buf_addf(out, "<details%s>\n<summary>What an apply would do, in order</summary>\n",
		count <= MANY ? " open" : "");
	lg_buf_adds(out,
		"<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Pending\">\n<table class=\"plan\">\n<thead><tr>"
		"<th scope=\"col\">Migration</th><th scope=\"col\">Kind</th>"
		"<th scope=\"col\" class=\"number\">Statements</th><th scope=\"col\">Transaction</th>"
		"<th scope=\"col\">File</th></tr></thead>\n<tbody>\n");
	add_plan_rows(report, out);
	end_table(out);
	html_more(count, CI_HTML_MAX_ROWS, out);
	lg_buf_adds(out, "</details>\n");
	html_end(out);
}

/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ci/phrase.h"
#include "ci/render/html.h"
#include "ci/render/html_part.h"

/* The newest batches are open until so many rows are seen. */
enum { OPEN_ROWS = 30, UNTIL_SECONDS_CHARS = 19 /* 2026-01-05T09:30:00 */ };

struct row {
	const struct ci_migration *item;
};

/* What is in no batch, and so not applied, comes first; then the newest batch, by its ULID. */
static int by_batch(const void *left_row, const void *right_row)
{
	const struct ci_migration *left = ((const struct row *)left_row)->item;
	const struct ci_migration *right = ((const struct row *)right_row)->item;
	const char *left_batch = left->batch;
	const char *right_batch = right->batch;
	int order = 0;

	if (!left_batch || !right_batch)
		order = !right_batch - !left_batch;
	else
		order = strcmp(right_batch, left_batch);
	return order ? order : (left > right) - (left < right);
}

static bool is_same_batch(const struct ci_migration *left, const struct ci_migration *right)
{
	if (!left->batch || !right->batch)
		return left->batch == right->batch;
	return strcmp(left->batch, right->batch) == 0;
}

static enum html_tone tone_of(const char *state)
{
	if (strcmp(state, "applied") == 0)
		return HTML_GOOD;
	if (strcmp(state, "pending") == 0)
		return HTML_WAIT;
	return HTML_BAD;
}

/* RFC 3339 up to the second, as people read it. */
static void add_moment(const char *moment, struct lg_buf *out)
{
	LG_FREE_BY_SCOPE char *text = NULL;

	if (!moment)
		return;
	text = lg_strndup(moment, strnlen(moment, UNTIL_SECONDS_CHARS));
	if (strlen(text) == UNTIL_SECONDS_CHARS && text[10] == 'T')
		text[10] = ' ';
	html_text(text, out);
}

static void add_row(const struct ci_migration *item, struct lg_buf *out)
{
	lg_buf_adds(out, "<tr><th scope=\"row\">");
	html_label(item->version, item->name, out);
	lg_buf_adds(out, "</th><td>");
	html_chip(tone_of(item->state), item->state, out);
	lg_buf_adds(out, "</td><td>");
	html_text(item->kind, out);
	if (item->adopted_from) {
		lg_buf_adds(out, ", adopted from ");
		html_text(item->adopted_from, out);
	}
	lg_buf_adds(out, "</td><td class=\"number\">");
	add_moment(item->applied_at, out);
	lg_buf_adds(out, "</td></tr>\n");
}

static void begin_batch(
	const struct ci_migration *first, size_t count, bool is_open, struct lg_buf *out)
{
	lg_buf_addf(out, "<details%s>\n<summary>", is_open ? " open" : "");
	if (first->batch) {
		lg_buf_adds(out, "<code>");
		html_text(first->batch, out);
		lg_buf_adds(out, "</code> <span class=\"soft\">");
		add_moment(first->applied_at, out);
	} else {
		lg_buf_adds(out, "Not applied yet <span class=\"soft\">");
	}
	lg_buf_adds(out, first->applied_at && first->batch ? ", " : "");
	ci_add_count(count, "migration", "migrations", out);
	lg_buf_adds(out,
		"</span></summary>\n<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Migrations\">"
		"\n<table class=\"batch\">\n<colgroup><col class=\"first\"><col class=\"second\"><col><col></colgroup>\n<thead class=\"hidden\"><tr><th scope=\"col\">Migration</th><th scope=\"col\">State</th>"
		"<th scope=\"col\">Kind</th><th scope=\"col\" class=\"number\">Applied, UTC</th></tr>"
		"</thead>\n<tbody>\n");
}

static void end_batch(struct lg_buf *out)
{
	lg_buf_adds(out, "</tbody>\n</table>\n</div>\n</details>\n");
}

static void add_batches(const struct row *rows, size_t count, size_t shown, struct lg_buf *out)
{
	size_t end;

	for (size_t i = 0; i < shown; i = end) {
		for (end = i + 1; end < count && is_same_batch(rows[i].item, rows[end].item);)
			end++;
		begin_batch(rows[i].item, end - i, i == 0 || end <= OPEN_ROWS, out);
		for (size_t at = i; at < end && at < shown; at++)
			add_row(rows[at].item, out);
		end_batch(out);
	}
}

void html_history(const struct ci_report *report, struct lg_buf *out)
{
	size_t count = report->migration_count;
	LG_FREE_BY_SCOPE struct row *sorted = NULL;

	if (!count)
		return;
	sorted = lg_calloc(count, sizeof(*sorted));
	for (size_t i = 0; i < count; i++)
		sorted[i].item = &report->migrations[i];
	qsort(sorted, count, sizeof(*sorted), by_batch);
	html_begin("history", "History", count, out);
	add_batches(sorted, count, count < CI_HTML_MAX_ROWS ? count : CI_HTML_MAX_ROWS, out);
	html_more(count, CI_HTML_MAX_ROWS, out);
	html_end(out);
}

/* SPDX-License-Identifier: MIT */
#include "ci/render/markdown.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "ci/escape.h"
#include "ci/phrase.h"
#include "ci/place.h"
#include "ci/render/sentence.h"

#define CHECK_MARK "\xe2\x9c\x85"
#define CROSS_MARK "\xe2\x9d\x8c"
#define WARNING_SIGN "\xe2\x9a\xa0\xef\xb8\x8f"
#define MIDDLE_DOT " \xc2\xb7 "

/* How much may be said; each row says less than the one above it. */
struct measure {
	size_t rows, sources, text_chars, sentence_chars;
	bool has_context;
};

static const struct measure measures[] = {
	{20, 200, 1000, 400, true},
	{20, 20, 1000, 400, true},
	{20, 5, 1000, 400, true},
	{20, 0, 1000, 400, true},
	{20, 0, 300, 300, true},
	{10, 0, 300, 300, true},
	{5, 0, 200, 200, true},
	{1, 0, 200, 200, true},
	{0, 0, 200, 200, true},
	{0, 0, 0, 100, false},
};

struct page {
	const struct ci_report *report;
	const struct measure *measure;
	struct lg_buf *out;
};

static void add_words(const struct page *page, const char *text)
{
	ci_escape_markdown(text, ci_prefix_bytes(text, page->measure->text_chars), page->out);
}

static void add_code(const struct page *page, const char *text)
{
	ci_escape_code(text, ci_prefix_bytes(text, page->measure->text_chars), page->out);
}

static void add_label(const struct page *page, const char *version, const char *name)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf label;

	lg_buf_init(&label, LG_BUF_MAX_BYTES);
	ci_add_label(version, name, &label);
	add_code(page, label.text);
}

static void add_place(const struct page *page, const char *file, uint32_t line, uint32_t column)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct ci_place place = ci_place_of(page->report, file, line, column);

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	lg_buf_adds(&text, place.is_source ? file : place.path);
	if (line)
		lg_buf_addf(&text, ":%" PRIu32, line);
	if (line && column)
		lg_buf_addf(&text, ":%" PRIu32, column);
	add_code(page, text.text);
	ci_place_release(&place);
}

static const char *sign_of(const struct ci_report *report)
{
	if (strcmp(report->outcome, "ok") == 0)
		return report->finding_count ? WARNING_SIGN : CHECK_MARK;
	if (strcmp(report->outcome, "refused") == 0 || strcmp(report->outcome, "failed") == 0 ||
		strcmp(report->outcome, "bad-bundle") == 0)
		return CROSS_MARK;
	return WARNING_SIGN;
}

static void add_verdict(const struct page *page)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf sentence;

	lg_buf_init(&sentence, LG_BUF_MAX_BYTES);
	render_sentence(page->report, page->measure->sentence_chars, &sentence);
	lg_buf_addf(page->out, "### %s ", sign_of(page->report));
	ci_escape_markdown(sentence.text, sentence.len, page->out);
	lg_buf_adds(page->out, "\n\n");
}

static void add_fact(const struct page *page, const char *word, const char *value)
{
	if (!value || !*value)
		return;
	lg_buf_addf(page->out, MIDDLE_DOT "%s ", word);
	add_code(page, value);
}

/* What ran, on what. */
static void add_subject(const struct page *page)
{
	const struct ci_report *report = page->report;
	const struct ci_target *target = report->target;

	lg_buf_adds(page->out, "lockgate ");
	add_code(page, report->command);
	add_fact(page, "project", report->project);
	if (report->scope && strcmp(report->scope, "main") != 0)
		add_fact(page, "scope", report->scope);
	add_fact(page, "environment", report->environment);
	if (target) {
		add_fact(page, "database", target->database);
		add_fact(page, "on", target->engine);
		add_fact(page, "version", target->server_version);
	}
	lg_buf_adds(page->out, "\n\n");
}

static void add_error(const struct page *page)
{
	const struct ci_error *error = page->report->error;

	if (!error)
		return;
	lg_buf_adds(page->out, "**Error**");
	if (error->file) {
		lg_buf_adds(page->out, " in ");
		add_place(page, error->file, error->line, error->column);
	}
	if (error->sqlstate) {
		lg_buf_adds(page->out, ", SQLSTATE ");
		add_code(page, error->sqlstate);
	}
	lg_buf_adds(page->out, ": ");
	add_words(page, error->message);
	lg_buf_adds(page->out, "\n\n");
}

static void add_more(const struct page *page, size_t count)
{
	if (count > page->measure->rows)
		lg_buf_addf(page->out, "\nand %zu more\n", count - page->measure->rows);
	lg_buf_addc(page->out, '\n');
}

static size_t shown(const struct page *page, size_t count)
{
	return count < page->measure->rows ? count : page->measure->rows;
}

static void add_finding(const struct page *page, const struct ci_finding *item, size_t number)
{
	lg_buf_addf(
		page->out, "| %zu | %s ", number, ci_is_blocking(item) ? "**blocks**" : "warns");
	add_code(page, item->code);
	lg_buf_adds(page->out, " | ");
	if (item->version)
		add_label(page, item->version, item->name);
	if (item->version && item->file)
		lg_buf_adds(page->out, "<br>");
	if (item->file)
		add_place(page, item->file, item->line, item->column);
	lg_buf_adds(page->out, " | ");
	add_words(page, item->message);
	if (item->hint) {
		lg_buf_adds(page->out, "<br>\xe2\x86\x92 ");
		add_words(page, item->hint);
	}
	lg_buf_adds(page->out, " |\n");
}

/* Calls `show` for the findings that are shown, those that block first, with their numbers. */
static void for_findings(const struct page *page, size_t max,
	void (*show)(const struct page *page, const struct ci_finding *item, size_t number))
{
	const struct ci_report *report = page->report;
	size_t number = 0;

	for (int is_warning = 0; is_warning <= 1; is_warning++)
		for (size_t i = 0; i < report->finding_count; i++) {
			const struct ci_finding *item = &report->findings[i];

			if (ci_is_blocking(item) == !is_warning && number < max)
				show(page, item, ++number);
		}
}

static void add_findings(const struct page *page)
{
	size_t count = page->report->finding_count;

	if (!count)
		return;
	if (page->measure->rows)
		lg_buf_adds(page->out, "| | Finding | Migration | What, and what next |\n"
				       "|--:|---|---|---|\n");
	for_findings(page, shown(page, count), add_finding);
	add_more(page, count);
}

static void add_done(
	const struct page *page, const char *title, const struct ci_done *items, size_t count)
{
	if (!count)
		return;
	lg_buf_addf(page->out, "**%zu %s**\n\n", count, title);
	if (page->measure->rows)
		lg_buf_adds(page->out, "| Migration | Statements | Duration |\n|---|--:|--:|\n");
	for (size_t i = 0; i < shown(page, count); i++) {
		lg_buf_adds(page->out, "| ");
		add_label(page, items[i].version, items[i].name);
		lg_buf_addf(page->out, " | %" PRIu32 " | ", items[i].statements);
		ci_add_duration(items[i].duration_us, page->out);
		lg_buf_adds(page->out, " |\n");
	}
	add_more(page, count);
}

static void add_planned(const struct page *page, const struct ci_planned *item)
{
	lg_buf_adds(page->out, "| ");
	add_label(page, item->version, item->name);
	lg_buf_addf(page->out, " | %" PRIu32 "%s | ", item->statements,
		item->is_transactional ? "" : ", outside a transaction");
	if (item->file)
		add_place(page, item->file, 0, 0);
	lg_buf_adds(page->out, " |\n");
}

static void add_pending(const struct page *page)
{
	const struct ci_report *report = page->report;
	size_t count = report->pending > 0 ? (size_t)report->pending : 0;
	size_t left = shown(page, count);
	size_t done = 0;

	if (!count)
		return;
	lg_buf_addf(page->out, "**%zu pending**\n\n", count);
	if (page->measure->rows && report->plan_count)
		lg_buf_adds(page->out, "| Migration | Statements | File |\n|---|---|---|\n");
	for (size_t i = 0; left && i < report->plan_count; i++)
		if (ci_is_applied(report, done, &report->plan[i])) {
			done++;
		} else {
			add_planned(page, &report->plan[i]);
			left--;
		}
	add_more(page, count);
}

static void add_source(const struct page *page, const struct ci_finding *item, size_t number)
{
	if (!item->excerpt && !item->difference)
		return;
	lg_buf_addf(page->out, "<details><summary>Finding %zu: %s</summary>\n\n", number,
		item->difference ? "the difference" : "the source");
	if (item->difference)
		ci_add_fence("diff", item->difference, strlen(item->difference), page->out);
	else
		ci_add_fence("sql", item->excerpt, strlen(item->excerpt), page->out);
	lg_buf_adds(page->out, "\n</details>\n\n");
}

static void add_short(const struct page *page, const char *word, const char *id)
{
	LG_FREE_BY_SCOPE char *text = NULL;
	size_t len;

	if (!id)
		return;
	id = ci_short_id(id, &len);
	text = lg_strndup(id, len);
	add_fact(page, word, text);
}

static void add_footer(const struct page *page)
{
	const struct ci_report *report = page->report;
	const struct ci_run *run = report->run;

	lg_buf_adds(page->out, "lockgate ");
	add_code(page, report->tool_version);
	if (run && ci_is_url(run->run_url))
		lg_buf_addf(page->out, MIDDLE_DOT "[run](<%s>)", run->run_url);
	if (run)
		add_short(page, "commit", run->commit);
	if (report->bundle)
		add_short(page, "bundle", report->bundle->id);
	add_fact(page, "batch", report->batch);
	if (report->total_us > 0) {
		lg_buf_adds(page->out, MIDDLE_DOT);
		ci_add_duration(report->total_us, page->out);
	}
	lg_buf_addc(page->out, '\n');
}

static void compose(const struct page *page)
{
	const struct ci_report *report = page->report;

	add_verdict(page);
	if (!page->measure->has_context)
		return;
	add_subject(page);
	add_error(page);
	add_findings(page);
	add_done(page, "applied", report->applied, report->applied_count);
	add_done(page, "reverted", report->reverted, report->reverted_count);
	add_pending(page);
	for_findings(page, page->measure->sources, add_source);
	add_footer(page);
}

void render_markdown(const struct ci_report *report, size_t max_bytes, struct lg_buf *out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	assert(max_bytes >= CI_MARKDOWN_LEAST_BYTES);
	lg_buf_init(&text, max_bytes);
	for (size_t i = 0; i < LG_COUNT_OF(measures); i++) {
		const struct page page = {report, &measures[i], &text};

		lg_buf_clear(&text);
		compose(&page);
		if (!text.is_over)
			break;
	}
	lg_buf_add(out, text.text, text.len);
}

/* SPDX-License-Identifier: MIT */
#include "ci/render/sentence.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"
#include "ci/escape.h"
#include "ci/phrase.h"
#include "ci/rules.h"

#define ELLIPSIS "\xe2\x80\xa6"

enum { NAMED_MAX = 3 };

/* The names of those that block for `code`: " (0003_users, 0004_x and 2 more)". */
static void add_names(
	const struct ci_report *report, const char *code, size_t count, struct lg_buf *out)
{
	size_t named = 0;

	for (size_t i = 0; i < report->finding_count && named < NAMED_MAX; i++) {
		const struct ci_finding *item = &report->findings[i];

		if (!ci_is_blocking(item) || strcmp(item->code, code) != 0 || !item->version)
			continue;
		lg_buf_adds(out, named++ ? ", " : " (");
		ci_add_label(item->version, item->name, out);
	}
	if (named && count > named)
		lg_buf_addf(out, " and %zu more", count - named);
	if (named)
		lg_buf_addc(out, ')');
}

static size_t count_code(
	const struct ci_report *report, const char *code, const struct ci_finding **out_first)
{
	size_t count = 0;

	for (size_t i = 0; i < report->finding_count; i++) {
		const struct ci_finding *item = &report->findings[i];

		if (!ci_is_blocking(item) || strcmp(item->code, code) != 0)
			continue;
		if (!count++)
			*out_first = item;
	}
	return count;
}

/* What is about the whole is not counted: "wrong engine". */
static void add_refusals(const struct ci_report *report, struct lg_buf *out)
{
	size_t start = out->len;
	size_t rule_count;
	const struct ci_rule *rules = ci_rules_of(report, &rule_count);

	for (size_t i = 0; i < rule_count; i++) {
		const struct ci_rule *rule = &rules[i];
		const struct ci_finding *first = NULL;
		size_t count = count_code(report, rule->code, &first);

		if (!count)
			continue;
		lg_buf_adds(out, out->len > start ? ", " : "");
		if (first->version)
			ci_add_count(count, rule->title, rule->many, out);
		else
			lg_buf_adds(out, rule->title);
		add_names(report, rule->code, count, out);
	}
	if (out->len == start)
		ci_add_count(ci_blocking_count(report), "finding", "findings", out);
}

/* The migration where one is named, else the file and line. */
static void add_error(const struct ci_report *report, struct lg_buf *out)
{
	const struct ci_error *error = report->error;

	if (error->version)
		ci_add_label(error->version, ci_name_of(report, error->version), out);
	else if (error->file)
		lg_buf_adds(out, error->file);
	if (!error->version && error->file && error->line)
		lg_buf_addf(out, ":%" PRIu32, error->line);
	if (error->version || error->file)
		lg_buf_adds(out, ": ");
	lg_buf_adds(out, error->message);
}

static void add_version(const char *words, const struct ci_report *report, struct lg_buf *out)
{
	lg_buf_addf(out, "%s%s", words, report->current ? report->current : "no version");
}

/* "12 adopted", for the batch of `adopt` is no run of scripts. */
static const char *verb(const struct ci_report *report, const char *usual, const char *adopting)
{
	return strcmp(report->command, "adopt") == 0 ? adopting : usual;
}

static void add_success(const struct ci_report *report, struct lg_buf *out)
{
	size_t warnings = report->finding_count - ci_blocking_count(report);

	if (report->applied_count) {
		lg_buf_addf(
			out, "%zu %s", report->applied_count, verb(report, "applied", "adopted"));
		add_version(", now at ", report, out);
	} else if (report->reverted_count) {
		lg_buf_addf(out, "%zu %s", report->reverted_count,
			verb(report, "reverted", "forgotten"));
		add_version(", now at ", report, out);
	} else if (report->pending > 0) {
		lg_buf_addf(out, "%" PRId64 " pending", report->pending);
		add_version(", now at ", report, out);
	} else if (report->pending == 0) {
		add_version("up to date at ", report, out);
	} else {
		lg_buf_addf(out, "%s done", report->command);
		if (report->current)
			add_version(", now at ", report, out);
	}
	if (warnings) {
		lg_buf_adds(out, ", ");
		ci_add_count(warnings, "warning", "warnings", out);
	}
}

static void add_whole(const struct ci_report *report, struct lg_buf *out)
{
	lg_buf_addf(out, "%s: ", report->outcome);
	if (report->error)
		add_error(report, out);
	else if (ci_blocking_count(report))
		add_refusals(report, out);
	else
		add_success(report, out);
}

void render_sentence(const struct ci_report *report, size_t max_chars, struct lg_buf *out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf whole;
	LG_CLEANUP(lg_buf_release) struct lg_buf line;

	lg_buf_init(&whole, LG_BUF_MAX_BYTES);
	lg_buf_init(&line, LG_BUF_MAX_BYTES);
	add_whole(report, &whole);
	ci_add_line(whole.text, whole.len, &line);
	if (lg_utf8_count(line.text, line.len) <= max_chars) {
		lg_buf_add(out, line.text, line.len);
		return;
	}
	lg_buf_add(out, line.text, ci_prefix_bytes(line.text, max_chars - 1));
	lg_buf_adds(out, ELLIPSIS);
}

/* SPDX-License-Identifier: MIT */
#include "ci/render/html.h"

#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/digest.h"
#include "ci/escape.h"
#include "ci/phrase.h"
#include "ci/render/html_part.h"
#include "ci/render/sentence.h"

enum { HEADLINE_CHARS = 240, UNTIL_SECONDS_CHARS = 19 /* 2026-01-05T09:30:00 */ };

static const struct verdict {
	const char *outcome, *word, *sign;
	enum html_tone tone;
} verdicts[] = {
	{"ok", "Passed", "\xe2\x9c\x93", HTML_GOOD},
	{"refused", "Refused", "\xe2\x9c\x95", HTML_BAD},
	{"usage", "Wrong usage", "!", HTML_WARN},
	{"undecided", "Undecided", "?", HTML_WARN},
	{"locked", "Locked", "!", HTML_WARN},
	{"failed", "Failed", "\xe2\x9c\x95", HTML_BAD},
	{"unreported", "Done, not reported", "!", HTML_WARN},
	{"bad-bundle", "Bad bundle", "\xe2\x9c\x95", HTML_BAD},
	{"cancelled", "Cancelled", "!", HTML_WARN},
};

static const struct verdict *verdict_of(const struct ci_report *report)
{
	for (size_t i = 0; i < LG_COUNT_OF(verdicts); i++)
		if (strcmp(verdicts[i].outcome, report->outcome) == 0)
			return &verdicts[i];
	return &verdicts[LG_COUNT_OF(verdicts) - 1];
}

/* Nothing may be loaded, and no style but ours applies: its digest is in the policy. */
static void add_policy(struct lg_buf *out)
{
	struct lg_digest digest = lg_digest_of(ci_html_style, strlen(ci_html_style));

	lg_buf_adds(out,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'sha256-");
	lg_base64_encode(digest.bytes, sizeof(digest.bytes), out);
	lg_buf_adds(out, "'; base-uri 'none'; form-action 'none'\">\n");
}

static void add_title(const struct ci_report *report, struct lg_buf *out)
{
	lg_buf_adds(out, "<title>");
	lg_buf_addf(out, "%s", verdict_of(report)->word);
	if (report->project) {
		lg_buf_adds(out, ": ");
		html_text(report->project, out);
	}
	if (report->environment) {
		lg_buf_adds(out, ", ");
		html_text(report->environment, out);
	}
	lg_buf_adds(out, " - lockgate</title>\n");
}

static void add_head(const struct ci_report *report, struct lg_buf *out)
{
	lg_buf_adds(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
	add_policy(out);
	lg_buf_adds(out,
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n");
	add_title(report, out);
	lg_buf_addf(out, "<style>%s</style>\n</head>\n", ci_html_style);
}

/*
 * The sentence without the outcome, which stands above it, and of an error without what to do
 * next, which stands below.
 */
static void add_headline(const struct ci_report *report, struct lg_buf *out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf sentence;
	const char *rest;
	const char *hint;

	lg_buf_init(&sentence, LG_BUF_MAX_BYTES);
	render_sentence(report, HEADLINE_CHARS, &sentence);
	rest = strstr(sentence.text, ": ");
	rest = rest ? rest + 2 : sentence.text;
	lg_buf_adds(out, "<h1>");
	hint = report->error ? strstr(rest, "; ") : NULL;
	ci_escape_html(rest, hint ? (size_t)(hint - rest) : strlen(rest), out);
	lg_buf_adds(out, "</h1>\n");
}

static void add_fact(const char *word, const char *value, struct lg_buf *out)
{
	if (!value || !*value)
		return;
	lg_buf_addf(out, "<div><dt>%s</dt><dd>", word);
	html_text(value, out);
	lg_buf_adds(out, "</dd></div>\n");
}

static void add_started(const struct ci_report *report, struct lg_buf *out)
{
	char moment[LG_MOMENT_CHARS + 1];

	if (report->started_at_us <= 0)
		return;
	lg_clock_format(report->started_at_us, moment);
	lg_buf_addf(out,
		"<div><dt>Started</dt><dd><time datetime=\"%.*sZ\">%.10s %.8s UTC</time></dd></div>\n",
		UNTIL_SECONDS_CHARS, moment, moment, moment + 11);
}

static void add_facts(const struct ci_report *report, struct lg_buf *out)
{
	const struct ci_target *target = report->target;

	lg_buf_adds(out, "<dl class=\"facts\">\n");
	add_fact("Project", report->project, out);
	add_fact("Environment", report->environment, out);
	add_fact("Database", target ? target->database : NULL, out);
	add_fact("Now at", report->current, out);
	add_started(report, out);
	if (report->total_us > 0) {
		lg_buf_adds(out, "<div><dt>Took</dt><dd>");
		ci_add_duration(report->total_us, out);
		lg_buf_adds(out, "</dd></div>\n");
	}
	lg_buf_adds(out, "</dl>\n");
}

static void add_header(const struct ci_report *report, struct lg_buf *out)
{
	const struct verdict *verdict = verdict_of(report);

	lg_buf_adds(out, "<header>\n<p class=\"mark\">lockgate <span>");
	html_text(report->command, out);
	lg_buf_addf(out,
		"</span></p>\n<p class=\"verdict\"><span class=\"sign\" aria-hidden=\"true\">%s"
		"</span>%s</p>\n",
		verdict->sign, verdict->word);
	add_headline(report, out);
	add_facts(report, out);
	lg_buf_adds(out, "</header>\n");
}

void render_html(const struct ci_report *report, struct lg_buf *out)
{
	add_head(report, out);
	lg_buf_addf(out, "<body class=\"%s\">\n", html_tone_class(verdict_of(report)->tone));
	add_header(report, out);
	lg_buf_adds(out, "<main>\n");
	html_error(report, out);
	html_findings(report, out);
	html_work(report, out);
	html_plan(report, out);
	html_timeline(report, out);
	html_history(report, out);
	html_environment(report, out);
	lg_buf_adds(out, "</main>\n<footer>\n<p>Written by lockgate ");
	html_text(report->tool_version, out);
	lg_buf_adds(out, "</p>\n</footer>\n</body>\n</html>\n");
}

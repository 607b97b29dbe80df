/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "ci/phrase.h"
#include "ci/render/html.h"
#include "ci/render/html_part.h"

enum { MANY = 40, PHASE_COUNT = 4, BAR_WIDTH = 1000 };

struct phase {
	const char *name, *class;
	int64_t duration_us;
};

static int64_t known(int64_t duration_us)
{
	return duration_us > 0 ? duration_us : 0;
}

/* A whole without a part that is known says nothing. */
static bool has_phases(const struct ci_report *report)
{
	return report->total_us > 0 &&
	       known(report->connect_us) + known(report->lock_us) + known(report->apply_us) > 0;
}

/* What is left of the whole is reading, deciding and reporting. */
static void find_phases(const struct ci_report *report, struct phase phases[PHASE_COUNT])
{
	int64_t connect = known(report->connect_us);
	int64_t lock = known(report->lock_us);
	int64_t apply = known(report->apply_us);
	int64_t rest = report->total_us - connect - lock - apply;

	phases[0] = (struct phase){"Connecting", "one", connect};
	phases[1] = (struct phase){"Waiting for the lock", "two", lock};
	phases[2] = (struct phase){"Running scripts", "three", apply};
	phases[3] = (struct phase){"Everything else", "four", known(rest)};
}

static void add_phase_bar(const struct phase phases[PHASE_COUNT], struct lg_buf *out)
{
	int64_t total = 0;
	double at = 0;

	for (size_t i = 0; i < PHASE_COUNT; i++)
		total += phases[i].duration_us;
	lg_buf_addf(out,
		"<svg class=\"phases\" viewBox=\"0 0 %d 10\" preserveAspectRatio=\"none\" "
		"aria-hidden=\"true\">",
		BAR_WIDTH);
	for (size_t i = 0; i < PHASE_COUNT; i++) {
		double width = (double)phases[i].duration_us * BAR_WIDTH / (double)total;

		lg_buf_addf(out, "<rect class=\"%s\" x=\"%.1f\" width=\"%.1f\" height=\"10\"/>",
			phases[i].class, at, width);
		at += width;
	}
	lg_buf_adds(out, "</svg>\n");
}

static void add_phases(const struct ci_report *report, struct lg_buf *out)
{
	struct phase phases[PHASE_COUNT];

	if (!has_phases(report))
		return;
	find_phases(report, phases);
	add_phase_bar(phases, out);
	lg_buf_adds(out, "<dl class=\"legend\">\n");
	for (size_t i = 0; i < PHASE_COUNT; i++) {
		if (!phases[i].duration_us)
			continue;
		lg_buf_addf(
			out, "<div class=\"%s\"><dt>%s</dt><dd>", phases[i].class, phases[i].name);
		ci_add_duration(phases[i].duration_us, out);
		lg_buf_adds(out, "</dd></div>\n");
	}
	lg_buf_adds(out, "</dl>\n");
}

static void add_moment(const struct ci_moment *moment, struct lg_buf *out)
{
	lg_buf_adds(out, "<li><span class=\"at\">");
	ci_add_duration(moment->at_us, out);
	lg_buf_adds(out, "</span><span class=\"what\"><b>");
	html_text(moment->what, out);
	lg_buf_adds(out, "</b> ");
	html_text(moment->text, out);
	lg_buf_adds(out, "</span></li>\n");
}

static void add_moments(const struct ci_report *report, struct lg_buf *out)
{
	size_t count = report->moment_count;
	bool is_folded = count > MANY;

	if (!count)
		return;
	if (is_folded)
		lg_buf_addf(out, "<details>\n<summary>All %zu moments</summary>\n", count);
	lg_buf_adds(out, "<ol class=\"moments\">\n");
	for (size_t i = 0; i < count && i < CI_HTML_MAX_ROWS; i++)
		add_moment(&report->moments[i], out);
	lg_buf_adds(out, "</ol>\n");
	html_more(count, CI_HTML_MAX_ROWS, out);
	if (is_folded)
		lg_buf_adds(out, "</details>\n");
}

void html_timeline(const struct ci_report *report, struct lg_buf *out)
{
	if (!has_phases(report) && !report->moment_count)
		return;
	html_begin("timeline", "Timeline", 0, out);
	add_phases(report, out);
	add_moments(report, out);
	html_end(out);
}

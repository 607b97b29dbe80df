/* SPDX-License-Identifier: MIT */

/*
 * render FORMAT [COUNT|SAMPLE]: prints a report in which every text is an attack, COUNT of each
 * thing; or the sample of that name; or one of which nothing is known.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attrs.h"
#include "ci/escape.h"
#include "ci/render/annotations.h"
#include "ci/render/codequality.h"
#include "ci/render/html.h"
#include "ci/render/json.h"
#include "ci/render/junit.h"
#include "ci/render/markdown.h"
#include "ci/render/outputs.h"
#include "ci/render/sarif.h"
#include "tests/support/hostile_report.h"
#include "tests/support/sample_report.h"

static void markdown(const struct ci_report *report, struct lg_buf *out)
{
	render_markdown(report, CI_MARKDOWN_SUMMARY_BYTES, out);
}

static void outputs(const struct ci_report *report, struct lg_buf *out)
{
	render_outputs(report, "lg_0123456789abcdef0123456789abcdef", 2, out);
}

/* No report, but every hostile text as a line of a log. */
static void log_lines(const struct ci_report *report, struct lg_buf *out)
{
	(void)report;
	for (size_t i = 0; i < hostile_text_count; i++) {
		ci_neutralize(hostile_texts[i], strlen(hostile_texts[i]), out);
		lg_buf_addc(out, '\n');
	}
}

static const struct {
	const char *name;
	void (*render)(const struct ci_report *report, struct lg_buf *out);
} formats[] = {
	{"annotations", render_annotations},
	{"codequality", render_codequality},
	{"dotenv", render_dotenv},
	{"html", render_html},
	{"json", render_json},
	{"junit", render_junit},
	{"log", log_lines},
	{"markdown", markdown},
	{"outputs", outputs},
	{"sarif", render_sarif},
};

int main(int argc, char **argv)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena arena = {0};
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	struct ci_report report = bare_report();

	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	if (argc > 2 && !sample_report(argv[2], &arena, &report))
		report = hostile_report(&arena, strtoul(argv[2], NULL, 10));
	for (size_t i = 0; argc > 1 && i < LG_COUNT_OF(formats); i++)
		if (strcmp(formats[i].name, argv[1]) == 0)
			formats[i].render(&report, &out);
	if (!out.len)
		return EXIT_FAILURE;
	return fwrite(out.text, 1, out.len, stdout) == out.len ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */
#include "ci/render/junit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ci/case.h"
#include "ci/escape.h"
#include "ci/phrase.h"
#include "ci/place.h"

enum { SECOND_US = 1000 * 1000, UNTIL_SECONDS_CHARS = 19 /* 2026-01-05T09:30:00 */ };

struct suite {
	const struct ci_report *report;
	struct ci_cases cases;
	char **names; /* of the cases, owned */
	char *classname;
};

static void drop_suite(struct suite *suite)
{
	for (size_t i = 0; i < suite->cases.count; i++)
		free(suite->names[i]);
	free(suite->names);
	free(suite->classname);
	ci_cases_release(&suite->cases);
}

/* On one line, for some readers of JUnit take a reference to a line end as it stands. */
static char *name_of(const struct ci_report *report, const struct ci_case *item)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf name;
	LG_CLEANUP(lg_buf_release) struct lg_buf line;

	lg_buf_init(&name, LG_BUF_MAX_BYTES);
	lg_buf_init(&line, LG_BUF_MAX_BYTES);
	if (item->version)
		ci_add_label(item->version, item->name, &name);
	else if (item->finding)
		lg_buf_addf(&name, "%s%s%s", item->finding->code, item->name ? " " : "",
			item->name ? item->name : "");
	else
		lg_buf_adds(&name, report->command);
	if (item->kind && strcmp(item->kind, "versioned") != 0)
		lg_buf_addf(&name, " (%s)", item->kind);
	ci_add_line(name.text, name.len, &line);
	return lg_buf_take(&line);
}

static int by_name(const void *left, const void *right)
{
	const char *const *const *left_name = left;
	const char *const *const *right_name = right;
	int order = strcmp(**left_name, **right_name);

	return order ? order : (*left_name > *right_name) - (*left_name < *right_name);
}

/* Of equal names all but the first get the number of their case. */
static void make_unique(char **names, size_t count)
{
	LG_FREE_BY_SCOPE char ***sorted = lg_calloc(count, sizeof(*sorted));
	LG_FREE_BY_SCOPE bool *is_again = lg_calloc(count, sizeof(*is_again));

	for (size_t i = 0; i < count; i++)
		sorted[i] = &names[i];
	qsort(sorted, count, sizeof(*sorted), by_name);
	for (size_t i = 1; i < count; i++)
		is_again[sorted[i] - names] = strcmp(*sorted[i], *sorted[i - 1]) == 0;
	for (size_t i = 0; i < count; i++) {
		LG_FREE_BY_SCOPE char *plain = NULL;

		if (!is_again[i])
			continue;
		plain = names[i];
		names[i] = lg_format("%s #%zu", plain, i + 1);
	}
}

static void suite_init(struct suite *suite, const struct ci_report *report)
{
	*suite = (struct suite){.report = report, .cases = ci_cases_of(report)};
	suite->names = lg_calloc(suite->cases.count, sizeof(*suite->names));
	for (size_t i = 0; i < suite->cases.count; i++)
		suite->names[i] = name_of(report, &suite->cases.items[i]);
	make_unique(suite->names, suite->cases.count);
	suite->classname = lg_format("lockgate.%s%s%s", report->project ? report->project : "app",
		report->environment ? "." : "", report->environment ? report->environment : "");
}

static void add_attribute(const char *name, const char *value, struct lg_buf *out)
{
	lg_buf_addf(out, " %s=\"", name);
	ci_escape_xml(value, strlen(value), out);
	lg_buf_addc(out, '"');
}

/* Seconds; the schema of Jenkins' xUnit plug-in takes three decimals. */
static void add_time(int64_t duration_us, struct lg_buf *out)
{
	double seconds = duration_us > 0 ? (double)duration_us / SECOND_US : 0;

	lg_buf_addf(out, " time=\"%.3f\"", seconds);
}

static void add_problem(const char *element, const char *type, const char *message,
	const char *hint, struct lg_buf *out)
{
	lg_buf_addf(out, "<%s", element);
	add_attribute("type", type, out);
	add_attribute("message", message, out);
	lg_buf_addc(out, '>');
	ci_escape_xml(message, strlen(message), out);
	if (hint) {
		lg_buf_adds(out, "&#10;");
		ci_escape_xml(hint, strlen(hint), out);
	}
	lg_buf_addf(out, "</%s>", element);
}

static void add_state(const struct suite *suite, const struct ci_case *item, struct lg_buf *out)
{
	if (item->state == CI_CASE_PENDING)
		lg_buf_adds(out, "<skipped>pending</skipped>");
	if (item->error)
		add_problem(item->state == CI_CASE_FAILED ? "failure" : "error",
			suite->report->outcome, item->error->message, NULL, out);
	else if (item->finding)
		add_problem("failure", item->finding->code, item->finding->message,
			item->finding->hint, out);
}

/* GitLab links to a file in the repository; there is none to name in a bundle. */
static void add_file(const struct ci_report *report, const struct ci_case *item, struct lg_buf *out)
{
	struct ci_place place;

	if (!item->file || !report->run || report->run->service != CI_SERVICE_GITLAB)
		return;
	place = ci_place_of(report, item->file, 0, 0);
	if (place.path)
		add_attribute("file", place.path, out);
	ci_place_release(&place);
}

static void add_case(const struct suite *suite, size_t i, struct lg_buf *out)
{
	const struct ci_case *item = &suite->cases.items[i];

	lg_buf_adds(out, "    <testcase");
	add_attribute("name", suite->names[i], out);
	add_attribute("classname", suite->classname, out);
	add_time(item->duration_us, out);
	add_file(suite->report, item, out);
	lg_buf_addc(out, '>');
	add_state(suite, item, out);
	lg_buf_adds(out, "</testcase>\n");
}

static size_t count_states(
	const struct ci_cases *cases, enum ci_case_state from, enum ci_case_state to)
{
	size_t count = 0;

	for (size_t i = 0; i < cases->count; i++)
		count += cases->items[i].state >= from && cases->items[i].state <= to;
	return count;
}

static void add_properties(const struct ci_report *report, struct lg_buf *out)
{
	const struct {
		const char *name, *value;
	} properties[] = {
		{"lockgate", report->tool_version},
		{"command", report->command},
		{"outcome", report->outcome},
		{"scope", report->scope},
		{"environment", report->environment},
		{"bundle", report->bundle ? report->bundle->id : NULL},
		{"engine", report->target ? report->target->engine : NULL},
		{"current", report->current},
		{"batch", report->batch},
		{"commit", report->run ? report->run->commit : NULL},
		{"url", report->run ? report->run->run_url : NULL},
	};

	lg_buf_adds(out, "    <properties>\n");
	for (size_t i = 0; i < LG_COUNT_OF(properties); i++) {
		if (!properties[i].value)
			continue;
		lg_buf_adds(out, "      <property");
		add_attribute("name", properties[i].name, out);
		add_attribute("value", properties[i].value, out);
		lg_buf_adds(out, "/>\n");
	}
	lg_buf_adds(out, "    </properties>\n");
}

static void add_counts(const struct suite *suite, struct lg_buf *out)
{
	const struct ci_cases *cases = &suite->cases;

	lg_buf_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"",
		cases->count ? cases->count : 1,
		count_states(cases, CI_CASE_REFUSED, CI_CASE_FAILED),
		count_states(cases, CI_CASE_UNDECIDED, CI_CASE_UNDECIDED));
}

/* Jenkins and GitLab obey "[[ATTACHMENT|path]]" in what a test has printed. */
static void add_printed(const char *text, struct lg_buf *out)
{
	while (*text) {
		size_t len = strcspn(text, "[") + 1;

		if (len > strlen(text))
			len = strlen(text);
		ci_escape_xml(text, len, out);
		text += len;
		if (*text == '[')
			lg_buf_addc(out, ' ');
	}
}

/* Warnings fail nothing, so they are the output of the suite. */
static void add_warnings(const struct ci_report *report, struct lg_buf *out)
{
	if (ci_blocking_count(report) == report->finding_count)
		return;
	lg_buf_adds(out, "    <system-out>");
	for (size_t i = 0; i < report->finding_count; i++) {
		const struct ci_finding *item = &report->findings[i];

		if (ci_is_blocking(item))
			continue;
		lg_buf_adds(out, "warning: ");
		add_printed(item->message, out);
		lg_buf_adds(out, "&#10;");
	}
	lg_buf_adds(out, "</system-out>\n");
}

static void begin_suite(const struct suite *suite, struct lg_buf *out)
{
	const struct ci_report *report = suite->report;
	char started[LG_MOMENT_CHARS + 1];

	lg_buf_adds(out, "  <testsuite");
	add_attribute("name", suite->classname, out);
	add_counts(suite, out);
	lg_buf_addf(out, " skipped=\"%zu\"",
		count_states(&suite->cases, CI_CASE_PENDING, CI_CASE_PENDING));
	add_time(report->total_us, out);
	if (report->started_at_us > 0) {
		lg_clock_format(report->started_at_us, started);
		lg_buf_addf(out, " timestamp=\"%.*s\"", UNTIL_SECONDS_CHARS, started);
	}
	lg_buf_adds(out, ">\n");
	add_properties(report, out);
}

void render_junit(const struct ci_report *report, struct lg_buf *out)
{
	LG_CLEANUP(drop_suite) struct suite suite;

	suite_init(&suite, report);
	lg_buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	add_attribute("name", "lockgate", out);
	add_counts(&suite, out);
	add_time(report->total_us, out);
	lg_buf_adds(out, ">\n");
	begin_suite(&suite, out);
	for (size_t i = 0; i < suite.cases.count; i++)
		add_case(&suite, i, out);
	/* A suite without a case is taken for one that did not run. */
	if (!suite.cases.count) {
		lg_buf_adds(out, "    <testcase");
		add_attribute("name", report->command, out);
		add_attribute("classname", suite.classname, out);
		add_time(report->total_us, out);
		lg_buf_adds(out, "/>\n");
	}
	add_warnings(report, out);
	lg_buf_adds(out, "  </testsuite>\n</testsuites>\n");
}

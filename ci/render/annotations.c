/* SPDX-License-Identifier: MIT */
#include "ci/render/annotations.h"

#include <inttypes.h>
#include <string.h>

#include "ci/escape.h"
#include "ci/phrase.h"
#include "ci/problem.h"
#include "ci/rules.h"

/* A runner cuts a message at 4,096 characters, and escapes count. */
enum { SHOWN_MAX = 9, MESSAGE_CHARS = 1200, TITLE_CHARS = 200, PATH_CHARS = 1000 };

static void add_property(const char *name, const char *value, size_t max_chars, struct lg_buf *out)
{
	lg_buf_adds(out, name);
	ci_escape_property(value, ci_prefix_bytes(value, max_chars), out);
}

static void add_message(const char *message, struct lg_buf *out)
{
	ci_escape_command(message, ci_prefix_bytes(message, MESSAGE_CHARS), out);
}

static void add_title(
	const struct ci_report *report, const struct ci_problem *problem, struct lg_buf *out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf title;
	bool is_error = problem->level == CI_PROBLEM_ERROR;

	lg_buf_init(&title, LG_BUF_MAX_BYTES);
	lg_buf_adds(&title, is_error ? problem->code : ci_rule_find(report, problem->code)->title);
	if (problem->version) {
		lg_buf_adds(&title, ": ");
		ci_add_label(problem->version, problem->name, &title);
	}
	add_property("title=", title.text, TITLE_CHARS, out);
}

static const char *level_name(const struct ci_problem *problem)
{
	return problem->level == CI_PROBLEM_WARN ? "warning" : "error";
}

static void add_problem(
	const struct ci_report *report, const struct ci_problem *problem, struct lg_buf *out)
{
	lg_buf_addf(out, "::%s ", level_name(problem));
	if (problem->place.path) {
		add_property("file=", problem->place.path, PATH_CHARS, out);
		lg_buf_addc(out, ',');
	}
	if (problem->place.line)
		lg_buf_addf(out, "line=%" PRIu32 ",", problem->place.line);
	if (problem->place.line && problem->place.column)
		lg_buf_addf(out, "col=%" PRIu32 ",", problem->place.column);
	add_title(report, problem, out);
	lg_buf_adds(out, "::");
	add_message(problem->message, out);
	if (problem->hint) {
		lg_buf_adds(out, "%0A");
		add_message(problem->hint, out);
	}
	lg_buf_addc(out, '\n');
}

static void add_rest(const char *level, size_t count, struct lg_buf *out)
{
	if (count > SHOWN_MAX)
		lg_buf_addf(out, "::%s title=lockgate::%zu more, see the summary\n", level,
			count - SHOWN_MAX);
}

static void drop_problems(struct ci_problems *problems)
{
	ci_problems_release(problems);
}

void render_annotations(const struct ci_report *report, struct lg_buf *out)
{
	LG_CLEANUP(drop_problems) struct ci_problems problems = ci_problems_of(report);
	size_t errors = 0;
	size_t warnings = 0;

	for (size_t i = 0; i < problems.count; i++) {
		const struct ci_problem *problem = &problems.items[i];
		bool is_warning = problem->level == CI_PROBLEM_WARN;

		if (is_warning && !warnings)
			add_rest("error", errors, out);
		if ((is_warning ? warnings++ : errors++) < SHOWN_MAX)
			add_problem(report, problem, out);
	}
	if (!warnings)
		add_rest("error", errors, out);
	add_rest("warning", warnings, out);
}

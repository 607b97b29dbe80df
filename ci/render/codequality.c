/* SPDX-License-Identifier: MIT */
#include "ci/render/codequality.h"

#include <jansson.h>
#include <string.h>

#include "base/mem.h"
#include "ci/escape.h"
#include "ci/problem.h"
#include "ci/render/json_text.h"

/* A finding that is nowhere must be somewhere all the same: where migrations are by default. */
#define NOWHERE "migrations"

enum { NOWHERE_LINE = 1 };

static const char *severity_of(enum ci_problem_level level)
{
	switch (level) {
	case CI_PROBLEM_ERROR:
		return "blocker";
	case CI_PROBLEM_BLOCK:
		return "critical";
	case CI_PROBLEM_WARN:
		break;
	}
	return "minor";
}

static json_t *text(const char *value)
{
	LG_FREE_BY_SCOPE char *mended = ci_mended(value);

	return json_string_nocheck(mended);
}

static json_t *location(const struct ci_place *place)
{
	json_int_t line = place->line ? place->line : NOWHERE_LINE;
	json_t *path = text(place->path ? place->path : NOWHERE);

	return json_pack("{s:o, s:{s:I}}", "path", path, "lines", "begin", line);
}

static json_t *issue(const struct ci_problem *problem)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "description", text(problem->message));
	(void)json_object_set_new(object, "check_name", text(problem->code));
	(void)json_object_set_new(object, "fingerprint", text(problem->fingerprint));
	(void)json_object_set_new(object, "severity", text(severity_of(problem->level)));
	(void)json_object_set_new(object, "location", location(&problem->place));
	return object;
}

static void drop_problems(struct ci_problems *problems)
{
	ci_problems_release(problems);
}

void render_codequality(const struct ci_report *report, struct lg_buf *out)
{
	LG_CLEANUP(drop_problems) struct ci_problems problems = ci_problems_of(report);
	json_t *issues = json_array();

	for (size_t i = 0; i < problems.count; i++)
		if (problems.items[i].level != CI_PROBLEM_ERROR || problems.items[i].place.path)
			(void)json_array_append_new(issues, issue(&problems.items[i]));
	(void)json_dump_callback(issues, ci_json_append, out, JSON_INDENT(1));
	lg_buf_addc(out, '\n');
	json_decref(issues);
}

/* SPDX-License-Identifier: MIT */
#include "ci/detect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"

static const char *const names[] = {"GITHUB_ACTIONS", "GITHUB_SHA", "GITHUB_ACTOR",
	"GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID", "GITLAB_CI", "CI_COMMIT_SHA",
	"CI_JOB_URL", "GITLAB_USER_LOGIN"};

static int clear(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(names); i++)
		assert_int_equal(unsetenv(names[i]), 0);
	return 0;
}

static void set(const char *name, const char *value)
{
	assert_int_equal(setenv(name, value, 1), 0);
}

static void elsewhere_nothing_is_known(void **state)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct ci_run run;

	(void)state;
	set("GITHUB_SHA", "not of this run");
	run = ci_detect(NULL, &strings);

	assert_null(run.source);
	assert_null(run.run_url);
	assert_null(run.actor);
}

static void github_actions_is_known(void **state)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct ci_run run;

	(void)state;
	set("GITHUB_ACTIONS", "true");
	set("GITHUB_SHA", "0123abcd");
	set("GITHUB_ACTOR", "ada");
	set("GITHUB_SERVER_URL", "https://github.example");
	set("GITHUB_REPOSITORY", "shop/api");
	set("GITHUB_RUN_ID", "77");
	run = ci_detect(NULL, &strings);

	assert_string_equal(run.source, "0123abcd");
	assert_string_equal(run.actor, "ada");
	assert_string_equal(run.run_url, "https://github.example/shop/api/actions/runs/77");
}

static void a_missing_or_empty_variable_is_null(void **state)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct ci_run run;

	(void)state;
	set("GITHUB_ACTIONS", "true");
	set("GITHUB_ACTOR", "");
	set("GITHUB_SERVER_URL", "https://github.example");
	run = ci_detect(NULL, &strings);

	assert_null(run.source);
	assert_null(run.actor);
	assert_null(run.run_url);
}

static void gitlab_ci_is_known(void **state)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct ci_run run;

	(void)state;
	set("GITLAB_CI", "true");
	set("CI_COMMIT_SHA", "4567");
	set("CI_JOB_URL", "https://gitlab.example/-/jobs/1");
	set("GITLAB_USER_LOGIN", "grace");
	run = ci_detect(NULL, &strings);

	assert_string_equal(run.source, "4567");
	assert_string_equal(run.run_url, "https://gitlab.example/-/jobs/1");
	assert_string_equal(run.actor, "grace");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(elsewhere_nothing_is_known, clear),
		cmocka_unit_test_setup(github_actions_is_known, clear),
		cmocka_unit_test_setup(a_missing_or_empty_variable_is_null, clear),
		cmocka_unit_test_setup(gitlab_ci_is_known, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

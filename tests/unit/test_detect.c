/* SPDX-License-Identifier: MIT */
#include "ci/detect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attrs.h"

static const char *const names[] = {"GITHUB_ACTIONS", "GITHUB_SHA", "GITHUB_ACTOR",
	"GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID", "GITLAB_CI", "CI_COMMIT_SHA",
	"CI_JOB_URL", "GITLAB_USER_LOGIN", "GITHUB_RUN_ATTEMPT", "GITHUB_EVENT_NAME",
	"GITHUB_EVENT_PATH", "GITHUB_API_URL", "GITEA_ACTIONS", "FORGEJO_ACTIONS", "CI_PROJECT_ID",
	"CI_MERGE_REQUEST_IID", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",
	"CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "CI_API_V4_URL", "JENKINS_URL", "GIT_COMMIT",
	"BUILD_URL", "CIRCLECI", "CIRCLE_SHA1", "CIRCLE_BUILD_URL", "BUILDKITE",
	"BITBUCKET_BUILD_NUMBER", "TF_BUILD", "TEAMCITY_VERSION", "DRONE", "CI_PIPELINE_FORGE_URL"};

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

/* What ci_detect() makes of an event whose file holds `payload`. */
static struct ci_run of_event(const char *event, const char *payload, struct lg_arena *strings)
{
	char path[] = "/tmp/lockgate-event-XXXXXX";
	int fd = mkstemp(path);
	struct ci_run run;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, payload, strlen(payload)), strlen(payload));
	assert_int_equal(close(fd), 0);
	set("GITHUB_ACTIONS", "true");
	set("GITHUB_SHA", "feed");
	set("GITHUB_EVENT_NAME", event);
	set("GITHUB_EVENT_PATH", path);
	run = ci_detect(NULL, strings);
	assert_int_equal(unlink(path), 0);
	return run;
}

#define SHA "0123456789abcdef0123456789abcdef01234567"

static void events_name_the_commit_the_request_and_whom_to_trust(void **state)
{
	static const struct {
		const char *event, *payload, *commit;
		int64_t request, deployment;
		bool is_from_fork, is_target, asks;
	} cases[] = {
		{"push", "{}", "feed", 0, 0, false, false, false},
		{"pull_request",
			"{\"pull_request\":{\"number\":7,\"head\":{\"sha\":\"" SHA
			"\",\"repo\":{\"full_name\":\"o/r\"}}},\"repository\":{\"full_name\":\"o/r\"}}",
			SHA, 7, 0, false, false, false},
		{"pull_request",
			"{\"pull_request\":{\"number\":7,\"head\":{\"sha\":\"" SHA
			"\",\"repo\":null}},\"repository\":{\"full_name\":\"o/r\"}}",
			SHA, 7, 0, true, false, false},
		{"pull_request_target",
			"{\"pull_request\":{\"number\":7,\"head\":{\"sha\":\"" SHA
			"\",\"repo\":{\"full_name\":\"f/r\"}}},\"repository\":{\"full_name\":\"o/r\"}}",
			SHA, 7, 0, false, true, false},
		{"merge_group",
			"{\"merge_group\":{\"head_sha\":\"" SHA
			"\",\"head_ref\":\"refs/heads/gh-readonly-queue/main/pr-12-ab\"}}",
			SHA, 12, 0, false, false, false},
		{"workflow_run",
			"{\"workflow_run\":{\"head_sha\":\"" SHA
			"\",\"pull_requests\":[{\"number\":3}]}}",
			SHA, 3, 0, false, false, false},
		{"workflow_run",
			"{\"workflow_run\":{\"head_sha\":\"" SHA "\",\"pull_requests\":[]}}", SHA,
			0, 0, false, false, false},
		{"issue_comment", "{\"issue\":{\"number\":7,\"pull_request\":{}}}", "feed", 7, 0,
			false, false, true},
		{"issue_comment", "{\"issue\":{\"number\":7}}", "feed", 0, 0, false, false, false},
		{"deployment", "{\"deployment\":{\"sha\":\"" SHA "\",\"id\":9}}", SHA, 0, 9, false,
			false, false},
		/* Files that are hostile or broken: nobody is trusted, nothing is taken. */
		{"pull_request", "", "feed", 0, 0, true, false, false},
		{"pull_request", "[[[[", "feed", 0, 0, true, false, false},
		{"pull_request", "{\"pull_request\":{\"number\":-7,\"head\":{\"sha\":\"../x\"}}}",
			"feed", 0, 0, true, false, false},
		{"pull_request_target", "null", "feed", 0, 0, true, true, false},
		{"deployment", "{\"deployment\":{\"sha\":5,\"id\":\"9\"}}", "feed", 0, 0, false,
			false, false},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
		struct ci_run run = of_event(cases[i].event, cases[i].payload, &strings);

		assert_string_equal(run.commit, cases[i].commit);
		assert_int_equal(run.pull_request, cases[i].request);
		assert_int_equal(run.deployment, cases[i].deployment);
		assert_int_equal(run.is_from_fork, cases[i].is_from_fork);
		assert_int_equal(run.is_pull_request_target, cases[i].is_target);
		assert_int_equal(run.needs_pull_request_head, cases[i].asks);
		assert_string_equal(run.source, "feed");
	}
}

static void dependabots_token_is_a_forks(void **state)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};

	(void)state;
	set("GITHUB_ACTOR", "dependabot[bot]");
	assert_true(of_event("pull_request",
		"{\"pull_request\":{\"number\":7,\"head\":{\"sha\":\"" SHA
		"\",\"repo\":{\"full_name\":\"o/r\"}}},\"repository\":{\"full_name\":\"o/r\"}}",
		&strings)
			    .is_from_fork);
}

static void services_are_told_apart(void **state)
{
	static const struct {
		const char *variable;
		enum ci_service service;
	} cases[] = {{"GITHUB_ACTIONS", CI_SERVICE_GITHUB}, {"GITEA_ACTIONS", CI_SERVICE_GITEA},
		{"FORGEJO_ACTIONS", CI_SERVICE_GITEA}, {"GITLAB_CI", CI_SERVICE_GITLAB},
		{"JENKINS_URL", CI_SERVICE_OTHER}, {"CIRCLECI", CI_SERVICE_OTHER},
		{"BUILDKITE", CI_SERVICE_OTHER}, {"TF_BUILD", CI_SERVICE_OTHER}};

	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};

		assert_int_equal(clear(state), 0);
		set(cases[i].variable, "true");
		assert_int_equal(ci_detect(NULL, &strings).service, cases[i].service);
		assert_int_equal(ci_detect("none", &strings).service, CI_SERVICE_NONE);
		assert_int_equal(ci_detect("gitlab", &strings).service, CI_SERVICE_GITLAB);
		/* Those of GitHub's kind set its variable too. */
		set("GITHUB_ACTIONS", "true");
		assert_int_equal(ci_detect(NULL, &strings).service == CI_SERVICE_GITEA,
			cases[i].service == CI_SERVICE_GITEA);
	}
	assert_true(ci_service_is_known("github"));
	assert_false(ci_service_is_known("travis"));
}

static void of_other_services_commit_and_link_are_known(void **state)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct ci_run run;

	(void)state;
	set("CIRCLECI", "true");
	set("CIRCLE_SHA1", "77");
	set("CIRCLE_BUILD_URL", "https://ci.example/1");
	run = ci_detect(NULL, &strings);

	assert_string_equal(run.commit, "77");
	assert_string_equal(run.run_url, "https://ci.example/1");
}

static void a_merge_request_has_its_own_commit(void **state)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct ci_run run;

	(void)state;
	set("GITLAB_CI", "true");
	set("CI_COMMIT_SHA", "aa");
	set("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "bb");
	set("CI_MERGE_REQUEST_IID", "9");
	set("CI_PROJECT_ID", "42");
	set("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "43");
	set("CI_API_V4_URL", "https://gitlab.example/api/v4/");
	run = ci_detect(NULL, &strings);

	assert_string_equal(run.source, "aa");
	assert_string_equal(run.commit, "bb");
	assert_int_equal(run.pull_request, 9);
	assert_true(run.is_from_fork);
	assert_string_equal(run.api_url, "https://gitlab.example/api/v4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(elsewhere_nothing_is_known, clear),
		cmocka_unit_test_setup(github_actions_is_known, clear),
		cmocka_unit_test_setup(a_missing_or_empty_variable_is_null, clear),
		cmocka_unit_test_setup(gitlab_ci_is_known, clear),
		cmocka_unit_test_setup(events_name_the_commit_the_request_and_whom_to_trust, clear),
		cmocka_unit_test_setup(dependabots_token_is_a_forks, clear),
		cmocka_unit_test_setup(services_are_told_apart, clear),
		cmocka_unit_test_setup(of_other_services_commit_and_link_are_known, clear),
		cmocka_unit_test_setup(a_merge_request_has_its_own_commit, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

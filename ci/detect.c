/* SPDX-License-Identifier: MIT */
#include "ci/detect.h"

#include <stdlib.h>
#include <string.h>

#include "base/attrs.h"
#include "ci/github_event.h"

static const struct {
	const char *name;
	enum ci_service service;
} named_services[] = {{"github", CI_SERVICE_GITHUB}, {"gitea", CI_SERVICE_GITEA},
	{"gitlab", CI_SERVICE_GITLAB}, {"none", CI_SERVICE_NONE}};

/* What else there is, by a variable that only it sets, and what it calls commit and link. */
static const struct {
	const char *mark, *commit, *ref, *run_url, *actor;
} other_services[] = {
	{"BITBUCKET_BUILD_NUMBER", "BITBUCKET_COMMIT", "BITBUCKET_BRANCH", "", ""},
	{"CIRCLECI", "CIRCLE_SHA1", "CIRCLE_BRANCH", "CIRCLE_BUILD_URL", "CIRCLE_USERNAME"},
	{"BUILDKITE", "BUILDKITE_COMMIT", "BUILDKITE_BRANCH", "BUILDKITE_BUILD_URL",
		"BUILDKITE_BUILD_CREATOR"},
	{"TF_BUILD", "BUILD_SOURCEVERSION", "BUILD_SOURCEBRANCH", "", "BUILD_REQUESTEDFOR"},
	{"TEAMCITY_VERSION", "BUILD_VCS_NUMBER", "", "BUILD_URL", ""},
	{"JENKINS_URL", "GIT_COMMIT", "GIT_BRANCH", "BUILD_URL", "BUILD_USER_ID"},
	{"DRONE", "DRONE_COMMIT_SHA", "DRONE_BRANCH", "DRONE_BUILD_LINK", "DRONE_COMMIT_AUTHOR"},
	{"CI_PIPELINE_FORGE_URL", "CI_COMMIT_SHA", "CI_COMMIT_BRANCH", "CI_PIPELINE_URL",
		"CI_COMMIT_AUTHOR"},
};

/* NULL also where the variable is empty. */
static const char *variable(const char *name)
{
	const char *value = *name ? getenv(name) : NULL;

	return value && *value ? value : NULL;
}

static const char *without_slash(const char *url, struct lg_arena *strings)
{
	size_t len = url ? strlen(url) : 0;

	while (len && url[len - 1] == '/')
		len--;
	return len ? lg_arena_addn(strings, url, len) : NULL;
}

static const char *github_run_url(struct lg_arena *strings)
{
	const char *server = variable("GITHUB_SERVER_URL");
	const char *repository = variable("GITHUB_REPOSITORY");
	const char *run = variable("GITHUB_RUN_ID");
	const char *attempt = variable("GITHUB_RUN_ATTEMPT");

	if (!server || !repository || !run)
		return NULL;
	return lg_arena_addf(strings, "%s/%s/actions/runs/%s%s%s", server, repository, run,
		attempt ? "/attempts/" : "", attempt ? attempt : "");
}

static struct ci_run detect_github(enum ci_service service, struct lg_arena *strings)
{
	struct ci_run run = {
		.service = service,
		.source = variable("GITHUB_SHA"),
		.run_url = github_run_url(strings),
		.actor = variable("GITHUB_ACTOR"),
		.event = variable("GITHUB_EVENT_NAME"),
		.commit = variable("GITHUB_SHA"),
		.ref = variable("GITHUB_REF"),
		.repository = variable("GITHUB_REPOSITORY"),
		.api_url = without_slash(variable("GITHUB_API_URL"), strings),
		.workspace = variable("GITHUB_WORKSPACE"),
	};

	github_event_read(variable("GITHUB_EVENT_PATH"), &run, strings);
	return run;
}

/* Of merged results, CI_COMMIT_SHA is a commit that exists nowhere else. */
static struct ci_run detect_gitlab(struct lg_arena *strings)
{
	const char *head = variable("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA");
	const char *number = variable("CI_MERGE_REQUEST_IID");
	const char *from = variable("CI_MERGE_REQUEST_SOURCE_PROJECT_ID");
	const char *project = variable("CI_PROJECT_ID");

	return (struct ci_run){
		.service = CI_SERVICE_GITLAB,
		.source = variable("CI_COMMIT_SHA"),
		.run_url = variable("CI_JOB_URL"),
		.actor = variable("GITLAB_USER_LOGIN"),
		.event = variable("CI_PIPELINE_SOURCE"),
		.commit = head ? head : variable("CI_COMMIT_SHA"),
		.ref = variable("CI_COMMIT_REF_NAME"),
		.repository = project,
		.api_url = without_slash(variable("CI_API_V4_URL"), strings),
		.workspace = variable("CI_PROJECT_DIR"),
		.pipeline = variable("CI_PIPELINE_ID"),
		.pull_request = number ? strtoll(number, NULL, 10) : 0,
		.is_from_fork = from && project && strcmp(from, project) != 0,
	};
}

static struct ci_run detect_other(void)
{
	for (size_t i = 0; i < LG_COUNT_OF(other_services); i++)
		if (variable(other_services[i].mark))
			return (struct ci_run){
				.service = CI_SERVICE_OTHER,
				.source = variable(other_services[i].commit),
				.run_url = variable(other_services[i].run_url),
				.actor = variable(other_services[i].actor),
				.commit = variable(other_services[i].commit),
				.ref = variable(other_services[i].ref),
			};
	return (struct ci_run){.service = CI_SERVICE_NONE};
}

/* Gitea and Forgejo set GitHub's variables too, so they are asked for first. */
static enum ci_service look(void)
{
	if (variable("GITEA_ACTIONS") || variable("FORGEJO_ACTIONS"))
		return CI_SERVICE_GITEA;
	if (variable("GITHUB_ACTIONS"))
		return CI_SERVICE_GITHUB;
	if (variable("GITLAB_CI"))
		return CI_SERVICE_GITLAB;
	return CI_SERVICE_OTHER;
}

static bool find_service(const char *name, enum ci_service *out)
{
	for (size_t i = 0; i < LG_COUNT_OF(named_services); i++)
		if (strcmp(named_services[i].name, name) == 0) {
			*out = named_services[i].service;
			return true;
		}
	return false;
}

bool ci_service_is_known(const char *name)
{
	enum ci_service service;

	return find_service(name, &service);
}

struct ci_run ci_detect(const char *name, struct lg_arena *strings)
{
	enum ci_service service = look();

	if (name)
		(void)find_service(name, &service);
	switch (service) {
	case CI_SERVICE_GITHUB:
	case CI_SERVICE_GITEA:
		return detect_github(service, strings);
	case CI_SERVICE_GITLAB:
		return detect_gitlab(strings);
	case CI_SERVICE_OTHER:
		return detect_other();
	case CI_SERVICE_NONE:
		break;
	}
	return (struct ci_run){.service = CI_SERVICE_NONE};
}

void ci_service_add_words(struct lg_buf *out)
{
	for (size_t i = 0; i < LG_COUNT_OF(named_services); i++)
		lg_buf_addf(out, " %s", named_services[i].name);
}

/* SPDX-License-Identifier: MIT */
#include "ci/detect.h"

#include <stdlib.h>

/* NULL also where the variable is empty. */
static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static const char *github_run_url(struct lg_arena *strings)
{
	const char *server = variable("GITHUB_SERVER_URL");
	const char *repository = variable("GITHUB_REPOSITORY");
	const char *run = variable("GITHUB_RUN_ID");

	if (!server || !repository || !run)
		return NULL;
	return lg_arena_addf(strings, "%s/%s/actions/runs/%s", server, repository, run);
}

struct ci_run ci_detect(struct lg_arena *strings)
{
	if (variable("GITHUB_ACTIONS"))
		return (struct ci_run){.source = variable("GITHUB_SHA"),
			.run_url = github_run_url(strings),
			.actor = variable("GITHUB_ACTOR")};
	if (variable("GITLAB_CI"))
		return (struct ci_run){.source = variable("CI_COMMIT_SHA"),
			.run_url = variable("CI_JOB_URL"),
			.actor = variable("GITLAB_USER_LOGIN")};
	return (struct ci_run){0};
}

/* SPDX-License-Identifier: MIT */
#include "ci/sinks/github.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

static void drop_json(json_t **slot)
{
	json_decref(*slot);
}

bool github_is_repository(const char *text)
{
	static const char taken[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	size_t owner = text ? strspn(text, taken) : 0;
	size_t name = owner && text[owner] == '/' ? strspn(text + owner + 1, taken) : 0;

	return name && !text[owner + 1 + name] && strncmp(text, "..", 2) != 0 &&
	       strcmp(text + owner, "/..") != 0 && strcmp(text + owner, "/.") != 0;
}

enum lg_status github_check(const struct ci_settings *settings, struct lg_error *err)
{
	const struct ci_run *run = settings->run;

	if (run->service != CI_SERVICE_GITHUB && run->service != CI_SERVICE_GITEA)
		return lg_hint((lg_fail(err, LG_USAGE, "this is no run of GitHub Actions"), err),
			"leave the sink out, or set --ci github and what Actions sets: "
			"GITHUB_REPOSITORY, GITHUB_SHA, GITHUB_API_URL");
	if (!run->api_url || !github_is_repository(run->repository))
		return lg_hint(
			(lg_fail(err, LG_USAGE, "it is not known which repository to tell"), err),
			"set GITHUB_API_URL and GITHUB_REPOSITORY");
	if (!settings->github_token)
		return lg_hint((lg_fail(err, LG_USAGE, "there is no token for GitHub"), err),
			"set GITHUB_TOKEN: ${{ github.token }} in the environment of the step");
	return LG_OK;
}

/* A refusal for want of a permission says which; GitHub's answer names it in a header. */
static void explain_refusal(const struct github_call *call, const struct http_answer *answer)
{
	const char *named = answer->permissions;
	size_t len = strcspn(named, "=");

	if (call->out->result != CI_DEAD || (answer->status != 403 && answer->status != 404))
		return;
	if (named[len])
		(void)snprintf(call->out->hint, sizeof(call->out->hint),
			"add '%.*s: %.200s' to this job's 'permissions'", (int)len, named,
			named + len + 1);
	else
		(void)snprintf(call->out->hint, sizeof(call->out->hint),
			"add '%s' to this job's 'permissions'", call->permission);
}

static void add_message(const struct github_call *call, const struct http_answer *answer)
{
	LG_CLEANUP(drop_json)
	json_t *root = json_loadb(answer->body.text, answer->body.len, 0, NULL);
	const char *message = json_string_value(json_object_get(root, "message"));
	size_t len = strlen(call->out->problem);

	if (message && len < sizeof(call->out->problem))
		(void)snprintf(call->out->problem + len, sizeof(call->out->problem) - len,
			": %.200s", message);
}

bool github_send(const struct github_call *call, const char *method, const char *path,
	const char *body, struct http_answer *answer)
{
	const struct ci_settings *settings = call->settings;
	const char *version =
		settings->github_api_version ? settings->github_api_version : "2022-11-28";
	LG_FREE_BY_SCOPE char *token = lg_format("Bearer %s", settings->github_token);
	LG_FREE_BY_SCOPE char *url =
		*path == '/' ? lg_format("%s%s", settings->run->api_url, path) : lg_strdup(path);
	const struct http_request request = {
		.method = method,
		.url = url,
		.headers = {{"Authorization", token},
			{"Accept", "application/vnd.github+json, application/json;q=0.9"},
			{"X-GitHub-Api-Version", version},
			{body ? "Content-Type" : NULL, "application/json; charset=utf-8"}},
		.body = body,
		.body_len = body ? strlen(body) : 0,
		.follows = true,
	};

	http_send(call->client, &request, answer);
	ci_attempt_judge(answer, CI_DIALECT_GITHUB, call->out);
	if (answer->deprecation[0])
		(void)snprintf(call->out->advice, sizeof(call->out->advice),
			"GitHub says that version %.20s of its API ends: %.150s", version,
			answer->deprecation);
	if (call->out->result == CI_DELIVERED)
		return true;
	if (answer->outcome == HTTP_ANSWERED)
		add_message(call, answer);
	explain_refusal(call, answer);
	return false;
}

static bool take_commit(json_t *text, char *out)
{
	const char *commit = json_string_value(text);
	size_t len = commit ? strspn(commit, "0123456789abcdefABCDEF") : 0;

	if (!commit || commit[len] || len < 7 || len > GITHUB_COMMIT_CHARS)
		return false;
	(void)snprintf(out, GITHUB_COMMIT_CHARS + 1, "%s", commit);
	return true;
}

/* Of a comment's event only the API knows which commit the request has now. */
static bool ask_commit(const struct github_call *call, struct github_place *place)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	LG_CLEANUP(drop_json) json_t *root = NULL;
	char path[GITHUB_PATH_CHARS];

	http_answer_init(&answer);
	(void)snprintf(path, sizeof(path), "/repos/%s/pulls/%lld", place->repository,
		(long long)place->pull_request);
	if (!github_send(call, "GET", path, NULL, &answer))
		return false;
	root = json_loadb(answer.body.text, answer.body.len, 0, NULL);
	if (take_commit(json_object_get(json_object_get(root, "head"), "sha"), place->commit))
		return true;
	call->out->result = CI_RETRY;
	(void)snprintf(
		call->out->problem, sizeof(call->out->problem), "GitHub's answer names no commit");
	return false;
}

bool github_read_place(
	const struct github_call *call, const char *message, struct github_place *out)
{
	LG_CLEANUP(drop_json) json_t *root = json_loads(message, 0, NULL);
	const char *repository = json_string_value(json_object_get(root, "repository"));

	*out = (struct github_place){
		.pull_request = json_integer_value(json_object_get(root, "pull_request"))};
	if (!repository || !github_is_repository(repository) ||
		strlen(repository) >= sizeof(out->repository)) {
		ci_attempt_unreadable(call->out);
		return false;
	}
	(void)snprintf(out->repository, sizeof(out->repository), "%s", repository);
	if (take_commit(json_object_get(root, "commit"), out->commit))
		return true;
	if (out->pull_request > 0)
		return ask_commit(call, out);
	ci_attempt_unreadable(call->out);
	return false;
}

void github_time(int64_t moment_us, char out[32])
{
	char text[LG_MOMENT_CHARS + 1];

	lg_clock_format(moment_us, text);
	(void)snprintf(out, 32, "%.19sZ", text);
}

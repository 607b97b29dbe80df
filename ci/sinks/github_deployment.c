/* SPDX-License-Identifier: MIT */
/*
 * Deployments: GitHub REST API, "Create a deployment" and "Create a deployment status". Where a
 * deployment's event has started this run its loop is closed; otherwise one is made, and found
 * again by the id in its payload. A job with `environment:` has one of its own already.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/percent.h"
#include "ci/render/sentence.h"
#include "ci/sinks/github.h"

enum { DESCRIPTION_CHARS = 140 };

static void drop_json(json_t **slot)
{
	json_decref(*slot);
}

static const char *state_of(const struct ci_report *report, enum ci_phase phase)
{
	if (phase == CI_STARTED)
		return "in_progress";
	if (strcmp(report->outcome, "ok") == 0)
		return "success";
	return strcmp(report->outcome, "refused") == 0 || strcmp(report->outcome, "failed") == 0
		       ? "failure"
		       : "error";
}

/* Looking at a database deploys nothing, unless an event of a deployment asked for it. */
static bool is_deployment(const struct ci_run *run, const struct ci_report *report)
{
	return run->deployment > 0 || strcmp(report->command, "apply") == 0 ||
	       strcmp(report->command, "run") == 0 || strcmp(report->command, "revert") == 0;
}

static void compose(const struct ci_settings *settings, const struct ci_report *report,
	enum ci_phase phase, struct ci_message *out)
{
	const struct ci_run *run = settings->run;
	const char *environment = report->environment ? report->environment : "production";
	LG_CLEANUP(lg_buf_release) struct lg_buf description;
	LG_CLEANUP(drop_json) json_t *root = NULL;
	LG_FREE_BY_SCOPE char *text = NULL;
	const char *key[] = {report->id, NULL};

	lg_buf_init(&description, LG_BUF_MAX_BYTES);
	if (!is_deployment(run, report))
		return;
	if (phase == CI_STARTED)
		lg_buf_addf(&description, "%s is under way", report->command);
	else
		render_sentence(report, DESCRIPTION_CHARS, &description);
	root = json_pack("{s:s, s:s?, s:I, s:I, s:s, s:s, s:{s:s, s:s, s:s*, s:b}}", "repository",
		run->repository, "commit", run->needs_pull_request_head ? NULL : run->commit,
		"pull_request", (json_int_t)run->pull_request, "deployment",
		(json_int_t)run->deployment, "environment", environment, "report", report->id,
		"status", "state", state_of(report, phase), "description", description.text,
		"log_url", run->run_url, "auto_inactive", 0);
	text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	lg_buf_adds(&out->body, text ? text : "");
	ci_message_key(out, key);
}

/* One delivery under way. */
struct deployment {
	struct github_call call;
	struct github_place place;
	const char *environment, *report; /* borrowed from the message */
	json_int_t id;                    /* 0: there is none yet */
};

static bool is_same(json_t *item, const char *report)
{
	json_t *payload = json_object_get(item, "payload");
	const char *id = json_string_value(json_object_get(payload, "lockgate"));

	return id && strcmp(id, report) == 0;
}

/* The beginning of this run, or an earlier try, may have made it. */
static bool look_up(struct deployment *deployment)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	LG_CLEANUP(lg_buf_release) struct lg_buf path;
	LG_CLEANUP(drop_json) json_t *root = NULL;

	http_answer_init(&answer);
	lg_buf_init(&path, LG_BUF_MAX_BYTES);
	lg_buf_addf(&path,
		"/repos/%s/deployments?sha=%s&task=deploy%%3Amigrations&per_page=100&environment=",
		deployment->place.repository, deployment->place.commit);
	lg_percent_encode(deployment->environment, &path);
	if (!github_send(&deployment->call, "GET", path.text, NULL, &answer))
		return false;
	root = json_loadb(answer.body.text, answer.body.len, 0, NULL);
	for (size_t i = 0; i < json_array_size(root); i++)
		if (is_same(json_array_get(root, i), deployment->report))
			deployment->id =
				json_integer_value(json_object_get(json_array_get(root, i), "id"));
	return true;
}

static bool create(struct deployment *deployment)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	LG_CLEANUP(drop_json)
	json_t *request = json_pack("{s:s, s:s, s:s, s:b, s:[], s:{s:s}}", "ref",
		deployment->place.commit, "task", "deploy:migrations", "environment",
		deployment->environment, "auto_merge", 0, "required_contexts", "payload",
		"lockgate", deployment->report);
	LG_FREE_BY_SCOPE char *body = json_dumps(request, JSON_COMPACT);
	LG_CLEANUP(drop_json) json_t *root = NULL;
	char path[GITHUB_PATH_CHARS];

	http_answer_init(&answer);
	(void)snprintf(path, sizeof(path), "/repos/%s/deployments", deployment->place.repository);
	if (!github_send(&deployment->call, "POST", path, body, &answer))
		return false;
	root = json_loadb(answer.body.text, answer.body.len, 0, NULL);
	deployment->id = json_integer_value(json_object_get(root, "id"));
	if (deployment->id > 0)
		return true;
	*deployment->call.out = (struct ci_attempt){.result = CI_RETRY, .wait_ms = -1};
	(void)snprintf(deployment->call.out->problem, sizeof(deployment->call.out->problem),
		"GitHub's answer names no deployment");
	return false;
}

static void send_status(struct deployment *deployment, const char *body)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	char path[GITHUB_PATH_CHARS];

	http_answer_init(&answer);
	(void)snprintf(path, sizeof(path), "/repos/%s/deployments/%lld/statuses",
		deployment->place.repository, (long long)deployment->id);
	(void)github_send(&deployment->call, "POST", path, body, &answer);
}

static void deliver(const struct ci_settings *settings, struct http_client *client,
	const struct ci_message *message, struct ci_attempt *out)
{
	LG_CLEANUP(drop_json) json_t *root = json_loads(message->body.text, 0, NULL);
	LG_FREE_BY_SCOPE char *status = json_dumps(json_object_get(root, "status"), JSON_COMPACT);
	struct deployment deployment = {
		.call = {settings, client, "deployments: write", out},
		.environment = json_string_value(json_object_get(root, "environment")),
		.report = json_string_value(json_object_get(root, "report")),
		.id = json_integer_value(json_object_get(root, "deployment")),
	};

	if (!status || !deployment.environment || !deployment.report) {
		ci_attempt_unreadable(out);
		return;
	}
	if (!github_read_place(&deployment.call, message->body.text, &deployment.place))
		return;
	if (deployment.id <= 0 &&
		(!look_up(&deployment) || (deployment.id <= 0 && !create(&deployment))))
		return;
	send_status(&deployment, status);
}

const struct ci_sink sink_deployment = {
	.name = "deployment",
	.is_state = true,
	.needs_service = true,
	.check = github_check,
	.compose = compose,
	.deliver = deliver,
};

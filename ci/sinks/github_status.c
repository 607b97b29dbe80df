/* SPDX-License-Identifier: MIT */
/* Commit statuses: GitHub REST API, "Create a commit status". The last one of a context counts. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ci/render/sentence.h"
#include "ci/sinks/github.h"

enum { DESCRIPTION_CHARS = 140 };

static void drop_json(json_t **slot)
{
	json_decref(*slot);
}

/* "error" is for what could not be decided. */
static const char *state_of(const struct ci_report *report, enum ci_phase phase)
{
	static const char *const failures[] = {"refused", "failed", "bad-bundle"};

	if (phase == CI_STARTED)
		return "pending";
	if (strcmp(report->outcome, "ok") == 0)
		return "success";
	for (size_t i = 0; i < LG_COUNT_OF(failures); i++)
		if (strcmp(report->outcome, failures[i]) == 0)
			return "failure";
	return "error";
}

static void describe(const struct ci_report *report, enum ci_phase phase, struct lg_buf *out)
{
	if (phase == CI_STARTED)
		lg_buf_addf(out, "%s is under way", report->command);
	else
		render_sentence(report, DESCRIPTION_CHARS, out);
}

static void compose(const struct ci_settings *settings, const struct ci_report *report,
	enum ci_phase phase, struct ci_message *out)
{
	const struct ci_run *run = settings->run;
	LG_CLEANUP(lg_buf_release) struct lg_buf description;
	LG_FREE_BY_SCOPE char *context = ci_sink_context(report, "/");
	LG_FREE_BY_SCOPE char *text = NULL;
	LG_CLEANUP(drop_json) json_t *root = NULL;
	const char *key[] = {run->repository, run->commit ? run->commit : "", context, NULL};

	lg_buf_init(&description, LG_BUF_MAX_BYTES);
	describe(report, phase, &description);
	root = json_pack("{s:s, s:s?, s:I, s:{s:s, s:s, s:s, s:s*}}", "repository", run->repository,
		"commit", run->needs_pull_request_head ? NULL : run->commit, "pull_request",
		(json_int_t)run->pull_request, "status", "state", state_of(report, phase),
		"context", context, "description", description.text, "target_url", run->run_url);
	text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	lg_buf_adds(&out->body, text ? text : "");
	ci_message_key(out, key);
}

static void deliver(const struct ci_settings *settings, struct http_client *client,
	const struct ci_message *message, struct ci_attempt *out)
{
	const struct github_call call = {settings, client, "statuses: write", out};
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	LG_CLEANUP(drop_json) json_t *root = json_loads(message->body.text, 0, NULL);
	LG_FREE_BY_SCOPE char *body = json_dumps(json_object_get(root, "status"), JSON_COMPACT);
	struct github_place place;
	char path[GITHUB_PATH_CHARS];

	http_answer_init(&answer);
	if (!body) {
		ci_attempt_unreadable(out);
		return;
	}
	if (!github_read_place(&call, message->body.text, &place))
		return;
	(void)snprintf(path, sizeof(path), "/repos/%s/statuses/%s", place.repository, place.commit);
	(void)github_send(&call, "POST", path, body, &answer);
}

const struct ci_sink sink_status = {
	.name = "status",
	.is_state = true,
	.needs_service = true,
	.check = github_check,
	.compose = compose,
	.deliver = deliver,
};

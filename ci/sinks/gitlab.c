/* SPDX-License-Identifier: MIT */
/*
 * GitLab: the status of a commit (Commits API, "Set commit pipeline status") and a note on the
 * merge request (Notes API). CI_JOB_TOKEN may do neither, so an access token is needed. Both can be
 * repeated: a status that is set already, and a note that says already what we say, are left.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/percent.h"
#include "ci/render/sentence.h"
#include "ci/sink.h"
#include "ci/sinks/comment_body.h"

enum { NOTE_CHARS = 200000, PAGES_MAX = 30 };

static void drop_json(json_t **slot)
{
	json_decref(*slot);
}

static enum lg_status check(const struct ci_settings *settings, struct lg_error *err)
{
	const struct ci_run *run = settings->run;

	if (run->service != CI_SERVICE_GITLAB || !run->api_url || !run->repository || !run->commit)
		return lg_hint((lg_fail(err, LG_USAGE, "this is no job of GitLab CI"), err),
			"leave the sink out, or set --ci gitlab and what GitLab sets: "
			"CI_API_V4_URL, CI_PROJECT_ID, CI_COMMIT_SHA");
	if (!settings->gitlab_token)
		return lg_hint((lg_fail(err, LG_USAGE, "there is no token for GitLab"), err),
			"set LOCKGATE_GITLAB_TOKEN to an access token with scope api; "
			"CI_JOB_TOKEN may not set statuses");
	return LG_OK;
}

static const char *state_of(const struct ci_report *report, enum ci_phase phase)
{
	if (phase == CI_STARTED)
		return "running";
	if (strcmp(report->outcome, "ok") == 0)
		return "success";
	return strcmp(report->outcome, "cancelled") == 0 ? "canceled" : "failed";
}

static json_t *status_of(
	const struct ci_run *run, const struct ci_report *report, enum ci_phase phase)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf description;
	LG_FREE_BY_SCOPE char *name = ci_sink_context(report, "/");

	lg_buf_init(&description, LG_BUF_MAX_BYTES);
	if (phase == CI_STARTED)
		lg_buf_addf(&description, "%s is under way", report->command);
	else
		render_sentence(report, CI_SENTENCE_GITLAB_CHARS, &description);
	return json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:s*}", "state", state_of(report, phase),
		"name", name, "description", description.text, "ref", run->ref, "target_url",
		run->run_url, "pipeline_id", run->pipeline);
}

static json_t *note_of(
	const struct ci_settings *settings, const struct ci_report *report, enum ci_phase phase)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf body;
	struct ci_message note = {.id = ""};

	lg_buf_init(&body, LG_BUF_MAX_BYTES);
	if (phase == CI_STARTED || settings->run->pull_request <= 0 ||
		settings->comment == CI_COMMENT_OFF)
		return json_null();
	comment_render(settings->run, report, NOTE_CHARS, &note, &body);
	return json_pack("{s:I, s:s, s:b, s:s}", "merge_request",
		(json_int_t)settings->run->pull_request, "key", note.key, "creates",
		(int)comment_is_due(settings->comment, report), "body", body.text);
}

static void compose(const struct ci_settings *settings, const struct ci_report *report,
	enum ci_phase phase, struct ci_message *out)
{
	const struct ci_run *run = settings->run;
	LG_CLEANUP(drop_json)
	json_t *root = json_pack("{s:s, s:s, s:o, s:o}", "project", run->repository, "commit",
		run->commit, "status", status_of(run, report, phase), "note",
		note_of(settings, report, phase));
	LG_FREE_BY_SCOPE char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	LG_FREE_BY_SCOPE char *name = ci_sink_context(report, "/");
	const char *key[] = {run->repository, run->commit, name, NULL};

	lg_buf_adds(&out->body, text ? text : "");
	ci_message_key(out, key);
}

/* One delivery under way. */
struct delivery {
	const struct ci_settings *settings;
	struct http_client *client;
	char *project; /* percent-encoded */
	struct ci_attempt *out;
};

static bool send_call(const struct delivery *delivery, const char *method, const char *path,
	json_t *body, struct http_answer *answer)
{
	LG_FREE_BY_SCOPE char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	LG_FREE_BY_SCOPE char *url =
		*path == '/' ? lg_format("%s%s", delivery->settings->run->api_url, path)
			     : lg_strdup(path);
	const struct http_request request = {
		.method = method,
		.url = url,
		.headers = {{"PRIVATE-TOKEN", delivery->settings->gitlab_token},
			{text ? "Content-Type" : NULL, "application/json"}},
		.body = text,
		.body_len = text ? strlen(text) : 0,
	};

	http_send(delivery->client, &request, answer);
	ci_attempt_judge(answer, CI_DIALECT_PLAIN, delivery->out);
	return delivery->out->result == CI_DELIVERED;
}

/* Until 2025 GitLab refused to set the state that was set: "Cannot transition status via :run …" */
static bool is_set_already(const struct http_answer *answer)
{
	return answer->outcome == HTTP_ANSWERED && answer->status == 400 &&
	       strstr(answer->body.text, "Cannot transition status");
}

static bool send_status(const struct delivery *delivery, const char *commit, json_t *status)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	LG_FREE_BY_SCOPE char *path =
		lg_format("/projects/%s/statuses/%s", delivery->project, commit);

	http_answer_init(&answer);
	if (send_call(delivery, "POST", path, status, &answer))
		return true;
	if (!is_set_already(&answer))
		return false;
	*delivery->out = (struct ci_attempt){.result = CI_DELIVERED};
	return true;
}

/* Whose the token is, so that nobody else's note is taken for ours. */
static bool find_me(const struct delivery *delivery, json_int_t *out)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	LG_CLEANUP(drop_json) json_t *root = NULL;

	http_answer_init(&answer);
	if (!send_call(delivery, "GET", "/user", NULL, &answer))
		return false;
	root = json_loadb(answer.body.text, answer.body.len, 0, NULL);
	*out = json_integer_value(json_object_get(root, "id"));
	return true;
}

struct found_note {
	json_int_t id; /* 0: none */
	bool is_equal;
};

static void look_at(json_t *item, json_t *note, json_int_t me, struct found_note *found)
{
	const char *body = json_string_value(json_object_get(item, "body"));
	json_int_t author =
		json_integer_value(json_object_get(json_object_get(item, "author"), "id"));
	json_int_t id = json_integer_value(json_object_get(item, "id"));

	if (!body || json_is_true(json_object_get(item, "system")) || author != me ||
		id <= found->id ||
		!comment_has_marker(body, json_string_value(json_object_get(note, "key"))))
		return;
	found->id = id;
	found->is_equal = strcmp(body, json_string_value(json_object_get(note, "body"))) == 0;
}

static bool find_note(
	const struct delivery *delivery, const char *notes, json_t *note, struct found_note *out)
{
	LG_FREE_BY_SCOPE char *path =
		lg_format("%s?per_page=100&order_by=created_at&sort=desc", notes);
	json_int_t me = 0;

	if (!find_me(delivery, &me))
		return false;
	for (int page = 0; page < PAGES_MAX && *path; page++) {
		LG_CLEANUP(http_answer_release) struct http_answer answer;
		LG_CLEANUP(drop_json) json_t *root = NULL;

		http_answer_init(&answer);
		if (!send_call(delivery, "GET", path, NULL, &answer))
			return false;
		root = json_loadb(answer.body.text, answer.body.len, 0, NULL);
		for (size_t i = 0; i < json_array_size(root); i++)
			look_at(json_array_get(root, i), note, me, out);
		free(path);
		path = lg_strdup(answer.next);
	}
	return true;
}

static void send_note(const struct delivery *delivery, json_t *note)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	LG_CLEANUP(drop_json)
	json_t *body = json_pack("{s:O}", "body", json_object_get(note, "body"));
	LG_FREE_BY_SCOPE char *notes =
		lg_format("/projects/%s/merge_requests/%lld/notes", delivery->project,
			(long long)json_integer_value(json_object_get(note, "merge_request")));
	LG_FREE_BY_SCOPE char *path = NULL;
	struct found_note found = {0};

	http_answer_init(&answer);
	if (!find_note(delivery, notes, note, &found))
		return;
	*delivery->out = (struct ci_attempt){.result = CI_DELIVERED};
	if (found.is_equal || (!found.id && !json_is_true(json_object_get(note, "creates"))))
		return;
	path = found.id ? lg_format("%s/%lld", notes, (long long)found.id) : lg_strdup(notes);
	(void)send_call(delivery, found.id ? "PUT" : "POST", path, body, &answer);
}

static char *encoded(const char *text)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	lg_percent_encode(text, &out);
	return lg_buf_take(&out);
}

static bool is_note(json_t *note)
{
	return json_is_string(json_object_get(note, "key")) &&
	       json_is_string(json_object_get(note, "body"));
}

static void deliver(const struct ci_settings *settings, struct http_client *client,
	const struct ci_message *message, struct ci_attempt *out)
{
	LG_CLEANUP(drop_json) json_t *root = json_loads(message->body.text, 0, NULL);
	const char *project = json_string_value(json_object_get(root, "project"));
	const char *commit = json_string_value(json_object_get(root, "commit"));
	json_t *status = json_object_get(root, "status");
	json_t *note = json_object_get(root, "note");
	LG_FREE_BY_SCOPE char *in_path = encoded(project ? project : "");
	LG_FREE_BY_SCOPE char *commit_in_path = encoded(commit ? commit : "");
	const struct delivery delivery = {settings, client, in_path, out};

	if (!*in_path || !*commit_in_path || !json_is_object(status)) {
		ci_attempt_unreadable(out);
		return;
	}
	if (send_status(&delivery, commit_in_path, status) && is_note(note))
		send_note(&delivery, note);
}

const struct ci_sink sink_gitlab = {
	.name = "gitlab",
	.is_state = true,
	.needs_service = true,
	.check = check,
	.compose = compose,
	.deliver = deliver,
};

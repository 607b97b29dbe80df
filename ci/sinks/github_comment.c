/* SPDX-License-Identifier: MIT */
/*
 * The comment on a pull request: GitHub REST API, "List issue comments", "Create an issue comment",
 * "Update an issue comment". Anybody can write our marker into a comment, so only a comment of our
 * own author is taken for ours.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ci/sinks/comment_body.h"
#include "ci/sinks/github.h"

enum { BODY_CHARS = 65536, LOGIN_CHARS = 128 };

static void drop_json(json_t **slot)
{
	json_decref(*slot);
}

static void compose(const struct ci_settings *settings, const struct ci_report *report,
	enum ci_phase phase, struct ci_message *out)
{
	const struct ci_run *run = settings->run;
	LG_CLEANUP(lg_buf_release) struct lg_buf body;
	LG_CLEANUP(drop_json) json_t *root = NULL;
	LG_FREE_BY_SCOPE char *text = NULL;

	lg_buf_init(&body, LG_BUF_MAX_BYTES);
	if (phase == CI_STARTED || run->pull_request <= 0 || settings->comment == CI_COMMENT_OFF)
		return;
	comment_render(run, report, BODY_CHARS, out, &body);
	root = json_pack("{s:s, s:I, s:s, s:b, s:s}", "repository", run->repository, "pull_request",
		(json_int_t)run->pull_request, "key", out->key, "creates",
		(int)comment_is_due(settings->comment, report), "body", body.text);
	text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	lg_buf_adds(&out->body, text ? text : "");
}

/* One delivery under way. */
struct comment {
	struct github_call call;
	const char *repository, *key, *body; /* borrowed from the message */
	json_int_t pull_request;
	json_int_t id;        /* of our comment; 0: none is found */
	bool is_equal;        /* it says already what we have to say */
	char me[LOGIN_CHARS]; /* whose the token is; "" where it is not known */
};

static const char *text_at(json_t *object, const char *outer, const char *inner)
{
	const char *text =
		json_string_value(json_object_get(json_object_get(object, outer), inner));

	return text ? text : "";
}

/* A token of Actions writes as its app; any other one as the user that it belongs to. */
static bool is_ours(const struct comment *comment, json_t *item)
{
	const char *login = text_at(item, "user", "login");

	if (strcmp(text_at(item, "performed_via_github_app", "slug"), "github-actions") == 0)
		return true;
	if (strcmp(login, "github-actions[bot]") == 0 &&
		strcmp(text_at(item, "user", "type"), "Bot") == 0)
		return true;
	return comment->me[0] && strcmp(login, comment->me) == 0;
}

/* The newest of several counts; the others are left alone. */
static void look_at(struct comment *comment, json_t *item)
{
	const char *body = json_string_value(json_object_get(item, "body"));
	json_int_t id = json_integer_value(json_object_get(item, "id"));

	if (!body || id <= comment->id || !comment_has_marker(body, comment->key) ||
		!is_ours(comment, item))
		return;
	comment->id = id;
	comment->is_equal = strcmp(body, comment->body) == 0;
}

static bool read_page(struct comment *comment, struct http_answer *answer)
{
	LG_CLEANUP(drop_json)
	json_t *root = json_loadb(answer->body.text, answer->body.len, 0, NULL);

	if (!json_is_array(root)) {
		comment->call.out->result = CI_RETRY;
		(void)snprintf(comment->call.out->problem, sizeof(comment->call.out->problem),
			"GitHub's list of comments is no list");
		return false;
	}
	for (size_t i = 0; i < json_array_size(root); i++)
		look_at(comment, json_array_get(root, i));
	return true;
}

static bool find_comment(struct comment *comment)
{
	char path[GITHUB_PATH_CHARS];

	(void)snprintf(path, sizeof(path), "/repos/%s/issues/%lld/comments?per_page=100",
		comment->repository, (long long)comment->pull_request);
	for (int page = 0; page < GITHUB_PAGES_MAX && path[0]; page++) {
		LG_CLEANUP(http_answer_release) struct http_answer answer;

		http_answer_init(&answer);
		if (!github_send(&comment->call, "GET", path, NULL, &answer) ||
			!read_page(comment, &answer))
			return false;
		(void)snprintf(path, sizeof(path), "%s", answer.next);
	}
	return true;
}

/* Tokens of Actions may not ask who they are; that is no failure. */
static void find_me(struct comment *comment)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	LG_CLEANUP(drop_json) json_t *root = NULL;
	const char *login;

	http_answer_init(&answer);
	if (strncmp(comment->call.settings->github_token, "ghs_", 4) == 0 ||
		!github_send(&comment->call, "GET", "/user", NULL, &answer))
		return;
	root = json_loadb(answer.body.text, answer.body.len, 0, NULL);
	login = json_string_value(json_object_get(root, "login"));
	(void)snprintf(comment->me, sizeof(comment->me), "%s", login ? login : "");
}

static void write_comment(struct comment *comment)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	LG_CLEANUP(drop_json) json_t *root = json_pack("{s:s}", "body", comment->body);
	LG_FREE_BY_SCOPE char *body = json_dumps(root, JSON_COMPACT);
	char path[GITHUB_PATH_CHARS];

	http_answer_init(&answer);
	if (comment->id)
		(void)snprintf(path, sizeof(path), "/repos/%s/issues/comments/%lld",
			comment->repository, (long long)comment->id);
	else
		(void)snprintf(path, sizeof(path), "/repos/%s/issues/%lld/comments",
			comment->repository, (long long)comment->pull_request);
	(void)github_send(&comment->call, comment->id ? "PATCH" : "POST", path, body, &answer);
}

static void deliver(const struct ci_settings *settings, struct http_client *client,
	const struct ci_message *message, struct ci_attempt *out)
{
	LG_CLEANUP(drop_json) json_t *root = json_loads(message->body.text, 0, NULL);
	struct comment comment = {
		.call = {settings, client, "pull-requests: write", out},
		.repository = json_string_value(json_object_get(root, "repository")),
		.key = json_string_value(json_object_get(root, "key")),
		.body = json_string_value(json_object_get(root, "body")),
		.pull_request = json_integer_value(json_object_get(root, "pull_request")),
	};

	if (!github_is_repository(comment.repository) || !comment.key || !comment.body ||
		comment.pull_request <= 0) {
		ci_attempt_unreadable(out);
		return;
	}
	find_me(&comment);
	if (!find_comment(&comment))
		return;
	*out = (struct ci_attempt){.result = CI_DELIVERED};
	if (!comment.is_equal && (comment.id || json_is_true(json_object_get(root, "creates"))))
		write_comment(&comment);
}

const struct ci_sink sink_comment = {
	.name = "comment",
	.is_state = true,
	.needs_service = true,
	.check = github_check,
	.compose = compose,
	.deliver = deliver,
};

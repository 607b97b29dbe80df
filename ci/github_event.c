/* SPDX-License-Identifier: MIT */
#include "ci/github_event.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"

/* GitHub caps payloads of webhooks at 25 MB. */
enum { EVENT_BYTES = 26 * 1024 * 1024, SHA1_CHARS = 40, SHA256_CHARS = 64 };

static void drop_json(json_t **slot)
{
	json_decref(*slot);
}

/* Follows `path`, "a.b.c"; NULL where something is missing. */
static json_t *find(json_t *from, const char *path)
{
	while (*path && from) {
		size_t len = strcspn(path, ".");
		char key[32] = "";

		if (len >= sizeof(key))
			return NULL;
		memcpy(key, path, len);
		from = json_object_get(from, key);
		path += len + (path[len] == '.');
	}
	return from;
}

static bool is_commit(const char *text)
{
	size_t len = text ? strspn(text, "0123456789abcdef") : 0;

	return text && !text[len] && (len == SHA1_CHARS || len == SHA256_CHARS);
}

static void take_commit(
	json_t *event, const char *path, struct ci_run *run, struct lg_arena *strings)
{
	const char *text = json_string_value(find(event, path));

	if (is_commit(text))
		run->commit = lg_arena_add(strings, text);
	else
		run->event_problem = "the event names no commit";
}

static int64_t number(json_t *event, const char *path)
{
	json_int_t value = json_integer_value(find(event, path));

	return value > 0 ? (int64_t)value : 0;
}

/* A head without a repository is one of a fork that is gone. */
static bool is_fork(json_t *event, const char *head)
{
	const char *from = json_string_value(find(event, head));
	const char *to = json_string_value(find(event, "repository.full_name"));

	return !from || !to || strcmp(from, to) != 0;
}

static void read_pull_request(json_t *event, struct ci_run *run, struct lg_arena *strings)
{
	take_commit(event, "pull_request.head.sha", run, strings);
	run->pull_request = number(event, "pull_request.number");
	run->is_from_fork = is_fork(event, "pull_request.head.repo.full_name") ||
			    (run->actor && strcmp(run->actor, "dependabot[bot]") == 0);
}

static void read_pull_request_target(json_t *event, struct ci_run *run, struct lg_arena *strings)
{
	read_pull_request(event, run, strings);
	/* Its token is the repository's own, whoever the head is from. */
	run->is_from_fork = false;
	run->is_pull_request_target = true;
}

/* refs/heads/gh-readonly-queue/main/pr-7-0123… */
static void read_merge_group(json_t *event, struct ci_run *run, struct lg_arena *strings)
{
	const char *head = json_string_value(find(event, "merge_group.head_ref"));
	const char *mark = head ? strstr(head, "/pr-") : NULL;

	take_commit(event, "merge_group.head_sha", run, strings);
	if (mark)
		run->pull_request = strtoll(mark + strlen("/pr-"), NULL, 10);
}

static void read_workflow_run(json_t *event, struct ci_run *run, struct lg_arena *strings)
{
	json_t *first = json_array_get(find(event, "workflow_run.pull_requests"), 0);

	take_commit(event, "workflow_run.head_sha", run, strings);
	run->pull_request = number(first, "number");
}

static void read_issue_comment(json_t *event, struct ci_run *run, struct lg_arena *strings)
{
	(void)strings;
	if (!find(event, "issue.pull_request"))
		return;
	run->pull_request = number(event, "issue.number");
	run->needs_pull_request_head = true;
}

static void read_deployment(json_t *event, struct ci_run *run, struct lg_arena *strings)
{
	take_commit(event, "deployment.sha", run, strings);
	run->deployment = number(event, "deployment.id");
}

static const struct {
	const char *event;
	void (*read)(json_t *event, struct ci_run *run, struct lg_arena *strings);
} readers[] = {
	{"pull_request", read_pull_request},
	{"pull_request_review", read_pull_request},
	{"pull_request_review_comment", read_pull_request},
	{"pull_request_target", read_pull_request_target},
	{"merge_group", read_merge_group},
	{"workflow_run", read_workflow_run},
	{"issue_comment", read_issue_comment},
	{"deployment", read_deployment},
	{"deployment_status", read_deployment},
};

static json_t *load(const char *path)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct lg_error ignored = {0};

	lg_buf_init(&text, EVENT_BYTES);
	if (lg_file_read(path, &text, &ignored))
		return NULL;
	return json_loadb(text.text, text.len, 0, NULL);
}

void github_event_read(const char *path, struct ci_run *run, struct lg_arena *strings)
{
	LG_CLEANUP(drop_json) json_t *event = NULL;

	for (size_t i = 0; run->event && i < LG_COUNT_OF(readers); i++) {
		if (strcmp(readers[i].event, run->event) != 0)
			continue;
		event = path ? load(path) : NULL;
		if (event)
			readers[i].read(event, run, strings);
		else
			run->event_problem = "the file with the event cannot be read";
	}
	/* Where nothing is known of a head that is anybody's, nobody is trusted. */
	if (run->event && !event && strncmp(run->event, "pull_request", 12) == 0) {
		run->is_from_fork = true;
		run->is_pull_request_target = strcmp(run->event, "pull_request_target") == 0;
	}
}

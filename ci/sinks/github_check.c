/* SPDX-License-Identifier: MIT */
/*
 * Check runs: GitHub REST API, "Create a check run" and "Update a check run". A request takes 50
 * annotations, and an update adds to those that are there, so how many are there is looked up
 * before each try but the first.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/percent.h"
#include "ci/escape.h"
#include "ci/phrase.h"
#include "ci/place.h"
#include "ci/render/markdown.h"
#include "ci/render/sentence.h"
#include "ci/sinks/github.h"

enum {
	ANNOTATIONS_A_REQUEST = 50,
	ANNOTATIONS_MAX = 400, /* eight requests: GitHub asks for restraint */
	SUMMARY_BYTES = 60000,
	TITLE_CHARS = 140,
	MESSAGE_CHARS = 4000,
};

static void drop_json(json_t **slot)
{
	json_decref(*slot);
}

/* Never "neutral" or "skipped": branch protection takes both for a pass. */
static const char *conclusion_of(const struct ci_report *report)
{
	if (strcmp(report->outcome, "ok") == 0)
		return "success";
	return strcmp(report->outcome, "cancelled") == 0 ? "cancelled" : "failure";
}

static json_t *annotation_of(const struct ci_report *report, const struct ci_finding *finding)
{
	LG_CLEANUP(ci_place_release)
	struct ci_place place = ci_place_of(report, finding->file, finding->line, finding->column);
	LG_FREE_BY_SCOPE char *text = lg_format("%s%s%s", finding->message,
		finding->hint ? "\n" : "", finding->hint ? finding->hint : "");
	LG_FREE_BY_SCOPE char *message = lg_strndup(text, ci_prefix_bytes(text, MESSAGE_CHARS));
	LG_FREE_BY_SCOPE char *mended = ci_mended(message);
	json_int_t line = place.line ? place.line : 1;

	/* An annotation needs a place in the repository. */
	if (!place.path)
		return NULL;
	return json_pack("{s:s, s:I, s:I, s:s, s:s, s:s}", "path", place.path, "start_line", line,
		"end_line", line, "annotation_level",
		ci_is_blocking(finding) ? "failure" : "warning", "title", finding->code, "message",
		mended);
}

/* What blocks comes first, for not all may fit. */
static json_t *annotations_of(const struct ci_report *report)
{
	json_t *array = json_array();

	for (int blocks = 1; blocks >= 0; blocks--)
		for (size_t i = 0; i < report->finding_count; i++) {
			const struct ci_finding *finding = &report->findings[i];
			json_t *item = NULL;

			if (json_array_size(array) < ANNOTATIONS_MAX &&
				ci_is_blocking(finding) == (blocks == 1))
				item = annotation_of(report, finding);
			if (item)
				(void)json_array_append_new(array, item);
		}
	return array;
}

/* details_url has no effect for the token of Actions, so the summary's footer links the run. */
static json_t *output_of(const struct ci_report *report, enum ci_phase phase)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf title;
	LG_CLEANUP(lg_buf_release) struct lg_buf summary;

	lg_buf_init(&title, LG_BUF_MAX_BYTES);
	lg_buf_init(&summary, LG_BUF_MAX_BYTES);
	if (phase == CI_STARTED) {
		lg_buf_addf(&title, "%s is under way", report->command);
		lg_buf_adds(&summary, title.text);
	} else {
		render_sentence(report, TITLE_CHARS, &title);
		render_markdown(report, SUMMARY_BYTES, &summary);
	}
	return json_pack("{s:s, s:s}", "title", title.text, "summary", summary.text);
}

static json_t *run_of(
	const struct ci_settings *settings, const struct ci_report *report, enum ci_phase phase)
{
	LG_FREE_BY_SCOPE char *name = ci_sink_context(report, " / ");
	json_t *run;
	char started[32];
	char finished[32];

	github_time(report->started_at_us, started);
	github_time(lg_clock_now_us(), finished);
	run = json_pack("{s:s, s:s, s:s*, s:s, s:o}", "name", name, "external_id", report->id,
		"details_url", settings->run->run_url, "started_at", started, "output",
		output_of(report, phase));
	if (!run)
		return NULL;
	if (phase == CI_STARTED) {
		(void)json_object_set_new(run, "status", json_string("in_progress"));
		return run;
	}
	(void)json_object_set_new(run, "status", json_string("completed"));
	(void)json_object_set_new(run, "conclusion", json_string(conclusion_of(report)));
	(void)json_object_set_new(run, "completed_at", json_string(finished));
	return run;
}

static void compose(const struct ci_settings *settings, const struct ci_report *report,
	enum ci_phase phase, struct ci_message *out)
{
	const struct ci_run *run = settings->run;
	LG_CLEANUP(drop_json)
	json_t *root = json_pack("{s:s, s:s?, s:I, s:o, s:o}", "repository", run->repository,
		"commit", run->needs_pull_request_head ? NULL : run->commit, "pull_request",
		(json_int_t)run->pull_request, "run", run_of(settings, report, phase),
		"annotations", annotations_of(report));
	LG_FREE_BY_SCOPE char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	const char *key[] = {report->id, NULL};

	lg_buf_adds(&out->body, text ? text : "");
	ci_message_key(out, key);
}

/* One delivery under way. */
struct check {
	struct github_call call;
	struct github_place place;
	json_t *run;         /* borrowed from the message */
	json_t *annotations; /* likewise */
	json_int_t id;       /* of GitHub's check run; 0: there is none yet */
	size_t annotated;    /* how many annotations it has */
};

static void take_run(struct check *check, json_t *found)
{
	check->id = json_integer_value(json_object_get(found, "id"));
	check->annotated = (size_t)json_integer_value(
		json_object_get(json_object_get(found, "output"), "annotations_count"));
}

/* An earlier try, or the beginning of this run, may have made it. */
static bool look_up(struct check *check)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	LG_CLEANUP(lg_buf_release) struct lg_buf path;
	LG_CLEANUP(drop_json) json_t *root = NULL;
	const char *id = json_string_value(json_object_get(check->run, "external_id"));
	const char *name = json_string_value(json_object_get(check->run, "name"));
	json_t *found;

	http_answer_init(&answer);
	lg_buf_init(&path, LG_BUF_MAX_BYTES);
	lg_buf_addf(&path, "/repos/%s/commits/%s/check-runs?filter=latest&per_page=100&check_name=",
		check->place.repository, check->place.commit);
	lg_percent_encode(name ? name : "", &path);
	if (!github_send(&check->call, "GET", path.text, NULL, &answer))
		return false;
	root = json_loadb(answer.body.text, answer.body.len, 0, NULL);
	found = json_object_get(root, "check_runs");
	for (size_t i = 0; i < json_array_size(found); i++) {
		json_t *item = json_array_get(found, i);
		const char *theirs = json_string_value(json_object_get(item, "external_id"));

		if (id && theirs && strcmp(id, theirs) == 0)
			take_run(check, item);
	}
	return true;
}

/* The run with the next annotations, and only the first time with its head. */
static char *format_part(struct check *check, size_t *out_count)
{
	LG_CLEANUP(drop_json) json_t *part = json_deep_copy(check->run);
	json_t *list = json_array();
	size_t total = json_array_size(check->annotations);

	*out_count = 0;
	while (*out_count < ANNOTATIONS_A_REQUEST && check->annotated + *out_count < total)
		(void)json_array_append(list,
			json_array_get(check->annotations, check->annotated + (*out_count)++));
	(void)json_object_set_new(json_object_get(part, "output"), "annotations", list);
	if (!check->id)
		(void)json_object_set_new(part, "head_sha", json_string(check->place.commit));
	return json_dumps(part, JSON_COMPACT);
}

static bool send_part(struct check *check)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	LG_CLEANUP(drop_json) json_t *root = NULL;
	size_t count = 0;
	LG_FREE_BY_SCOPE char *body = format_part(check, &count);
	char path[GITHUB_PATH_CHARS];
	size_t annotated = check->annotated + count;

	http_answer_init(&answer);
	if (check->id)
		(void)snprintf(path, sizeof(path), "/repos/%s/check-runs/%lld",
			check->place.repository, (long long)check->id);
	else
		(void)snprintf(path, sizeof(path), "/repos/%s/check-runs", check->place.repository);
	if (!github_send(&check->call, check->id ? "PATCH" : "POST", path, body, &answer))
		return false;
	root = json_loadb(answer.body.text, answer.body.len, 0, NULL);
	take_run(check, root);
	check->annotated = annotated;
	return true;
}

static void send_all(struct check *check)
{
	size_t total = json_array_size(check->annotations);

	do {
		bool is_many = total - check->annotated > (size_t)5 * ANNOTATIONS_A_REQUEST;

		if (!send_part(check))
			return;
		/* GitHub: a second between changes, where there are many. */
		for (int i = 0; is_many && i < 10 && !http_client_is_over(check->call.client); i++)
			lg_clock_sleep_ms(100);
	} while (check->id && check->annotated < total);
}

static void deliver(const struct ci_settings *settings, struct http_client *client,
	const struct ci_message *message, struct ci_attempt *out)
{
	LG_CLEANUP(drop_json) json_t *root = json_loads(message->body.text, 0, NULL);
	struct check check = {
		.call = {settings, client, "checks: write", out},
		.run = json_object_get(root, "run"),
		.annotations = json_object_get(root, "annotations"),
	};

	if (!json_is_object(json_object_get(check.run, "output"))) {
		ci_attempt_unreadable(out);
		return;
	}
	if (github_read_place(&check.call, message->body.text, &check.place) && look_up(&check))
		send_all(&check);
}

const struct ci_sink sink_check = {
	.name = "check",
	.is_state = true,
	.needs_service = true,
	.check = github_check,
	.compose = compose,
	.deliver = deliver,
};

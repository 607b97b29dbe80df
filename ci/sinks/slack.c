/* SPDX-License-Identifier: MIT */
/*
 * A message in a channel: Slack, "Sending messages using incoming webhooks" and "Block Kit"
 * (a header has 150 characters, a section 3,000). The address is itself the secret.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ci/escape.h"
#include "ci/phrase.h"
#include "ci/render/sentence.h"
#include "ci/sink.h"

enum { SECTION_BYTES = 2800, FINDINGS_MAX = 10 };

static void drop_json(json_t **slot)
{
	json_decref(*slot);
}

static enum lg_status check(const struct ci_settings *settings, struct lg_error *err)
{
	if (!settings->slack_url)
		return lg_hint((lg_fail(err, LG_USAGE, "it has no address"), err),
			"set LOCKGATE_SLACK_URL to an incoming webhook");
	if (http_check_url(settings->slack_url, settings->http.allow_http, err))
		return lg_wrap(err, "LOCKGATE_SLACK_URL");
	return LG_OK;
}

static void add_escaped(struct lg_buf *out, const char *text)
{
	if (text)
		ci_escape_slack(text, strlen(text), out);
}

static void add_findings(const struct ci_report *report, struct lg_buf *out)
{
	size_t shown = 0;

	while (shown < report->finding_count && shown < FINDINGS_MAX) {
		const struct ci_finding *finding = &report->findings[shown];
		size_t before = out->len;

		lg_buf_addf(out, "• *%s*%s", finding->code, finding->version ? " " : "");
		add_escaped(out, finding->version);
		lg_buf_adds(out, ": ");
		add_escaped(out, finding->message);
		lg_buf_addc(out, '\n');
		if (out->len > SECTION_BYTES) {
			lg_buf_cut(out, before);
			break;
		}
		shown++;
	}
	if (shown < report->finding_count)
		lg_buf_addf(out, "… and %zu more", report->finding_count - shown);
}

/* Which database, where to look. */
static void add_context(
	const struct ci_run *run, const struct ci_report *report, struct lg_buf *out)
{
	add_escaped(out, report->project ? report->project : "lockgate");
	if (report->environment) {
		lg_buf_adds(out, " on ");
		add_escaped(out, report->environment);
	}
	if (run->run_url && strncmp(run->run_url, "http", 4) == 0 &&
		!strpbrk(run->run_url, "<>| ")) {
		lg_buf_adds(out, " · <");
		add_escaped(out, run->run_url);
		lg_buf_adds(out, "|run>");
	}
}

static json_t *section(const char *text)
{
	return json_pack(
		"{s:s, s:{s:s, s:s}}", "type", "section", "text", "type", "mrkdwn", "text", text);
}

static void compose(const struct ci_settings *settings, const struct ci_report *report,
	enum ci_phase phase, struct ci_message *out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf sentence;
	LG_CLEANUP(lg_buf_release) struct lg_buf context;
	LG_CLEANUP(lg_buf_release) struct lg_buf findings;
	LG_CLEANUP(drop_json) json_t *root = NULL;
	LG_FREE_BY_SCOPE char *text = NULL;
	json_t *blocks = json_array();

	lg_buf_init(&sentence, LG_BUF_MAX_BYTES);
	lg_buf_init(&context, LG_BUF_MAX_BYTES);
	lg_buf_init(&findings, LG_BUF_MAX_BYTES);
	render_sentence(report, CI_SENTENCE_HEADER_CHARS, &sentence);
	add_context(settings->run, report, &context);
	add_findings(report, &findings);
	(void)json_array_append_new(
		blocks, json_pack("{s:s, s:{s:s, s:s}}", "type", "header", "text", "type",
				"plain_text", "text", sentence.text));
	if (findings.len)
		(void)json_array_append_new(blocks, section(findings.text));
	(void)json_array_append_new(blocks, section(context.text));
	lg_buf_clear(&findings);
	add_escaped(&findings, sentence.text);
	root = json_pack("{s:s, s:o}", "text", findings.text, "blocks", blocks);
	text = root && phase == CI_FINISHED ? json_dumps(root, JSON_COMPACT) : NULL;
	lg_buf_adds(&out->body, text ? text : "");
}

static void deliver(const struct ci_settings *settings, struct http_client *client,
	const struct ci_message *message, struct ci_attempt *out)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	const struct http_request request = {
		.method = "POST",
		.url = settings->slack_url,
		.headers = {{"Content-Type", "application/json"}},
		.body = message->body.text,
		.body_len = message->body.len,
	};

	http_answer_init(&answer);
	http_send(client, &request, &answer);
	ci_attempt_judge(&answer, CI_DIALECT_PLAIN, out);
}

const struct ci_sink sink_slack = {
	.name = "slack",
	.check = check,
	.compose = compose,
	.deliver = deliver,
};

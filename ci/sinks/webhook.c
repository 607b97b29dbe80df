/* SPDX-License-Identifier: MIT */
/*
 * Events for any server: Standard Webhooks, "Payload structure", "Webhook headers (sending
 * metadata to consumers)", "Signature scheme" (v1). The bytes that are sent are those that are
 * signed and that rest in the outbox. A receiver knows a repeated event by its id.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "ci/render/json.h"
#include "ci/sink.h"

enum {
	BODY_BYTES = 20000, /* receivers may refuse more */
	ITEMS_FIRST = 64,   /* of each list, halved until the body fits */
	KEY_BYTES_MIN = 24,
	KEY_BYTES_MAX = 64,
	KEYS_MAX = 4,
	HEADER_BYTES = 1024,
};

static const char key_mark[] = "whsec_";

static void drop_json(json_t **slot)
{
	json_decref(*slot);
}

/* The key that a "whsec_…" word holds; false where it is none. */
static bool read_key(const char *word, size_t len, uint8_t key[KEY_BYTES_MAX], size_t *out_len)
{
	size_t mark = strlen(key_mark);

	return len > mark && strncmp(word, key_mark, mark) == 0 &&
	       lg_base64_decode(word + mark, len - mark, key, KEY_BYTES_MAX, out_len) &&
	       *out_len >= KEY_BYTES_MIN;
}

static enum lg_status check_secret(const char *secret, struct lg_error *err)
{
	uint8_t key[KEY_BYTES_MAX];
	size_t key_len = 0;
	size_t count = 0;

	while (secret && *(secret += strspn(secret, " "))) {
		size_t len = strcspn(secret, " ");

		if (!read_key(secret, len, key, &key_len) || ++count > KEYS_MAX) {
			explicit_bzero(key, sizeof(key));
			(void)lg_fail(err, LG_USAGE, "LOCKGATE_WEBHOOK_SECRET is no key");
			return lg_hint(err,
				"a key is whsec_ and the base64 of %d to %d bytes; at most %d, "
				"divided by blanks",
				KEY_BYTES_MIN, KEY_BYTES_MAX, KEYS_MAX);
		}
		secret += len;
	}
	explicit_bzero(key, sizeof(key));
	return LG_OK;
}

static enum lg_status check(const struct ci_settings *settings, struct lg_error *err)
{
	if (!settings->webhook_url)
		return lg_hint((lg_fail(err, LG_USAGE, "it has no address"), err),
			"say --webhook-url URL, or set LOCKGATE_WEBHOOK_URL");
	if (http_check_url(settings->webhook_url, settings->http.allow_http, err))
		return lg_wrap(err, "--webhook-url");
	return check_secret(settings->webhook_secret, err);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The report as --json prints it, with the first items of its lists and their counts. */
static json_t *data_of(const struct ci_report *report, size_t items)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct ci_report cut = *report;
	json_t *root;

	cut.finding_count = least(report->finding_count, items);
	cut.plan_count = least(report->plan_count, items);
	cut.applied_count = least(report->applied_count, items);
	cut.reverted_count = least(report->reverted_count, items);
	cut.migration_count = least(report->migration_count, items);
	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	render_json(&cut, &text);
	root = json_loadb(text.text, text.len, 0, NULL);
	(void)json_object_set_new(root, "counts",
		json_pack("{s:I, s:I, s:I, s:I}", "findings", (json_int_t)report->finding_count,
			"plan", (json_int_t)report->plan_count, "applied",
			(json_int_t)report->applied_count, "reverted",
			(json_int_t)report->reverted_count));
	return root;
}

static json_t *run_of(const struct ci_run *run)
{
	return json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?}", "url", run->run_url, "commit",
		run->commit, "repository", run->repository, "event", run->event, "actor",
		run->actor);
}

static char *format_event(const struct ci_settings *settings, const struct ci_report *report,
	enum ci_phase phase, size_t items)
{
	LG_FREE_BY_SCOPE char *type = lg_format("lockgate.%s.%s", report->command,
		phase == CI_STARTED                      ? "started"
		: strcmp(report->command, "report") == 0 ? "test"
							 : "finished");
	char now[LG_MOMENT_CHARS + 1];
	LG_CLEANUP(drop_json) json_t *root = NULL;
	json_t *data = data_of(report, items);

	(void)json_object_set_new(data, "run", run_of(settings->run));
	lg_clock_format(lg_clock_now_us(), now);
	root = json_pack("{s:s, s:s, s:o}", "type", type, "timestamp", now, "data", data);
	return root ? json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
}

static void compose(const struct ci_settings *settings, const struct ci_report *report,
	enum ci_phase phase, struct ci_message *out)
{
	for (size_t items = ITEMS_FIRST;; items /= 2) {
		LG_FREE_BY_SCOPE char *text = format_event(settings, report, phase, items);

		if (text && strlen(text) > BODY_BYTES && items)
			continue;
		lg_buf_adds(&out->body, text ? text : "");
		return;
	}
}

/* "v1,BASE64" of every key, divided by blanks. */
static void sign(const char *secret, const struct ci_message *message, const char *timestamp,
	struct lg_buf *out)
{
	LG_FREE_BY_SCOPE char *text =
		lg_format("%s.%s.%s", message->id, timestamp, message->body.text);
	uint8_t key[KEY_BYTES_MAX];
	size_t key_len = 0;

	while (secret && *(secret += strspn(secret, " "))) {
		size_t len = strcspn(secret, " ");

		if (read_key(secret, len, key, &key_len)) {
			struct lg_digest digest = lg_hmac(key, key_len, text, strlen(text));

			lg_buf_adds(out, out->len ? " v1," : "v1,");
			lg_base64_encode(digest.bytes, sizeof(digest.bytes), out);
		}
		secret += len;
	}
	explicit_bzero(key, sizeof(key));
}

static void deliver(const struct ci_settings *settings, struct http_client *client,
	const struct ci_message *message, struct ci_attempt *out)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	LG_CLEANUP(lg_buf_release) struct lg_buf signature;
	LG_FREE_BY_SCOPE char *timestamp =
		lg_format("%lld", (long long)(lg_clock_now_us() / 1000000));
	struct http_request request = {
		.method = "POST",
		.url = settings->webhook_url,
		.headers = {{"Content-Type", "application/json"}, {"webhook-id", message->id},
			{"webhook-timestamp", timestamp}},
		.body = message->body.text,
		.body_len = message->body.len,
	};

	http_answer_init(&answer);
	lg_buf_init(&signature, HEADER_BYTES);
	sign(settings->webhook_secret, message, timestamp, &signature);
	if (signature.len)
		request.headers[3] = (struct http_header){"webhook-signature", signature.text};
	http_send(client, &request, &answer);
	ci_attempt_judge(&answer, CI_DIALECT_PLAIN, out);
	if (!signature.len)
		(void)snprintf(out->advice, sizeof(out->advice),
			"its events are not signed: set LOCKGATE_WEBHOOK_SECRET");
}

const struct ci_sink sink_webhook = {
	.name = "webhook",
	.check = check,
	.compose = compose,
	.deliver = deliver,
};

/* SPDX-License-Identifier: MIT */
/*
 * A run as a trace: OpenTelemetry Protocol 1.x, "OTLP/HTTP", JSON encoding (ids are hex, enums are
 * numbers, 64-bit numbers are decimal strings); "OpenTelemetry Protocol Exporter" for the
 * variables; W3C Trace Context for TRACEPARENT. One span for the run, one below it for each
 * migration.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/percent.h"
#include "ci/escape.h"
#include "ci/render/sentence.h"
#include "ci/sink.h"

enum {
	TRACE_CHARS = 32,
	SPAN_CHARS = 16,
	PARENT_CHARS = 2 + 1 + TRACE_CHARS + 1 + SPAN_CHARS + 1 + 2,
	SPANS_MAX = 500,
	EVENTS_MAX = 200,
	HEADERS_MAX = HTTP_HEADERS_MAX - 1,
	KIND_INTERNAL = 1,
	STATUS_OK = 1,
	STATUS_ERROR = 2,
};

static void drop_json(json_t **slot)
{
	json_decref(*slot);
}

static enum lg_status check(const struct ci_settings *settings, struct lg_error *err)
{
	if (!settings->otlp_url)
		return lg_hint((lg_fail(err, LG_USAGE, "it has no address"), err),
			"set OTEL_EXPORTER_OTLP_ENDPOINT, such as http://localhost:4318");
	if (http_check_url(settings->otlp_url, settings->http.allow_http, err))
		return lg_wrap(err, "OTEL_EXPORTER_OTLP_ENDPOINT");
	return LG_OK;
}

static bool is_hex(const char *text, size_t len)
{
	return strspn(text, "0123456789abcdef") >= len && strspn(text, "0") < len;
}

/* Where this run hangs in somebody else's trace; an id of all zeros is none. */
static bool read_parent(const char *text, char trace[TRACE_CHARS + 1], char span[SPAN_CHARS + 1])
{
	const char *trace_at = text ? text + 3 : NULL;
	const char *span_at = text ? text + 3 + TRACE_CHARS + 1 : NULL;

	if (!text || strlen(text) < PARENT_CHARS || text[2] != '-' ||
		trace_at[TRACE_CHARS] != '-' || span_at[SPAN_CHARS] != '-' ||
		!is_hex(trace_at, TRACE_CHARS) || !is_hex(span_at, SPAN_CHARS))
		return false;
	(void)snprintf(trace, TRACE_CHARS + 1, "%.*s", TRACE_CHARS, trace_at);
	(void)snprintf(span, SPAN_CHARS + 1, "%.*s", SPAN_CHARS, span_at);
	return true;
}

/* The same for the same report, so that a trace that is sent twice is one. */
static void make_id(const char *report, size_t number, size_t chars, char *out)
{
	LG_FREE_BY_SCOPE char *text = lg_format("%s %zu", report, number);
	struct lg_digest digest = lg_digest_of(text, strlen(text));
	char hex[LG_DIGEST_CHARS + 1];

	lg_digest_format(&digest, hex);
	(void)snprintf(out, chars + 1, "%.*s", (int)chars, hex);
}

static json_t *nanoseconds(int64_t moment_us)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%lld000", (long long)moment_us);
	return json_string(text);
}

static void add_text(json_t *attributes, const char *key, const char *value)
{
	LG_FREE_BY_SCOPE char *mended = value ? ci_mended(value) : NULL;

	if (mended)
		(void)json_array_append_new(attributes,
			json_pack("{s:s, s:{s:s}}", "key", key, "value", "stringValue", mended));
}

static void add_number(json_t *attributes, const char *key, int64_t value)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%lld", (long long)value);
	if (value != CI_UNKNOWN)
		(void)json_array_append_new(attributes,
			json_pack("{s:s, s:{s:s}}", "key", key, "value", "intValue", text));
}

/* The trace under construction. */
struct trace {
	const struct ci_report *report;
	json_t *spans;
	char id[TRACE_CHARS + 1], parent[SPAN_CHARS + 1], root[SPAN_CHARS + 1];
};

static json_t *make_span(struct trace *trace, const char *id, const char *parent, const char *name,
	int64_t start_us, int64_t end_us)
{
	LG_FREE_BY_SCOPE char *mended = ci_mended(name);
	int64_t origin_us = trace->report->started_at_us;
	json_t *span = json_pack("{s:s, s:s, s:s, s:i, s:o, s:o}", "traceId", trace->id, "spanId",
		id, "name", mended, "kind", (int)KIND_INTERNAL, "startTimeUnixNano",
		nanoseconds(origin_us + start_us), "endTimeUnixNano",
		nanoseconds(origin_us + end_us));

	if (*parent)
		(void)json_object_set_new(span, "parentSpanId", json_string(parent));
	return span;
}

static bool is_what(const struct ci_moment *moment, const char *what)
{
	return strcmp(moment->what, what) == 0;
}

/* A migration lasts until it ends, fails, or the next one begins. */
static void add_migration(struct trace *trace, size_t begin)
{
	const struct ci_report *report = trace->report;
	const struct ci_moment *first = &report->moments[begin];
	size_t end = begin + 1;
	char id[SPAN_CHARS + 1];
	bool has_failed;
	json_t *span;

	while (end < report->moment_count && !is_what(&report->moments[end], "ends") &&
		!is_what(&report->moments[end], "failed") &&
		!is_what(&report->moments[end], "begins"))
		end++;
	has_failed = end < report->moment_count && is_what(&report->moments[end], "failed");
	make_id(report->id, begin + 2, SPAN_CHARS, id);
	span = make_span(trace, id, trace->root, first->text ? first->text : "migration",
		first->at_us,
		end < report->moment_count ? report->moments[end].at_us : report->total_us);
	(void)json_object_set_new(span, "status",
		json_pack("{s:i}", "code", (int)(has_failed ? STATUS_ERROR : STATUS_OK)));
	(void)json_array_append_new(trace->spans, span);
}

static json_t *events_of(const struct ci_report *report)
{
	json_t *events = json_array();

	for (size_t i = 0; i < report->moment_count && json_array_size(events) < EVENTS_MAX; i++) {
		const struct ci_moment *moment = &report->moments[i];
		json_t *attributes = json_array();

		if (moment->text && *moment->text)
			add_text(attributes, "lockgate.text", moment->text);
		(void)json_array_append_new(
			events, json_pack("{s:o, s:s, s:o}", "timeUnixNano",
					nanoseconds(report->started_at_us + moment->at_us), "name",
					moment->what, "attributes", attributes));
	}
	return events;
}

static json_t *attributes_of(const struct ci_report *report)
{
	json_t *attributes = json_array();

	add_text(attributes, "lockgate.command", report->command);
	add_text(attributes, "lockgate.outcome", report->outcome);
	add_text(attributes, "lockgate.project", report->project);
	add_text(attributes, "lockgate.scope", report->scope);
	add_text(attributes, "lockgate.bundle.id", report->bundle ? report->bundle->id : NULL);
	add_text(attributes, "deployment.environment.name", report->environment);
	add_text(attributes, "db.system.name",
		!report->target                                 ? NULL
		: strcmp(report->target->engine, "sqlite") == 0 ? "sqlite"
								: "postgresql");
	add_text(attributes, "db.namespace", report->target ? report->target->database : NULL);
	add_number(attributes, "lockgate.exit_code", report->exit_code);
	add_number(attributes, "lockgate.applied", (int64_t)report->applied_count);
	add_number(attributes, "lockgate.reverted", (int64_t)report->reverted_count);
	add_number(attributes, "lockgate.pending", report->pending);
	add_number(attributes, "lockgate.findings", (int64_t)report->finding_count);
	return attributes;
}

static json_t *status_of(const struct ci_report *report)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf sentence;

	lg_buf_init(&sentence, LG_BUF_MAX_BYTES);
	if (report->exit_code == 0)
		return json_pack("{s:i}", "code", (int)STATUS_OK);
	render_sentence(report, CI_SENTENCE_TITLE_CHARS, &sentence);
	return json_pack("{s:i, s:s}", "code", (int)STATUS_ERROR, "message", sentence.text);
}

static void add_root(struct trace *trace)
{
	const struct ci_report *report = trace->report;
	LG_FREE_BY_SCOPE char *name = lg_format("lockgate %s", report->command);
	json_t *span = make_span(trace, trace->root, trace->parent, name, 0,
		report->total_us > 0 ? report->total_us : 0);

	(void)json_object_set_new(span, "attributes", attributes_of(report));
	(void)json_object_set_new(span, "events", events_of(report));
	(void)json_object_set_new(span, "status", status_of(report));
	(void)json_array_append_new(trace->spans, span);
}

/* OTEL_RESOURCE_ATTRIBUTES: key=value, divided by commas, values percent-encoded. */
static json_t *resource_of(const struct ci_settings *settings)
{
	json_t *attributes = json_array();
	const char *at = settings->otlp_resource ? settings->otlp_resource : "";

	add_text(attributes, "service.name",
		settings->otlp_service ? settings->otlp_service : "lockgate");
	while (*(at += strspn(at, ", "))) {
		size_t len = strcspn(at, ",");
		LG_FREE_BY_SCOPE char *pair = lg_strndup(at, len);
		char *value = strchr(pair, '=');

		if (value) {
			*value++ = '\0';
			lg_percent_decode(value);
		}
		if (value && strcmp(pair, "service.name") != 0)
			add_text(attributes, pair, value);
		at += len;
	}
	return json_pack("{s:o}", "attributes", attributes);
}

static void compose(const struct ci_settings *settings, const struct ci_report *report,
	enum ci_phase phase, struct ci_message *out)
{
	struct trace trace = {.report = report, .spans = json_array()};
	LG_CLEANUP(drop_json) json_t *root = NULL;
	LG_FREE_BY_SCOPE char *text = NULL;

	if (!read_parent(settings->traceparent, trace.id, trace.parent))
		make_id(report->id, 0, TRACE_CHARS, trace.id);
	make_id(report->id, 1, SPAN_CHARS, trace.root);
	add_root(&trace);
	for (size_t i = 0; i < report->moment_count && json_array_size(trace.spans) < SPANS_MAX;
		i++)
		if (is_what(&report->moments[i], "begins"))
			add_migration(&trace, i);
	root = json_pack("{s:[{s:o, s:[{s:{s:s, s:s}, s:o}]}]}", "resourceSpans", "resource",
		resource_of(settings), "scopeSpans", "scope", "name", "lockgate", "version",
		report->tool_version, "spans", trace.spans);
	text = root && phase == CI_FINISHED ? json_dumps(root, JSON_COMPACT) : NULL;
	lg_buf_adds(&out->body, text ? text : "");
}

/* OTEL_EXPORTER_OTLP_HEADERS: name=value, divided by commas, values percent-encoded. */
static size_t read_headers(
	const char *text, struct lg_arena *strings, struct http_header out[HEADERS_MAX])
{
	size_t count = 0;

	while (text && *(text += strspn(text, ", ")) && count < HEADERS_MAX) {
		size_t len = strcspn(text, ",");
		size_t name_len = strcspn(text, "=,");
		LG_FREE_BY_SCOPE char *value = NULL;

		if (name_len < len) {
			value = lg_strndup(text + name_len + 1, len - name_len - 1);
			lg_percent_decode(value);
		}
		if (value && !strpbrk(value, "\r\n"))
			out[count++] = (struct http_header){lg_arena_addn(strings, text, name_len),
				lg_arena_add(strings, value)};
		text += len;
	}
	return count;
}

static void deliver(const struct ci_settings *settings, struct http_client *client,
	const struct ci_message *message, struct ci_attempt *out)
{
	LG_CLEANUP(http_answer_release) struct http_answer answer;
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct http_request request = {
		.method = "POST",
		.url = settings->otlp_url,
		.headers = {{"Content-Type", "application/json"}},
		.body = message->body.text,
		.body_len = message->body.len,
	};

	http_answer_init(&answer);
	(void)read_headers(settings->otlp_headers, &strings, request.headers + 1);
	http_send(client, &request, &answer);
	ci_attempt_judge(&answer, CI_DIALECT_OTLP, out);
	if (out->result == CI_DELIVERED && strstr(answer.body.text, "\"rejectedSpans\""))
		(void)snprintf(
			out->advice, sizeof(out->advice), "the collector has not kept all of it");
}

const struct ci_sink sink_otlp = {
	.name = "otlp",
	.check = check,
	.compose = compose,
	.deliver = deliver,
};

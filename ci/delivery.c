/* SPDX-License-Identifier: MIT */
#include "ci/delivery.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "ci/escape.h"

enum { FORM_VERSION = 1 };

static void drop_json(json_t **slot)
{
	json_decref(*slot);
}

void ci_delivery_init(struct ci_delivery *delivery)
{
	*delivery = (struct ci_delivery){.claim = -1, .result = CI_RETRY};
	lg_buf_init(&delivery->message.body, CI_MESSAGE_BYTES);
}

void ci_delivery_release(struct ci_delivery *delivery)
{
	lg_buf_release(&delivery->message.body);
	lg_fd_drop(&delivery->claim);
	free(delivery->name);
	delivery->name = NULL;
}

char *delivery_format(const struct ci_delivery *delivery)
{
	/* What a server said may be cut anywhere; composed bodies are whole. */
	LG_FREE_BY_SCOPE char *problem = ci_mended(delivery->problem);
	LG_CLEANUP(drop_json)
	json_t *root = json_pack("{s:i, s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:s, s:s%}", "version",
		(int)FORM_VERSION, "id", delivery->message.id, "sink", delivery->sink->name, "key",
		delivery->message.key, "required", (int)delivery->is_required, "created_at",
		(json_int_t)delivery->created_at_s, "attempts", (json_int_t)delivery->attempts,
		"not_before", (json_int_t)delivery->not_before_s, "problem", problem, "body",
		delivery->message.body.text, delivery->message.body.len);
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;

	return text ? text : lg_strdup("{}");
}

/* Copies a text that must be there and fit. */
static bool take_text(json_t *root, const char *key, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(root, key));

	if (!text || strlen(text) >= size)
		return false;
	(void)snprintf(out, size, "%s", text);
	return true;
}

static bool take_number(json_t *root, const char *key, int64_t max, int64_t *out)
{
	json_t *number = json_object_get(root, key);

	if (!json_is_integer(number) || json_integer_value(number) < 0 ||
		json_integer_value(number) > max)
		return false;
	*out = (int64_t)json_integer_value(number);
	return true;
}

/* It becomes a header and a file's name: "lgr-", a ULID, and perhaps "-started". */
static bool is_id(const char *text)
{
	static const char mark[] = "lgr-";
	const char *end;

	if (strncmp(text, mark, strlen(mark)) != 0)
		return false;
	end = text + strlen(mark);
	end += strspn(end, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if (end == text + strlen(mark))
		return false;
	return !*end || strcmp(end, "-started") == 0;
}

static bool take_fields(json_t *root, struct ci_delivery *out)
{
	json_t *body = json_object_get(root, "body");
	char sink[CI_SINK_NAME_CHARS + 1];
	int64_t attempts = 0;

	if (json_integer_value(json_object_get(root, "version")) != FORM_VERSION ||
		!json_is_string(body) || json_string_length(body) > CI_MESSAGE_BYTES ||
		!take_text(root, "sink", sink, sizeof(sink)) ||
		!take_text(root, "id", out->message.id, sizeof(out->message.id)) ||
		!take_text(root, "key", out->message.key, sizeof(out->message.key)) ||
		!take_text(root, "problem", out->problem, sizeof(out->problem)) ||
		!take_number(root, "created_at", INT64_MAX / 1000000, &out->created_at_s) ||
		!take_number(root, "not_before", INT64_MAX / 1000000, &out->not_before_s) ||
		!take_number(root, "attempts", UINT32_MAX, &attempts))
		return false;
	out->sink = ci_sink_find(sink);
	out->attempts = (uint32_t)attempts;
	out->is_required = json_is_true(json_object_get(root, "required"));
	lg_buf_add(&out->message.body, json_string_value(body), json_string_length(body));
	return out->sink != NULL && is_id(out->message.id);
}

enum lg_status delivery_parse(
	const char *text, size_t len, struct ci_delivery *out, struct lg_error *err)
{
	LG_CLEANUP(drop_json) json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);

	if (!root || !take_fields(root, out))
		return lg_fail(err, LG_FORMAT, "this is no message that this lockgate can send");
	return LG_OK;
}

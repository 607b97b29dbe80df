/* SPDX-License-Identifier: MIT */
#include "ci/sinks/comment_body.h"

#include <string.h>

#include "base/mem.h"
#include "ci/render/markdown.h"

enum { MARKER_ROOM = 128 };

bool comment_is_due(enum ci_comment_policy policy, const struct ci_report *report)
{
	bool is_ok = strcmp(report->outcome, "ok") == 0;

	switch (policy) {
	case CI_COMMENT_ALWAYS:
		return true;
	case CI_COMMENT_FAILURE:
		return !is_ok;
	case CI_COMMENT_CHANGES:
		return !is_ok || report->finding_count || report->plan_count ||
		       report->applied_count || report->reverted_count;
	case CI_COMMENT_OFF:
		break;
	}
	return false;
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

void comment_render(const struct ci_run *run, const struct ci_report *report, size_t max_bytes,
	struct ci_message *message, struct lg_buf *out)
{
	LG_FREE_BY_SCOPE char *number = lg_format("%lld", (long long)run->pull_request);
	const char *const key[] = {"comment", or_empty(run->repository), number,
		or_empty(report->environment), or_empty(report->project), or_empty(report->scope),
		NULL};

	ci_message_key(message, key);
	render_markdown(report, max_bytes - MARKER_ROOM, out);
	if (out->len && out->text[out->len - 1] != '\n')
		lg_buf_addc(out, '\n');
	lg_buf_addf(out, "\n<!-- lockgate:v1 key=%s -->\n", message->key);
}

bool comment_has_marker(const char *text, const char *key)
{
	LG_FREE_BY_SCOPE char *marker = lg_format("<!-- lockgate:v1 key=%s -->", key);
	size_t len = strlen(text);
	size_t marker_len = strlen(marker);

	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	return len >= marker_len && strncmp(text + len - marker_len, marker, marker_len) == 0;
}

/* SPDX-License-Identifier: MIT */
#include "ci/sink.h"

#include <stdio.h>
#include <string.h>

#include "base/attrs.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"

static const struct ci_sink *const sinks[] = {&sink_status, &sink_check, &sink_comment,
	&sink_deployment, &sink_gitlab, &sink_webhook, &sink_slack, &sink_otlp};

const struct ci_sink *ci_sink_find(const char *name)
{
	for (size_t i = 0; i < LG_COUNT_OF(sinks); i++)
		if (strcmp(sinks[i]->name, name) == 0)
			return sinks[i];
	return NULL;
}

const struct ci_sink *ci_sink_at(size_t index)
{
	return index < LG_COUNT_OF(sinks) ? sinks[index] : NULL;
}

void ci_message_key(struct ci_message *message, const char *const *texts)
{
	struct lg_hasher hasher;
	struct lg_digest digest;
	char hex[LG_DIGEST_CHARS + 1];

	lg_hasher_init(&hasher);
	for (; *texts; texts++)
		lg_hasher_add_sized(&hasher, *texts, strlen(*texts));
	digest = lg_hasher_finish(&hasher);
	lg_hasher_release(&hasher);
	lg_digest_format(&digest, hex);
	(void)snprintf(message->key, sizeof(message->key), "%.*s", CI_MESSAGE_KEY_CHARS, hex);
}

static void set_problem(const struct http_answer *answer, struct ci_attempt *out)
{
	const char *hint = retry_hint(answer->status);

	if (answer->outcome != HTTP_ANSWERED) {
		(void)snprintf(out->problem, sizeof(out->problem), "no answer: %s",
			answer->problem[0] ? answer->problem : "the time was up");
		return;
	}
	(void)snprintf(out->problem, sizeof(out->problem), "the answer was %ld", answer->status);
	(void)snprintf(out->hint, sizeof(out->hint), "%s", hint ? hint : "");
}

void ci_attempt_judge(
	const struct http_answer *answer, enum ci_dialect dialect, struct ci_attempt *out)
{
	struct ci_judgement judgement = retry_judge(answer, dialect, lg_clock_now_us() / 1000000);

	*out = (struct ci_attempt){.result = judgement.result, .wait_ms = judgement.wait_ms};
	if (judgement.result == CI_DELIVERED)
		return;
	set_problem(answer, out);
	if (judgement.is_rate_limit)
		(void)snprintf(out->hint, sizeof(out->hint),
			"too many requests; the limit ends in %lld s",
			(long long)judgement.wait_ms / 1000);
}

void ci_attempt_unreadable(struct ci_attempt *out)
{
	*out = (struct ci_attempt){.result = CI_DEAD};
	(void)snprintf(out->problem, sizeof(out->problem),
		"the message is not one that this lockgate can read");
}

char *ci_sink_context(const struct ci_report *report, const char *divider)
{
	bool is_default = !report->project || strcmp(report->project, "app") == 0;

	if (report->environment)
		return lg_format("lockgate%s%.100s", divider, report->environment);
	if (is_default)
		return lg_strdup("lockgate");
	return lg_format("lockgate%s%.100s", divider, report->project);
}

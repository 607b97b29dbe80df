/* SPDX-License-Identifier: MIT */
#include "ci/retry.h"

#include <string.h>

#include "base/attrs.h"
#include "base/clock.h"

static struct ci_judgement retry_after(int64_t wait_ms)
{
	return (struct ci_judgement){.result = CI_RETRY, .wait_ms = wait_ms};
}

/* Statuses that pass; 520 to 524 are those of a proxy before the server. */
static bool is_passing(long status, enum ci_dialect dialect)
{
	if (dialect == CI_DIALECT_OTLP)
		return status == 429 || status == 502 || status == 503 || status == 504;
	if (status >= 500)
		return status != 501 && status != 505;
	return status == 408 || status == 425 || status == 429;
}

/*
 * 403 and 429 alike: Retry-After first, then the moment at which the limit ends, then a minute for
 * the secondary limit, which only the body names. Asking before that may get an app banned.
 */
static bool is_rate_limit(const struct http_answer *answer, int64_t now_s, int64_t *out_wait_s)
{
	if (answer->status != 403 && answer->status != 429)
		return false;
	*out_wait_s = CI_SECONDARY_LIMIT_S;
	if (answer->retry_after_s >= 0) {
		*out_wait_s = answer->retry_after_s;
		return true;
	}
	if (answer->rate_remaining == 0 && answer->rate_reset_s >= 0) {
		*out_wait_s = answer->rate_reset_s > now_s ? answer->rate_reset_s - now_s : 1;
		if (*out_wait_s > HTTP_WAIT_MAX_S)
			*out_wait_s = HTTP_WAIT_MAX_S;
		return true;
	}
	return answer->status == 429 || strstr(answer->body.text, "secondary rate limit") ||
	       strstr(answer->body.text, "API rate limit exceeded");
}

static struct ci_judgement judge_status(
	const struct http_answer *answer, enum ci_dialect dialect, int64_t now_s)
{
	int64_t wait_s = 0;

	if (answer->status >= 200 && answer->status < 300)
		return (struct ci_judgement){.result = CI_DELIVERED};
	if (dialect == CI_DIALECT_GITHUB && is_rate_limit(answer, now_s, &wait_s))
		return (struct ci_judgement){
			.result = CI_RETRY, .wait_ms = wait_s * 1000, .is_rate_limit = true};
	if (is_passing(answer->status, dialect))
		return retry_after(answer->retry_after_s >= 0 ? answer->retry_after_s * 1000 : -1);
	return (struct ci_judgement){.result = CI_DEAD};
}

struct ci_judgement retry_judge(
	const struct http_answer *answer, enum ci_dialect dialect, int64_t now_s)
{
	switch (answer->outcome) {
	case HTTP_ANSWERED:
		return judge_status(answer, dialect, now_s);
	case HTTP_UNREACHABLE:
		return retry_after(-1);
	case HTTP_REFUSED:
		return (struct ci_judgement){.result = CI_DEAD};
	case HTTP_STOPPED:
		break;
	}
	return (struct ci_judgement){.result = CI_STOPPED};
}

int64_t retry_backoff_ms(uint32_t attempts)
{
	int64_t bound = CI_BACKOFF_MAX_MS;

	if (attempts < 5 && ((int64_t)CI_BACKOFF_FIRST_MS << attempts) < bound)
		bound = (int64_t)CI_BACKOFF_FIRST_MS << attempts;
	return lg_jitter((uint32_t)bound + 1);
}

const char *retry_hint(long status)
{
	static const struct {
		long status;
		const char *hint;
	} hints[] = {
		{301, "the address has moved; redirects are not followed: use the new one"},
		{302, "the address answers with a redirect, which is not followed"},
		{307, "the address has moved; redirects are not followed: use the new one"},
		{308, "the address has moved; redirects are not followed: use the new one"},
		{401, "the token is not known there: is it the right one, and not expired?"},
		{403, "the token is known and may not do this"},
		{404, "no such thing there, or the token may not see it"},
		{405, "the address takes no such request: is it the right one?"},
		{410, "what was there is gone for good: is the address or the API version too old?"},
		{413, "the report is too large for it"},
		{422, "it does not accept what was sent"},
	};

	for (size_t i = 0; i < LG_COUNT_OF(hints); i++)
		if (hints[i].status == status)
			return hints[i].hint;
	return NULL;
}

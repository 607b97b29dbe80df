/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_RETRY_H
#define LOCKGATE_CI_RETRY_H

/*
 * What an answer means for a delivery, and how long to wait before the next try. Pure.
 *
 * Sources: RFC 9110, section 15; RFC 6585; GitHub, "Rate limits for the REST API" and "Best
 * practices"; Standard Webhooks, "Deliverability and reliability"; GitLab, "Commits API".
 */

#include "ci/http.h"

enum ci_result {
	CI_DELIVERED,
	CI_RETRY,   /* later it may go */
	CI_DEAD,    /* it never will */
	CI_STOPPED, /* there was no time to find out */
};

/* Whose rules the answer follows. */
enum ci_dialect { CI_DIALECT_PLAIN, CI_DIALECT_GITHUB, CI_DIALECT_OTLP };

enum { CI_BACKOFF_FIRST_MS = 500, CI_BACKOFF_MAX_MS = 10000, CI_SECONDARY_LIMIT_S = 60 };

struct ci_judgement {
	enum ci_result result;
	int64_t wait_ms;    /* of CI_RETRY: what the server asks for; -1: nothing */
	bool is_rate_limit; /* that is why */
};

/* `now_s` is in seconds since 1970. */
struct ci_judgement retry_judge(
	const struct http_answer *answer, enum ci_dialect dialect, int64_t now_s);

/* Full jitter: somewhere below 0.5 s times 2 to the power of `attempts`, and below 10 s. */
int64_t retry_backoff_ms(uint32_t attempts);

/* What to do about a status that will not change, for people; NULL where nothing is known. */
const char *retry_hint(long status);

#endif

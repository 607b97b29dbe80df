/* SPDX-License-Identifier: MIT */
#include "ci/send.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"

/* An event waits for those of its sink that came before it. */
static bool is_blocked(const struct ci_delivery *items, size_t index)
{
	if (items[index].sink->is_state)
		return false;
	for (size_t i = 0; i < index; i++)
		if (items[i].sink == items[index].sink && items[i].result == CI_RETRY)
			return true;
	return false;
}

/* The open one that is due first; NULL: none is open, or due before `limit_us`. */
static struct ci_delivery *find_next(struct ci_delivery *items, size_t count, int64_t limit_us)
{
	struct ci_delivery *next = NULL;

	for (size_t i = 0; i < count; i++)
		if (items[i].result == CI_RETRY && items[i].due_us < limit_us &&
			!is_blocked(items, i) && (!next || items[i].due_us < next->due_us))
			next = &items[i];
	return next;
}

/* Sleeps in short steps, for a signal may come. False: there is no more time. */
static bool wait_for(struct http_client *client, int64_t due_us)
{
	for (;;) {
		int64_t left_ms = (due_us - lg_clock_monotonic_us()) / 1000;

		if (http_client_is_over(client))
			return false;
		if (left_ms <= 0)
			return true;
		lg_clock_sleep_ms(left_ms < 100 ? left_ms : 100);
	}
}

static void plan_retry(const struct ci_sending *sending, struct ci_delivery *item,
	const struct ci_attempt *attempt)
{
	int64_t wait_ms = retry_backoff_ms(item->attempts);

	item->attempts++;
	item->not_before_s = 0;
	if (attempt->wait_ms > wait_ms) {
		wait_ms = attempt->wait_ms;
		item->not_before_s = lg_clock_now_us() / 1000000 + (wait_ms + 999) / 1000;
	}
	item->due_us = lg_clock_monotonic_us() + wait_ms * 1000;
	outbox_note(sending->outbox, item);
}

static void try_once(const struct ci_sending *sending, struct ci_delivery *item)
{
	struct ci_attempt attempt = {.result = CI_STOPPED};

	lg_fault("report send");
	item->sink->deliver(sending->settings, sending->client, &item->message, &attempt);
	(void)snprintf(item->problem, sizeof(item->problem), "%s", attempt.problem);
	ci_redact_fixed(sending->settings->secrets, item->problem, sizeof(item->problem));
	switch (attempt.result) {
	case CI_DELIVERED:
		outbox_remove(sending->outbox, item);
		item->result = CI_DELIVERED;
		break;
	case CI_DEAD:
		outbox_bury(sending->outbox, item);
		item->result = CI_DEAD;
		break;
	case CI_RETRY:
		plan_retry(sending, item, &attempt);
		break;
	case CI_STOPPED:
		outbox_note(sending->outbox, item);
		break;
	}
	if (sending->tell)
		sending->tell(sending->context, item, &attempt);
}

void ci_send(const struct ci_sending *sending, struct ci_delivery *items, size_t count)
{
	int64_t now_us = lg_clock_monotonic_us();
	int64_t limit_us = now_us + sending->budget_ms * 1000;
	struct ci_delivery *next;

	for (size_t i = 0; i < count; i++) {
		int64_t wait_s = items[i].not_before_s - lg_clock_now_us() / 1000000;

		items[i].due_us = now_us + (wait_s > 0 ? wait_s * 1000000 : (int64_t)i);
	}
	http_client_limit(sending->client, limit_us);
	while ((next = find_next(items, count, limit_us)) &&
		wait_for(sending->client, next->due_us))
		try_once(sending, next);
}

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_SEND_H
#define LOCKGATE_CI_SEND_H

/*
 * Delivering messages, one request at a time, within a budget. What fails in passing is tried again
 * with full jitter, or when the server has said; events of one sink keep their order. What the
 * budget does not suffice for stays in the outbox.
 */

#include "ci/outbox.h"

struct ci_sending {
	const struct ci_settings *settings;
	struct outbox *outbox;
	struct http_client *client;
	int64_t budget_ms;

	/* Told after each try, with its number; may be NULL. */
	void (*tell)(void *context, const struct ci_delivery *delivery,
		const struct ci_attempt *attempt);
	void *context;
};

/* Tries all of them; each one's `result` and `problem` tell how it went. Cannot fail. */
void ci_send(const struct ci_sending *sending, struct ci_delivery *items, size_t count);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_REQUEST_H
#define LOCKGATE_GATE_REQUEST_H

/* What a command asks of the gate, and who hears how it goes. */

#include <stdbool.h>
#include <stdint.h>

#include "gate/policy.h"
#include "gate/target.h"
#include "gate/verdict.h"

/* What a run tells while it works. Texts are borrowed for the call. */
struct gate_listener {
	/* Step `number` (from 1) of `total` begins, perhaps not for the first time. */
	void (*begins)(
		void *context, const char *version, const char *name, size_t number, size_t total);
	/* It has ended well. */
	void (*ends)(void *context, const char *version, const char *name, int64_t duration_us);
	/* The lock is held now. */
	void (*locked)(void *context);
	/* All has been undone for something that passes: try `number` of `total` follows. */
	void (*retries)(
		void *context, uint32_t number, uint32_t total, int64_t pause_ms, const char *why);
	/* Others are at it: the run looks again in a while. */
	void (*waits)(void *context, const char *why);
	void *context;
};

struct gate_request {
	const struct bundle *bundle; /* NULL where a command needs none */
	const struct gate_policy *policy;
	const char *plan_token; /* the one that was approved; NULL: any */
	bool with_seeds;
	bool warns_of_drift; /* where the policy does not say, the schema is looked at */
	int64_t lock_wait_ms;
	bool is_single_transaction; /* the whole plan in one */
	bool keeps_in_step;         /* also where the adoption was not made to be */
	const char *history_table;  /* of the tool that was adopted from, where it was renamed */
	bool demands_signature; /* what runs must be in `bundle`, which somebody trusted signed */

	/* Who runs and why, for the history; `id` and `action` are set by the gate. */
	struct target_batch batch;
	const struct gate_listener *listener; /* NULL: nobody listens */
};

/* Takes the lock, for as long as the request waits, and tells it. Errors: those of lock(). */
LG_MUST_USE
enum lg_status gate_lock(
	struct target *target, const struct gate_request *request, struct lg_error *err);

/* One migration that a run applied, reverted, adopted or resolved. */
struct gate_done {
	enum migration_kind kind;
	const char *version;
	const char *name;
	uint32_t statements;
	int64_t duration_us;
};

#endif

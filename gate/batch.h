/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_BATCH_H
#define LOCKGATE_GATE_BATCH_H

/* A run that writes: from its row in the history to the record of how it ended. */

#include "base/ulid.h"
#include "gate/request.h"

struct gate_batch {
	struct target *target;
	char id[LG_ULID_CHARS + 1]; /* "" until it has begun */
};

/*
 * Creates the history where there is none, and records that a run of `action` begins. The lock
 * must be held.
 */
LG_MUST_USE
enum lg_status batch_begin(struct gate_batch *batch, struct target *target, const char *action,
	const struct gate_request *request, struct lg_error *err);

/* Each run that leans on a reviewed exception says so in the history. */
LG_MUST_USE
enum lg_status batch_record_waivers(
	const struct gate_batch *batch, const struct gate_verdict *verdict, struct lg_error *err);

/*
 * Records how the run ended, which `status` says, and returns `status`; `err` keeps what it holds
 * unless this very record fails after a run that went well.
 */
LG_MUST_USE
enum lg_status batch_finish(struct gate_batch *batch, enum lg_status status, struct lg_error *err);

#endif

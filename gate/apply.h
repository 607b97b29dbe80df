/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_APPLY_H
#define LOCKGATE_GATE_APPLY_H

/* Applying what is pending: lock, verify again, run and record each migration in turn. */

#include "gate/batch.h"
#include "gate/decide.h"
#include "gate/in_step.h"
#include "gate/pace.h"
#include "gate/schema_watch.h"

struct gate_application {
	struct gate_decision decision; /* the one made under the lock */
	struct gate_batch batch;       /* `id` is "" when there was nothing to do */
	struct in_step in_step;
	struct schema_watch watch; /* its `failure` tells why the schema was not recorded */
	struct gate_pace pace;
	struct gate_done *done; /* what was applied, in order */
	size_t done_count;
	int64_t *shared_us; /* what the steps took that share a transaction */
	size_t done_before; /* of those, what was applied before the last plan was made */
	int64_t lock_us;    /* spent waiting for the lock */
	int64_t apply_us;   /* spent applying */
};

void application_init(struct gate_application *application);
void application_release(struct gate_application *application);

/*
 * Takes the lock and applies what the verdict under it plans; a verdict that blocks stops it
 * before anything more is written, which is LG_OK with `decision.verdict.is_blocked`. Where others
 * get in between all the same, it waits for them as long as for the lock, and decides anew. The
 * bundle must have its bodies. On an error `out` still says what was done before. Fills `out`, from
 * application_init(); texts are borrowed from the bundle. Errors besides the driver's: LG_USAGE
 * (the plan cannot run in a single transaction).
 */
LG_MUST_USE
enum lg_status gate_apply(struct target *target, const struct gate_request *request,
	struct gate_application *out, struct lg_error *err);

#endif

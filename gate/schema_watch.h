/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SCHEMA_WATCH_H
#define LOCKGATE_GATE_SCHEMA_WATCH_H

/*
 * What a run does to the schema: looked at before its first statement and after its last, under
 * the lock, so that the record takes up what the run has changed and nothing that others have.
 * Where nothing was recorded before, all that is there is.
 *
 * The record never decides over a run: where it cannot be read or written, the run goes on and
 * `failure` tells why; `drift` then says that the run was not recorded.
 */

#include "gate/target.h"

struct schema_watch {
	struct schema_record record;
	bool has_before;         /* there is something to compare with */
	struct schema before;    /* empty where nothing was recorded */
	struct lg_error failure; /* LG_OK: none */
};

void schema_watch_init(struct schema_watch *watch);
void schema_watch_release(struct schema_watch *watch);

/* Reads what was recorded, and what is there. The lock must be held and the history exist. */
void schema_watch_begin(struct schema_watch *watch, struct target *target);

/*
 * Records what batch `batch_id` has changed since, however it has ended: `status` says. A run that
 * has lost its session records nothing.
 */
void schema_watch_end(struct schema_watch *watch, struct target *target, const char *batch_id,
	enum lg_status status);

/* Adds to `writes` that `schema` is of the release `release`, as every record says. */
void schema_watch_add_server(
	struct schema_writes *writes, struct schema_object *server, const char *release);

#endif

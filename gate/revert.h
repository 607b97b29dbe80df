/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_REVERT_H
#define LOCKGATE_GATE_REVERT_H

/*
 * Undoing what was applied, newest first, by the down scripts that the history keeps, so that any
 * image can do it. Only versioned migrations and baselines that lockgate applied are ever
 * selected: adopted rows, repeatables and seeds stay.
 */

#include "gate/batch.h"
#include "gate/decide.h"
#include "gate/in_step.h"
#include "gate/schema_watch.h"

enum revert_choice {
	REVERT_LAST_BATCH,
	REVERT_BATCH, /* the batch `id` */
	REVERT_STEPS, /* the newest `steps` */
	REVERT_TO,    /* everything applied after `version`, which stays */
	REVERT_ALL,
};

struct revert_selection {
	enum revert_choice choice;
	const char *id;
	const char *version;
	uint32_t steps;
};

struct revert_step {
	const struct history_row *row; /* borrowed from the history */
	char *sql;                     /* the down script; NULL: there is none */
	size_t sql_len;
	const char *file;    /* of the source, for places in errors; NULL: it was stored */
	uint32_t first_line; /* the line of `file` on which it begins */
	struct script_facts facts;
	int64_t duration_us; /* once it has run */
};

struct gate_reversal {
	struct history history;
	struct gate_verdict verdict; /* `irreversible`, `dirty`, `untrusted`; no plan */
	struct revert_step *steps;   /* in the order in which they run */
	size_t step_count;
	size_t untrusted_count; /* of the steps: signatures are demanded, and they have none */
	size_t kept;            /* repeatables and seeds of the selected batches, which stay */
	struct gate_batch batch;
	struct in_step in_step;
	struct schema_watch watch; /* its `failure` tells why the schema was not recorded */
	size_t done_count;         /* of the steps */
	int64_t lock_us, revert_us;
};

void reversal_init(struct gate_reversal *reversal);
void reversal_release(struct gate_reversal *reversal);

/*
 * Chooses what would be undone and reads every down script, without the lock. With a bundle in
 * the request, its down script serves where none is stored. Errors besides the driver's: LG_USAGE
 * (no such batch or version), LG_FORMAT (a down script of the bundle that lockgate
 * may not run; or, where signatures are demanded, a stored one that the bundle does not
 * have, as a finding too); of a stored one, that and another content than was recorded are
 * LG_DATABASE.
 */
LG_MUST_USE
enum lg_status gate_revert_plan(struct target *target, const struct gate_request *request,
	const struct revert_selection *selection, struct gate_reversal *out, struct lg_error *err);

/* Locks, plans again, and runs the plan unless a finding blocks it. */
LG_MUST_USE
enum lg_status gate_revert(struct target *target, const struct gate_request *request,
	const struct revert_selection *selection, struct gate_reversal *out, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_APPLY_H
#define LOCKGATE_GATE_POSTGRES_APPLY_H

/* Running scripts: the operations of struct target_driver. */

#include "gate/postgres/session.h"

enum lg_status postgres_apply(struct target *target, struct target_apply *steps, size_t count,
	size_t *out_done, struct lg_error *err);
enum lg_status postgres_rehearse(struct target *target, const struct target_apply *step,
	const struct statement_tracer *tracer, struct lg_error *err);
enum lg_status postgres_revert(struct target *target, const struct target_revert *step,
	int64_t *out_duration_us, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SQLITE_APPLY_H
#define LOCKGATE_GATE_SQLITE_APPLY_H

/* Running migrations and recording them: the operations apply and revert of struct target_driver.
 */

#include "gate/sqlite/session.h"

enum lg_status sqlite_apply(struct target *target, struct target_apply *steps, size_t count,
	size_t *out_done, struct lg_error *err);
enum lg_status sqlite_rehearse(struct target *target, const struct target_apply *step,
	const struct statement_tracer *tracer, struct lg_error *err);
enum lg_status sqlite_revert(struct target *target, const struct target_revert *step,
	int64_t *out_duration_us, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_REHEARSING_H
#define LOCKGATE_PLUGIN_REHEARSING_H

/* `plan --rehearse`: the plan runs on the target and is undone, and the report says what it did. */

#include "gate/decide.h"
#include "plugin/run.h"

/*
 * Rehearses on the open target and shows each statement; the source is loaded. What went well is in
 * the report also after an error. A verdict that blocks under the lock is in the report in place of
 * the one before. Errors: those of gate_rehearse().
 */
LG_MUST_USE
enum lg_status rehearsing_run(
	struct run *run, const struct gate_request *request, struct lg_error *err);

#endif

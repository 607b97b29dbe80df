/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_WAIT_SCHEMA_H
#define LOCKGATE_PLUGIN_WAIT_SCHEMA_H

#include "plugin/run.h"

/*
 * Looks at the target again and again until everything that the bundle has is there, which others
 * apply, and fills the report. Each look is a session of its own: while it sleeps it holds none,
 * and a database that comes, goes or restarts meanwhile is seen. LG_OK with `is_refused` when
 * --wait-schema is over, or at once where only another bundle could help. Errors: those of open()
 * at the first look; of the last look when the time is over; LG_CANCELLED.
 */
LG_MUST_USE enum lg_status wait_for_schema(struct run *run, struct lg_error *err);

#endif

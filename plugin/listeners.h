/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_LISTENERS_H
#define LOCKGATE_PLUGIN_LISTENERS_H

/*
 * What a session and the gate tell while they work: shown on the line that is redrawn where there
 * is a terminal, else as lines of progress; and kept for the timeline.
 */

#include "plugin/run.h"

void listeners_init(struct run *run);

/* A session begins; it has begun. */
void listeners_connecting(struct run *run);
void listeners_connected(struct run *run);

/* The gate has decided. */
void listeners_verified(struct run *run, const struct gate_verdict *verdict);

/* The run was done, but the schema that it leaves was not recorded: `failure`, unless LG_OK. */
void listeners_unrecorded(struct run *run, const struct lg_error *failure);

/* The run waits for `whom`: "others", "another run". */
void listeners_waiting(struct run *run, const char *whom, const char *why);

#endif

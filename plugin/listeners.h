/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_LISTENERS_H
#define LOCKGATE_PLUGIN_LISTENERS_H

/* What a session and the gate tell while they work, as lines of progress. */

#include "plugin/run.h"

void listeners_init(struct run *run);

#endif

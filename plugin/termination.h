/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_TERMINATION_H
#define LOCKGATE_PLUGIN_TERMINATION_H

/*
 * How a container ended, in the line that `kubectl describe pod` shows: Kubernetes, "Determine the
 * Reason for Pod Failure". At most 4,096 bytes are kept.
 */

#include "plugin/run.h"

/* Nothing where no file is there to take it, or where another program is to follow. */
void termination_write(const struct run *run, const struct ci_report *report);

#endif

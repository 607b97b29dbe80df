/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_DRIFT_REPORT_H
#define LOCKGATE_PLUGIN_DRIFT_REPORT_H

/* What `drift` has found, for the report of a run. Texts are copied. */

#include "gate/drift.h"
#include "plugin/run.h"

/* Findings with their differences, changes, and what is not covered. */
void drift_report(struct run *run, const struct gate_drift *drift);

#endif

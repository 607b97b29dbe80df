/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_REPORT_FILL_H
#define LOCKGATE_PLUGIN_REPORT_FILL_H

/*
 * Turning what the gate has decided and done into the neutral report of a run.
 * Texts are copied: the report outlives what it is made from.
 */

#include "gate/apply.h"
#include "plugin/run.h"

/* Findings and plan. */
void report_verdict(struct run *run, const struct gate_verdict *verdict);

/* Plan token, pending and the current version of a decision, and its verdict. */
void report_decision(struct run *run, const struct gate_decision *decision);

/* The same of a verdict on the base, which has no plan token. */
void report_simulated(
	struct run *run, const struct gate_verdict *verdict, const struct history *history);

/* What was applied, behind report_decision(): what is pending and current moves with it. */
void report_applied(struct run *run, const struct gate_application *application);

/* The same items for the report; owned by the run's strings. */
const struct ci_done *report_done(struct run *run, const struct gate_done *done, size_t count);

/* Every migration of the history and of the source, in order, with its state. */
void report_migrations(struct run *run, const struct history *history);

#endif

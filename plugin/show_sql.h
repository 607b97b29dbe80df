/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_SHOW_SQL_H
#define LOCKGATE_PLUGIN_SHOW_SQL_H

#include "gate/revert.h"
#include "gate/verdict.h"
#include "plugin/run.h"

/*
 * The exact scripts that a plan would run, in order, each under a comment line that names it;
 * nothing with --json. The source must be loaded. Errors: LG_IO.
 */
LG_MUST_USE
enum lg_status show_plan_sql(
	const struct run *run, const struct gate_verdict *verdict, struct lg_error *err);

/* The down scripts of a reversal, likewise. */
void show_revert_sql(const struct run *run, const struct gate_reversal *reversal);

#endif

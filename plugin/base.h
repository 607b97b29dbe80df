/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_BASE_H
#define LOCKGATE_PLUGIN_BASE_H

/* The source that --base names: what the base branch has, beside which SOURCE is looked at. */

#include "plugin/run.h"

/* Opens `run->base`. Errors: those of source_open(). */
LG_MUST_USE enum lg_status base_open(struct run *run, struct lg_error *err);

/*
 * Opens both, the base and the source of argument 0. A folder is read as the SQL that a bundle
 * beside it is for. Errors besides: LG_USAGE (they are bundles of two projects).
 */
LG_MUST_USE enum lg_status base_open_with_source(struct run *run, struct lg_error *err);

/*
 * Verifies the source against what an apply of the base would have left, and shows the answer;
 * findings about another content come with the difference. Errors besides: those of source_load().
 */
LG_MUST_USE enum lg_status base_verify(struct run *run, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SHARED_H
#define LOCKGATE_GATE_SHARED_H

/* A plan that runs in one transaction: whether it can, and what its failure means. Pure. */

#include "gate/verdict.h"

/*
 * LG_USAGE, with its place, for a migration that cannot share a transaction with the others;
 * `option` is what has asked for that, such as "--single-transaction".
 */
LG_MUST_USE
enum lg_status shared_check(
	const struct gate_verdict *verdict, const char *option, struct lg_error *err);

/* `err` is why one of the steps has failed: says that it has undone all of them. */
LG_MUST_USE
enum lg_status shared_explain(const struct gate_verdict *verdict, struct lg_error *err);

#endif

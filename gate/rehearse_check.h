/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_REHEARSE_CHECK_H
#define LOCKGATE_GATE_REHEARSE_CHECK_H

/* Whether a plan can be rehearsed: a transaction that is undone must take all of it back. */

#include "bundles/bundle.h"
#include "gate/verdict.h"

/*
 * LG_USAGE, with its place, for a migration that runs outside of transactions, and for a statement
 * of PostgreSQL whose effect lasts or leaves the database: COPY to or from a file or program of the
 * server, subscriptions, and calls of functions such as setval(). What functions, DO blocks and
 * triggers do inside is not seen. Errors besides: LG_IO.
 */
LG_MUST_USE
enum lg_status rehearse_check(
	const struct gate_verdict *verdict, const struct bundle *bundle, struct lg_error *err);

#endif

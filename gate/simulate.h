/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SIMULATE_H
#define LOCKGATE_GATE_SIMULATE_H

/*
 * The history of a database that has everything a bundle has, without a database: what the base
 * branch's migrations leave behind, for `verify --base`. Pure.
 */

#include "bundles/bundle.h"
#include "gate/history.h"

/*
 * Fills `out`, from history_init(), with an applied row for each migration of `base` in its order;
 * seeds when asked for. Both sides of a baseline are there, for some databases have run what
 * stands below it and others began at it. Texts are borrowed from `base`; its bodies are not
 * needed.
 */
void history_simulate(const struct bundle *base, bool with_seeds, struct history *out);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_FOLD_H
#define LOCKGATE_PLUGIN_FOLD_H

/*
 * Folding the progress of a run in a CI's log: GitHub, "Workflow commands", section "Grouping log
 * lines"; GitLab, "CI/CD job logs", section "Custom collapsible sections". Folds do not nest, and
 * what people must see stands behind them. On stderr, where progress goes.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "ci/detect.h"

struct fold {
	enum ci_service service;
	bool is_open;
};

/* True if the logs of this service can fold. */
bool fold_is_possible(enum ci_service service);

/* Opens a fold below `title`, a foreign text, unless one is open. */
void fold_begin(struct fold *fold, const char *title);

/* Ends it, if one is open. NULL is allowed. */
void fold_end(struct fold *fold);

/* What begins and what ends one, at `now_s` seconds since 1970. Pure. */
void fold_add_begin(enum ci_service service, const char *title, int64_t now_s, struct lg_buf *out);
void fold_add_end(enum ci_service service, int64_t now_s, struct lg_buf *out);

#endif

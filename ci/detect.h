/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_DETECT_H
#define LOCKGATE_CI_DETECT_H

/*
 * What the environment says of the CI run: GitHub Actions ("Default environment variables") and
 * GitLab CI ("Predefined CI/CD variables reference"). Elsewhere everything is NULL.
 */

#include "base/arena.h"

struct ci_run {
	const char *source;  /* the commit */
	const char *run_url; /* where people look at the run */
	const char *actor;   /* who started it */
};

/* Texts are kept in `strings` or belong to the environment. */
struct ci_run ci_detect(struct lg_arena *strings);

#endif

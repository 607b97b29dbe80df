/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_CASE_H
#define LOCKGATE_CI_CASE_H

/*
 * What a report says of each migration, in one list: a migration that stands in the plan, was
 * applied and has a finding is one case. What is about the whole is a case of its own. Pure.
 */

#include <stddef.h>

#include "ci/report.h"

/* The worst that is said of a migration decides, so these go from good to bad. */
enum ci_case_state {
	CI_CASE_STANDS, /* in the history, and not touched by this run */
	CI_CASE_PENDING,
	CI_CASE_APPLIED,
	CI_CASE_REVERTED,
	CI_CASE_REFUSED,   /* a finding blocks */
	CI_CASE_FAILED,    /* its script failed */
	CI_CASE_UNDECIDED, /* an error: nothing could be decided */
};

struct ci_case {
	enum ci_case_state state;
	const char *kind, *version, *name, *file; /* NULL: about the whole */
	int64_t duration_us;                      /* CI_UNKNOWN */
	const struct ci_finding *finding;         /* the first that blocks */
	const struct ci_error *error;
	size_t order; /* where it came first */
};

struct ci_cases {
	struct ci_case *items;
	size_t count;
};

/* Texts are borrowed from the report. Release with ci_cases_release(). */
struct ci_cases ci_cases_of(const struct ci_report *report);

void ci_cases_release(struct ci_cases *cases);

#endif

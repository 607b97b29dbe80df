/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_PROBLEM_H
#define LOCKGATE_CI_PROBLEM_H

/*
 * What a report complains of, ranked and placed in the workspace: the error, then the findings
 * that block, then those that warn. Pure.
 */

#include "base/digest.h"
#include "ci/place.h"
#include "ci/report.h"

enum ci_problem_level { CI_PROBLEM_ERROR, CI_PROBLEM_BLOCK, CI_PROBLEM_WARN };

struct ci_problem {
	enum ci_problem_level level;
	const char *code;                            /* of the finding; of an error the outcome */
	const char *version, *name, *message, *hint; /* NULL: none */
	struct ci_place place;
	/* The same in every run that finds the same, whatever its words. */
	char fingerprint[LG_DIGEST_CHARS + 1];
};

struct ci_problems {
	struct ci_problem *items;
	size_t count;
};

/* Texts are borrowed from the report. Release with ci_problems_release(). */
struct ci_problems ci_problems_of(const struct ci_report *report);

void ci_problems_release(struct ci_problems *problems);

#endif

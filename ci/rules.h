/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_RULES_H
#define LOCKGATE_CI_RULES_H

/*
 * What the codes of findings mean, in words for people who see one for the first time. A finding
 * carries its own sentence; these are the headings above it. A test holds the codes against those
 * of the gate. Pure.
 */

#include <stddef.h>

#include "ci/report.h"

extern const struct ci_rule ci_rules[];
extern const size_t ci_rule_count;

/* The rules of a report's findings: its own, else those of the gate. Borrowed. */
const struct ci_rule *ci_rules_of(const struct ci_report *report, size_t *out_count);

/* Borrowed; a code that is not known has a rule without texts of its own: never NULL. */
const struct ci_rule *ci_rule_find(const struct ci_report *report, const char *code);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_PRESENT_H
#define LOCKGATE_PLUGIN_PRESENT_H

/* The report of a run for people: lines on stdout, made from the same value as the JSON. */

#include "gate/history.h"
#include "plugin/run.h"

/* Each finding with its place, what is the matter and what to do. */
void present_findings(const struct run *run);

/* One migration that was applied or reverted, which `verb` says. */
void present_done(const struct run *run, const char *verb, const struct ci_done *item);

/* What would be applied, a line each. */
void present_plan(const struct run *run);

/* One sentence: refused, up to date, or how many are pending. */
void present_verdict(const struct run *run);

/* Where this project has no history but another one has: whose it is, and how to see it. */
void present_other_project(const struct run *run, const struct history *history);

/* A table of migrations with their states, and a line that counts them. */
void present_migrations(const struct run *run);

#endif

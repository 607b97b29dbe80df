/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_RUN_H
#define LOCKGATE_PLUGIN_RUN_H

/*
 * One invocation of the program: its options, its source, its target, and the report that it
 * fills. A command opens what it needs, calls one function of the gate or of bundles, fills the
 * report and shows it.
 */

#include "base/arena.h"
#include "bundles/lint/policy.h"
#include "ci/report.h"
#include "gate/request.h"
#include "plugin/options.h"
#include "plugin/output.h"
#include "plugin/reporting.h"
#include "plugin/source.h"
#include "plugin/timeline.h"
#include "plugin/trusting.h"

/* The step that is under way, for people. */
struct run_step {
	const char *version, *name; /* NULL: none has begun */
	size_t number, total;
	uint32_t first, last, statements; /* what the database is at; 0: nothing yet */
	bool is_sent;                     /* the next statement belongs to the next message */
	uint32_t tries, max_tries;
	bool is_pausing; /* before the next try */
};

struct run {
	struct options options;
	struct output output;
	struct live live;
	struct fold fold;
	struct timeline timeline;
	struct lg_arena strings; /* what the report borrows */
	struct gate_policy policy;
	struct lint_policy lint_policy;
	struct source source;
	bool has_source;
	struct source base; /* what --base names */
	struct trusting trusting;
	struct target *target; /* NULL: none is open */
	struct target_listener target_listener;
	struct gate_listener gate_listener;
	struct ci_bundle report_bundle;
	struct ci_target report_target;
	struct ci_report report;
	struct reporting reporting;
	bool is_unreported;     /* done, but somebody who had to be told was not: exit 6 */
	bool is_refused;        /* decided, and the answer is no: exit 1 without an error */
	unsigned int starts_on; /* of `run`: a bit for each exit code after which CMD starts */
	const char *last_obstacle, *last_advice; /* what people were told; NULL: nothing yet */
	bool waits_for_others;                   /* and looks again and again */
	struct run_step step;
	int64_t started_us;
};

void run_init(struct run *run, const char *command);
void run_release(struct run *run);

/* What a command does with a run. LG_OK with `is_refused` is exit 1. */
typedef enum lg_status command_function(struct run *run, struct lg_error *err);

/* Where SOURCE comes from: the argument, the settings, or migrations/. */
enum source_choice {
	SOURCE_OR_DEFAULT,
	SOURCE_IF_NAMED, /* without argument or setting there is none */
	SOURCE_TO_PACK,  /* as the first, of a command that brings it near no database */
	SOURCE_TO_SIGN,  /* as the first, whoever has signed it so far */
};

/*
 * Opens the source that argument `index` names. Without one and with SOURCE_IF_NAMED, it leaves
 * `has_source` false. Errors: those of source_open(); where no signature counts, the report has
 * that as a finding too.
 */
LG_MUST_USE
enum lg_status run_open_source(
	struct run *run, size_t index, enum source_choice choice, struct lg_error *err);

/* How folders are read, by the options. Errors: LG_USAGE. */
LG_MUST_USE
enum lg_status run_folder_options(
	const struct run *run, struct folder_options *out, struct lg_error *err);

/* The path that run_open_source() would open; NULL for none. */
const char *run_source_path(const struct run *run, size_t index, enum source_choice choice);

/*
 * Opens the target; the source comes first, for it names the project. Errors: LG_USAGE (no driver
 * knows it), those of open().
 */
LG_MUST_USE
enum lg_status run_open_target(struct run *run, bool is_read_only, struct lg_error *err);

/* Ends the session, if there is one; the report still tells which target it was. */
void run_close_target(struct run *run);

/* What the gate is asked, with everything that the options say. */
struct gate_request run_request(struct run *run);

/* Sets the policy from its options. Errors: LG_USAGE. */
LG_MUST_USE enum lg_status run_set_policy(struct run *run, struct lg_error *err);

/* LG_USAGE when the command got more than `max` arguments. */
LG_MUST_USE
enum lg_status run_limit_arguments(const struct run *run, size_t max, struct lg_error *err);

/*
 * Before something that cannot be taken back: a terminal is asked, unless --yes; without one,
 * `has_selector` must say that it was meant. Errors: LG_USAGE, LG_REFUSED (the answer was no).
 */
LG_MUST_USE
enum lg_status run_confirm(
	const struct run *run, bool has_selector, const char *question, struct lg_error *err);

#endif

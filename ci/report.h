/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_REPORT_H
#define LOCKGATE_CI_REPORT_H

/*
 * What happened in one run, as a neutral value: `plugin/` fills it, renderers and sinks read it.
 *
 * Texts are borrowed from whoever filled it; NULL means unknown or none. They may hold anything
 * that a database or a file name can hold: each renderer escapes for its own format.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ci/detect.h"

enum { CI_UNKNOWN = -1 }; /* of a number that is not known */

struct ci_finding {
	const char *code, *severity, *version, *name, *kind, *file, *message, *hint;
	uint32_t line, column;  /* 0: none */
	const char *excerpt;    /* lines of the script around the place; NULL: not asked for */
	uint32_t excerpt_line;  /* of the file, on which the excerpt begins */
	const char *difference; /* unified, of scripts or definitions; NULL: only one is known */
};

struct ci_planned {
	const char *action, *kind, *version, *name, *file;
	bool is_transactional;
	uint32_t statements;
};

struct ci_done {
	const char *kind, *version, *name;
	uint32_t statements;
	int64_t duration_us;
};

struct ci_lock {
	const char *mode, *relation;
};

/* What a statement did in a rehearsal, whose transaction was undone. */
struct ci_rehearsed {
	const char *kind, *version, *name, *file;
	uint32_t statement, line;  /* from 1 */
	int64_t duration_us, rows; /* CI_UNKNOWN rows: it counts none */
	const struct ci_lock *locks;
	size_t lock_count;
	const char *const *rewritten, *const *truncated;
	size_t rewritten_count, truncated_count;
};

/* Something that happened on the way: for a timeline. */
struct ci_moment {
	int64_t at_us; /* since the run began */
	/*
	 * "unreachable" (the database, why), "connected" (to which), "verified" (what the gate
	 * says), "waiting" (for the lock and who holds it, or for others), "locked", "begins" and
	 * "ends" (a migration), "retrying" (why), "warning" (of the database), "advice", "failed"
	 * (why), "ended" (the outcome); last "left out" (how many moments have no room)
	 */
	const char *what;
	const char *text; /* one line; may be NULL */
};

struct ci_migration {
	const char *kind, *version, *name, *state, *batch, *applied_at, *adopted_from, *file;
};

struct ci_error {
	const char *message; /* ends with what to do next */
	const char *sqlstate, *file, *version;
	uint32_t line, column; /* 0: none */
};

struct ci_bundle {
	const char *id; /* "sha256:…" */
	const char *source, *signed_by;
	uint64_t migrations;
};

struct ci_target {
	const char *engine, *database, *server_version;
};

/* What a code of findings means, in words for people who see one for the first time. */
struct ci_rule {
	const char *code;  /* "checksum-changed" */
	const char *title; /* "checksum changed" */
	const char *many;  /* the same of several: "checksums changed" */
	const char *text;  /* a sentence: what it means */
};

/* An object of the schema that is not what was recorded. */
struct ci_drift_change {
	const char *change; /* "added", "missing" or "changed" */
	const char *kind, *identity;
	const char *difference; /* of both definitions, unified; NULL: left out */
};

/* Objects of a kind that is not looked at. */
struct ci_drift_gap {
	const char *kind;
	uint64_t count;
};

/* What `drift` has compared. */
struct ci_drift {
	const char *recorded_batch;             /* that recorded last; NULL: none */
	const char *recorded_release, *release; /* of the server, then and now; NULL: unknown */
	uint64_t objects;                       /* that are there */
	uint64_t skipped; /* whose definitions are another release's, so only named */
	const struct ci_drift_change *changes;
	size_t change_count;
	const struct ci_drift_gap *gaps;
	size_t gap_count;
};

struct ci_report {
	const char *id; /* "lgr-" and a ULID: the same however often the report is sent */
	const char *tool_version, *command, *outcome;
	int exit_code;
	const char *project, *scope, *environment;
	const struct ci_bundle *bundle;
	const struct ci_target *target;
	const char *plan_token;
	const struct ci_finding *findings;
	size_t finding_count;
	const struct ci_rule *rules; /* of the findings; NULL: those of the gate, ci/rules.h */
	size_t rule_count;
	const char *rules_manual; /* what explains these rules; NULL: lockgate(1) */
	const struct ci_planned *plan;
	size_t plan_count;
	const struct ci_rehearsed *rehearsed; /* as far as it got */
	size_t rehearsed_count;
	bool is_rehearsal; /* it was asked for */
	const struct ci_done *applied, *reverted;
	size_t applied_count, reverted_count;
	const struct ci_migration *migrations; /* of `status`, and where a report shows them */
	size_t migration_count;
	const struct ci_drift *drift;    /* of `drift`, once it has compared; else NULL */
	const struct ci_moment *moments; /* in order */
	size_t moment_count;
	const struct ci_run *run; /* who runs this, and where; NULL: not looked at */
	const char *folder;       /* absolute: what relative paths begin at; NULL: unknown */
	int64_t pending;          /* CI_UNKNOWN */
	const char *current, *batch;
	const struct ci_error *error;
	int64_t connect_us, lock_us, apply_us, total_us; /* CI_UNKNOWN */
	int64_t started_at_us;                           /* since 1970 */
};

#endif

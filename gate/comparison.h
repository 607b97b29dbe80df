/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_COMPARISON_H
#define LOCKGATE_GATE_COMPARISON_H

/*
 * A comparison under way; private to gate/compare*.c. Each step is one pass over bundle and
 * history: first the plan, then the findings, which depend on it. Pure.
 */

#include "gate/compare.h"
#include "gate/merge.h"
#include "gate/waiver_index.h"

struct comparison {
	const struct gate_question *question;
	struct gate_verdict *verdict;
	struct waiver_index waivers;

	/* Known from the start; versions are NULL where there is none. */
	const struct migration *baseline; /* the bundle's highest */
	const char *started_at;           /* the highest baseline in the history */
	const char *highest;              /* the highest version or baseline in the history */

	/* Known when the plan is made. */
	uint64_t known_position; /* the last one of a version that the bundle has */
	bool has_new_versions;   /* the plan has versions that the history has not */

	/* The same, where some were renumbered: the new one of a row, and who is one; else NULL. */
	const struct migration **moved_to;
	bool *is_moved;

	/* Known before rows without a migration are judged: one makes this build too old. */
	bool is_contracted;
};

/* A pass over bundle and history from its beginning. */
struct merge comparison_merge(const struct comparison *comparison);

/* True if an apply goes on with the migration where an earlier one was interrupted. */
bool comparison_can_resume(const struct merge_pair *pair);

void comparison_plan(struct comparison *comparison);

/* Finds renumbered migrations; the plan must be made. */
void comparison_find_moved(struct comparison *comparison);

/* What the row's migration is in the bundle, under a new version; NULL: it is not. */
const struct migration *comparison_moved_to(
	const struct comparison *comparison, const struct history_row *row);

/* True if a row has this new migration under another version. */
bool comparison_is_moved(const struct comparison *comparison, const struct migration *migration);

/*
 * True if the bundle says what the row stands for in other words: it has a baseline at or above
 * it, or the row is a baseline (an adopted one, say) at one of its versions.
 */
bool comparison_accounts_for(const struct comparison *comparison, const struct history_row *row);

/* The finding that a first run gives, if it gives one: FINDING_CODE_COUNT for none. */
enum finding_code comparison_first_finding(const struct gate_question *question);

/* Findings about the whole: the first run, pending. */
void comparison_judge_whole(struct comparison *comparison);

/* Findings about migrations that the bundle has, then about rows whose migration it lacks. */
void comparison_judge_rows(struct comparison *comparison);

/* A running row, whether the bundle has its migration or not. */
void comparison_judge_running(struct comparison *comparison, const struct merge_pair *pair);

/* Sets `is_contracted`; the plan must be made. */
void comparison_find_contracted(struct comparison *comparison);

/* A row whose migration the bundle does not have. */
void comparison_judge_absent(struct comparison *comparison, const struct merge_pair *pair);

/* What a finding says; texts are kept in the verdict's arena. */
struct finding_text {
	const char *message;
	const char *hint;
};

/*
 * Adds a finding placed in the script that it is about, unless `level` lets it pass. The result is
 * the finding, borrowed until the next one, or NULL.
 */
struct gate_finding *comparison_report(struct comparison *comparison, enum finding_code code,
	enum policy_level level, const struct merge_pair *pair, struct finding_text text);

/* How a sentence names what it is about: "migration '7' (create_users)". */
const char *comparison_describe(struct comparison *comparison, const struct merge_pair *pair);

enum policy_level comparison_level(const struct comparison *comparison, enum policy_key key);

#endif

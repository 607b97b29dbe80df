/* SPDX-License-Identifier: MIT */
#include "ci/rules.h"

#include <string.h>

#include "base/attrs.h"

const struct ci_rule ci_rules[] = {
	{"checksum-changed", "checksum changed", "checksums changed",
		"A migration that is applied has other content now, and not only in comments."},
	{"comment-changed", "comment changed", "comments changed",
		"Only the comments or blanks of an applied migration differ."},
	{"recompiled", "compiled anew", "compiled anew",
		"An applied migration is compiled to other SQL from the same file."},
	{"down-changed", "down script changed", "down scripts changed",
		"The down script of an applied migration differs from the one that was recorded."},
	{"pending", "pending", "pending", "Something is to be applied, and the policy forbids it."},
	{"irreversible", "irreversible", "irreversible",
		"A revert needs a down script that does not exist."},
	{"unmanaged", "unmanaged database", "unmanaged databases",
		"The database has tables, and nothing of this project was ever recorded."},
	{"out-of-order", "out of order", "out of order",
		"A pending migration is older than the newest one that is applied."},
	{"adopted-only", "adopted only", "adopted only",
		"A pending migration has no script, because it can only be adopted."},
	{"removed", "removed", "removed",
		"An applied migration is missing, though later ones are there."},
	{"database-ahead", "database ahead", "database ahead",
		"Applied migrations are missing that came after everything here: an old build."},
	{"contracted", "contracted", "contracted",
		"The schema was contracted by a later build: this one is too old for it."},
	{"dirty", "half done", "half done", "A migration stands half done and nobody is at work."},
	{"renamed", "renamed", "renamed",
		"An applied migration has the same content and another name."},
	{"wrong-project", "wrong project", "wrong projects",
		"The history holds migrations of other projects and none of this one."},
	{"wrong-engine", "wrong engine", "wrong engines",
		"The migrations are for another database engine."},
	{"plan-changed", "plan changed", "plans changed",
		"The plan is no longer the one whose token was given."},
	{"unproven", "unproven", "unproven",
		"Another tool's history does not tell whether a migration is the one it applied."},
	{"unsigned", "unsigned", "unsigned",
		"The migrations bear no signature, and one is demanded."},
	{"untrusted", "untrusted", "untrusted",
		"What would run bears no signature of a key that is trusted."},
	{"schema-missing", "missing from the schema", "missing from the schema",
		"An object that was there after the last apply is gone."},
	{"schema-drift", "schema drift", "schema drifts",
		"An object was added or changed outside of lockgate."},
	{"invalid-index", "invalid index", "invalid indexes",
		"An index is invalid and nobody is building it."},
};

const size_t ci_rule_count = LG_COUNT_OF(ci_rules);

static const struct ci_rule unknown = {"finding", "finding", "findings", "A finding of the gate."};

const struct ci_rule *ci_rules_of(const struct ci_report *report, size_t *out_count)
{
	*out_count = report->rules ? report->rule_count : ci_rule_count;
	return report->rules ? report->rules : ci_rules;
}

const struct ci_rule *ci_rule_find(const struct ci_report *report, const char *code)
{
	size_t count;
	const struct ci_rule *rules = ci_rules_of(report, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(rules[i].code, code) == 0)
			return &rules[i];
	return &unknown;
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "gate/compare.h"
#include "gate/summary.h"
#include "tests/support/build_bundle.h"

/*
 * One question and its answer. `bundle` and `history` are written as build_bundle.h says;
 * `findings` as "code:severity:version", "-" for the whole, in order; `plan` as
 * "version@position", with `+N` behind a resumed step and `*` behind a repeated one.
 */
struct gate_case {
	const char *title;
	const char *bundle, *history;
	const char *waivers; /* NULL: none */
	const char *policy;  /* one KEY=VALUE; NULL: none */
	const char *findings, *plan;
	bool is_unsettled, with_seeds;
};

static const struct gate_case cases[] = {
	{"an empty bundle on an empty history", "", "", .findings = "", .plan = ""},
	{"a first run", "v1=a v2=b", NULL, .findings = "", .plan = "1@1 2@2"},
	{"all applied", "v1=a v2=b", "v1=a v2=b", .findings = "", .plan = ""},
	{"some pending", "v1=a v2=b v3=c", "v1=a", .findings = "", .plan = "2@2 3@3"},
	{"versions compare as numbers", "v2=a v10=b", "v2=a v10=b", .findings = "", .plan = ""},
	{"leading zeros are equal", "v007=a v008=b", "v7=a", .findings = "renamed:warn:007",
		.plan = "008@2"},

	/* Content. */
	{"another content", "v1=A", "v1=a", .findings = "checksum-changed:block:1", .plan = ""},
	{"another comment", "v1=a#x", "v1=a", .findings = "comment-changed:warn:1", .plan = ""},
	{"another comment blocks", "v1=a#x", "v1=a", .policy = "cosmetic=block",
		.findings = "comment-changed:block:1", .plan = ""},
	{"another comment passes", "v1=a#x", "v1=a", .policy = "cosmetic=allow", .findings = "",
		.plan = ""},
	{"another content and name is only changed", "v1=A@as_x", "v1=a",
		.findings = "checksum-changed:block:1", .plan = ""},
	{"another name", "v1=a@as_x", "v1=a", .findings = "renamed:warn:1", .plan = ""},

	/* Down scripts. */
	{"another down script", "v1=a/U", "v1=a/u", .findings = "down-changed:warn:1", .plan = ""},
	{"a new down script", "v1=a/u", "v1=a", .findings = "down-changed:warn:1", .plan = ""},
	{"a lost down script", "v1=a", "v1=a/u", .findings = "down-changed:warn:1", .plan = ""},
	{"another down script blocks", "v1=a/U", "v1=a/u", .policy = "down=block",
		.findings = "down-changed:block:1", .plan = ""},
	{"another down script passes", "v1=a/U", "v1=a/u", .policy = "down=allow", .findings = "",
		.plan = ""},
	{"an allowed comment does not hide a down script", "v1=a#x/U", "v1=a/u",
		.policy = "cosmetic=allow", .findings = "down-changed:warn:1", .plan = ""},
	{"changed content says all", "v1=A/U", "v1=a/u", .findings = "checksum-changed:block:1",
		.plan = ""},

	/* Order. */
	{"a late version", "v1=a v2=b v3=c", "v1=a v3=c", .findings = "out-of-order:block:2",
		.plan = "2@3"},
	{"a late version warns", "v1=a v2=b v3=c", "v1=a v3=c", .policy = "order=warn",
		.findings = "out-of-order:warn:2", .plan = "2@3"},
	{"a late version passes", "v1=a v2=b v3=c", "v1=a v3=c", .policy = "order=allow",
		.findings = "", .plan = "2@3"},
	{"a late version is waived", "v1=a v2=b v3=c", "v1=a v3=c", "order 2 reviewed",
		.findings = "", .plan = "2@3"},
	{"a waiver finds equal versions", "v1=a v02=b v3=c", "v1=a v3=c", "order 2 reviewed",
		.findings = "", .plan = "02@3"},
	{"a waiver for another version", "v1=a v2=b v3=c", "v1=a v3=c", "order 1 reviewed",
		.findings = "out-of-order:block:2", .plan = "2@3"},
	{"two late versions", "v1=a v2=b v3=c", "v3=c",
		.findings = "out-of-order:block:1 out-of-order:block:2", .plan = "1@2 2@3"},

	/* Missing from the bundle. */
	{"removed from the middle", "v1=a v3=c", "v1=a v2=b v3=c", .findings = "removed:block:2",
		.plan = ""},
	{"removed by position", "v1=a v3=c", "v1=a v2=b@pos3 v3=c@pos2",
		.findings = "database-ahead:warn:2", .plan = ""},
	{"a later version applied earlier", "v1=a v2=b", "v1=a v2=b@pos3 v3=c@pos2",
		.findings = "removed:block:3", .plan = ""},
	{"removed warns", "v1=a v3=c", "v1=a v2=b v3=c", .policy = "removed=warn",
		.findings = "removed:warn:2", .plan = ""},
	{"removed passes", "v1=a v3=c", "v1=a v2=b v3=c", .policy = "removed=allow", .findings = "",
		.plan = ""},
	{"removed is waived", "v1=a v3=c", "v1=a v2=b v3=c", "removed 2 never released",
		.findings = "", .plan = ""},
	{"an old image", "v1=a", "v1=a v2=b v3=c",
		.findings = "database-ahead:warn:2 database-ahead:warn:3", .plan = ""},
	{"an old image blocks", "v1=a", "v1=a v2=b", .policy = "ahead=block",
		.findings = "database-ahead:block:2", .plan = ""},
	{"a last version is waived", "v1=a", "v1=a v2=b", "removed 2 never released",
		.findings = "", .plan = ""},
	{"a contracted schema", "v1=a", "v1=a v2=b@contract", .findings = "contracted:block:2",
		.plan = ""},
	{"contracted, then expanded", "v1=a", "v1=a v2=b@contract v3=c@expand",
		.findings = "contracted:block:2", .plan = ""},
	{"expanded, then contracted", "v1=a", "v1=a v2=b v3=c@contract",
		.findings = "contracted:block:3", .plan = ""},
	{"another branch went first", "v1=a v3=c", "v1=a v2=b", .findings = "removed:block:2",
		.plan = "3@3"},
	{"a repeated view does not make an old image a gap", "v1=a r:view=w",
		"v1=a v2=b r:view=v@pos9", .findings = "database-ahead:warn:2", .plan = "view@10*"},
	{"those of the bundle come first", "v1=A v4=d", "v1=a v2=b v3=c v4=D",
		.findings = "checksum-changed:block:1 checksum-changed:block:4 removed:block:2 "
			    "removed:block:3",
		.plan = ""},

	/* Baselines. */
	{"a fresh database starts at the baseline", "v1=a v2=b b2=s v3=c", NULL, .findings = "",
		.plan = "2@1 3@2"},
	{"and at the highest of two", "b1=r v1=a v2=b b3=s v3=c v4=d r:view=v", NULL,
		.findings = "", .plan = "3@1 4@2 view@3"},
	{"a history of repeatables alone is fresh", "b2=s v3=c r:view=v", "r:view=v",
		.findings = "", .plan = "2@2 3@3"},
	{"a database that is past it skips it", "b2=s v3=c", "v1=a v2=b", .findings = "",
		.plan = "3@3"},
	{"a database below it skips it too", "v1=a b2=s v2=b v3=c", "v1=a", .findings = "",
		.plan = "2@2 3@3"},
	{"what an applied baseline covers is not pending", "v1=a v2=b b2=s v3=c", "b2=s v3=c",
		.findings = "", .plan = ""},
	{"an adopted database", "v1=a v2=b v3=c", "b2=", .findings = "", .plan = "3@2"},
	{"an adopted database that went on", "v1=a v2=b v3=c", "b2= v3=c", .findings = "",
		.plan = ""},
	{"a baseline that is gone", "v1=a v3=c", "b2=s v3=c", .findings = "removed:block:2",
		.plan = ""},
	{"a baseline above covers one that is gone", "b4=s v5=e", "b2=s v3=c v4=d", .findings = "",
		.plan = "5@4"},
	{"a baseline that is missing is ahead", "v1=a v2=b", "v1=a b3=s",
		.findings = "database-ahead:warn:3", .plan = ""},
	{"a changed baseline", "b2=S v3=c", "b2=s v3=c", .findings = "checksum-changed:block:2",
		.plan = ""},
	{"a late version above the baseline", "b2=s v3=c v4=d", "b2=s v4=d",
		.findings = "out-of-order:block:3", .plan = "3@3"},
	{"a baseline that was begun goes on", "v1=a b2=s@off v3=c", "b2=s@run1of2,resumable",
		.findings = "", .plan = "2@1+1 3@2"},

	/* Repeatables. */
	{"repeatables are last", "v1=a r:a=x r:b=y", NULL, .findings = "", .plan = "1@1 a@2 b@3"},
	{"a changed repeatable runs again", "v1=a r:a=X r:b=y", "v1=a r:a=x r:b=y", .findings = "",
		.plan = "a@4*"},
	{"even for a comment", "r:a=x#1", "r:a=x", .findings = "", .plan = "a@2*"},
	{"its down script does not matter", "r:a=x/U", "r:a=x/u", .findings = "", .plan = ""},
	{"a repeatable that is gone", "v1=a", "v1=a r:a=x", .findings = "", .plan = ""},
	{"an interrupted repeatable", "r:a=x@off", "r:a=x@run1of3", .findings = "dirty:block:a",
		.plan = ""},
	{"a resumable repeatable", "r:a=x@off", "r:a=x@run1of3,resumable", .findings = "",
		.plan = "a@1+1"},

	/* Seeds. */
	{"seeds run on request only", "v1=a s1=x", NULL, .findings = "", .plan = "1@1"},
	{"seeds are last of all", "v1=a r:a=x s1=y", NULL, .findings = "", .plan = "1@1 a@2 1@3",
		.with_seeds = true},
	{"seeds are not looked at", "s1=X", "s1=x s2=y", .findings = "", .plan = ""},
	{"a changed seed", "s1=X", "s1=x", .findings = "checksum-changed:block:1", .plan = "",
		.with_seeds = true},
	{"a late seed and a lost one", "s1=x s3=z", "s2=y s3=z", .findings = "", .plan = "1@3",
		.with_seeds = true},
	{"a renamed seed", "s1=x@as_y", "s1=x", .findings = "renamed:warn:1", .plan = "",
		.with_seeds = true},
	{"a seed is no version", "v1=a s9=x", "s9=x", .findings = "", .plan = "1@2",
		.with_seeds = true},

	/* Interrupted. */
	{"somebody may be at work", "v1=a v2=b@off", "v1=a v2=b@run1of3", .findings = "",
		.plan = "2@2+1", .is_unsettled = true},
	{"a failed statement", "v1=a v2=b@off", "v1=a v2=b@run1of3", .findings = "dirty:block:2",
		.plan = ""},
	{"and what is behind it", "v1=a v2=b@off v3=c", "v1=a v2=b@run1of3",
		.findings = "dirty:block:2", .plan = "3@3"},
	{"a resumable one", "v1=a v2=b@off v3=c", "v1=a v2=b@run1of3,resumable", .findings = "",
		.plan = "2@2+1 3@3"},
	{"a resumable one that changed", "v1=a v2=B@off", "v1=a v2=b@run1of3,resumable",
		.findings = "dirty:block:2", .plan = ""},
	{"a resumable one in a transaction", "v1=a v2=b", "v1=a v2=b@run1of3,resumable",
		.findings = "dirty:block:2", .plan = ""},
	{"dirty, but not of this bundle", "v1=a", "v1=a v2=b@run1of3", .findings = "dirty:warn:2",
		.plan = ""},
	{"and something is pending", "v1=a v3=c", "v1=a v2=b@run1of3", .findings = "dirty:block:2",
		.plan = "3@3"},
	{"an interrupted seed is not looked at", "s1=x@off", "s1=x@run1of2", .findings = "",
		.plan = ""},

	/* Pending. */
	{"pending blocks", "v1=a v2=b", "v1=a", .policy = "pending=block",
		.findings = "pending:block:-", .plan = "2@2"},
	{"nothing pending", "v1=a", "v1=a", .policy = "pending=block", .findings = "", .plan = ""},
	{"the whole comes first", "v1=A v2=b", "v1=a", .policy = "pending=block",
		.findings = "pending:block:- checksum-changed:block:1", .plan = "2@2"},
};

struct asked {
	struct bundle bundle;
	struct history history;
	struct gate_policy policy;
	struct gate_question question;
	struct gate_verdict verdict;
};

static void asked_init(struct asked *asked, const char *bundle, const char *history)
{
	build_bundle(&asked->bundle, bundle);
	build_history(&asked->history, history);
	asked->policy = policy_default();
	asked->question = (struct gate_question){
		.bundle = &asked->bundle,
		.history = &asked->history,
		.policy = &asked->policy,
		.target_engine = SQL_SQLITE,
		.is_settled = true,
	};
	verdict_init(&asked->verdict);
}

static void asked_release(struct asked *asked)
{
	verdict_release(&asked->verdict);
	history_release(&asked->history);
	bundle_release(&asked->bundle);
}

static void set_policy(struct asked *asked, const char *assignment)
{
	struct lg_error err = {0};

	assert_int_equal(policy_set(&asked->policy, assignment, &err), LG_OK);
}

static void render_findings(const struct gate_verdict *verdict, struct lg_buf *out)
{
	for (size_t i = 0; i < verdict->finding_count; i++) {
		const struct gate_finding *finding = &verdict->findings[i];

		lg_buf_addf(out, "%s%s:%s:%s", i ? " " : "", finding_code_name(finding->code),
			finding_severity_name(finding->severity),
			finding->version ? finding->version : "-");
	}
}

static void render_plan(const struct gate_verdict *verdict, struct lg_buf *out)
{
	for (size_t i = 0; i < verdict->plan_count; i++) {
		const struct gate_step *step = &verdict->plan[i];

		lg_buf_addf(out, "%s%s@%ju", i ? " " : "", step->migration->version,
			(uintmax_t)step->position);
		if (step->is_resumed)
			lg_buf_addf(out, "+%u", step->statements_done);
		if (step->is_repeated)
			lg_buf_addc(out, '*');
	}
}

static void hold_case(const struct gate_case *row)
{
	LG_CLEANUP(asked_release) struct asked asked;
	LG_CLEANUP(lg_buf_release) struct lg_buf findings;
	LG_CLEANUP(lg_buf_release) struct lg_buf plan;

	lg_buf_init(&findings, LG_BUF_MAX_BYTES);
	lg_buf_init(&plan, LG_BUF_MAX_BYTES);
	asked_init(&asked, row->bundle, row->history);
	if (row->waivers)
		build_waivers(&asked.bundle, row->waivers);
	if (row->policy)
		set_policy(&asked, row->policy);
	asked.question.is_settled = !row->is_unsettled;
	asked.question.with_seeds = row->with_seeds;

	gate_compare(&asked.question, &asked.verdict);

	render_findings(&asked.verdict, &findings);
	render_plan(&asked.verdict, &plan);
	if (strcmp(findings.text, row->findings) != 0 || strcmp(plan.text, row->plan) != 0)
		fail_msg("%s: findings '%s', not '%s'; plan '%s', not '%s'", row->title,
			findings.text, row->findings, plan.text, row->plan);
	assert_int_equal(asked.verdict.is_blocked, strstr(row->findings, ":block:") != NULL);
}

static void compare_answers_every_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++)
		hold_case(&cases[i]);
}

static void compare_accepts_exactly_the_waived_change(void **state)
{
	LG_CLEANUP(asked_release) struct asked asked;
	LG_FREE_BY_SCOPE char *lines = NULL;
	char was[LG_DIGEST_CHARS + 1];
	char is[LG_DIGEST_CHARS + 1];

	(void)state;
	asked_init(&asked, "v1=A v2=A", "v1=a v2=b");
	build_content_hash("a", was);
	build_content_hash("A", is);
	lines = lg_format("checksum 1 %s %s wrong way\nchecksum 1 %s %s typo\n"
			  "checksum 2 %s %s not its hashes\n",
		is, was, was, is, was, is);
	build_waivers(&asked.bundle, lines);

	gate_compare(&asked.question, &asked.verdict);

	assert_int_equal(asked.verdict.finding_count, 1);
	assert_string_equal(asked.verdict.findings[0].version, "2");
	assert_int_equal(asked.verdict.waiver_count, 1);
	assert_string_equal(asked.verdict.waivers_used[0]->reason, "typo");
}

static void compare_lists_a_waiver_once(void **state)
{
	LG_CLEANUP(asked_release) struct asked asked;

	(void)state;
	asked_init(&asked, "v1=a v9=z", "v1=a v2=b b2=b v9=z");
	build_waivers(&asked.bundle, "removed 2 both of them\nremoved 3 never needed\n");

	gate_compare(&asked.question, &asked.verdict);

	assert_int_equal(asked.verdict.finding_count, 0);
	assert_int_equal(asked.verdict.waiver_count, 1);
}

static void compare_places_findings_in_files(void **state)
{
	LG_CLEANUP(asked_release) struct asked asked;
	const struct gate_finding *findings;

	(void)state;
	asked_init(&asked, "v1=A v2=b/U v4=d", "v1=a v2=b/u v3=c v4=d");
	asked.bundle.migrations[0].up.first_line = 4;

	gate_compare(&asked.question, &asked.verdict);

	findings = asked.verdict.findings;
	assert_int_equal(asked.verdict.finding_count, 3);
	assert_string_equal(findings[0].file, "1.up.sql");
	assert_int_equal(findings[0].line, 4);
	assert_int_equal(findings[0].column, 1);
	assert_string_equal(findings[0].name, "name_1");
	assert_string_equal(findings[1].file, "2.down.sql");
	assert_null(findings[2].file);
	assert_int_equal(findings[2].line, 0);
	assert_string_equal(findings[2].name, "name_3");
}

static void compare_names_both_hashes(void **state)
{
	LG_CLEANUP(asked_release) struct asked asked;
	char was[LG_DIGEST_CHARS + 1];
	char is[LG_DIGEST_CHARS + 1];

	(void)state;
	asked_init(&asked, "v1=A", "v1=a");
	build_content_hash("a", was);
	build_content_hash("A", is);

	gate_compare(&asked.question, &asked.verdict);

	assert_non_null(strstr(asked.verdict.findings[0].message, was));
	assert_non_null(strstr(asked.verdict.findings[0].message, is));
	assert_non_null(strstr(asked.verdict.findings[0].hint, "checksum 1 "));
}

static void compare_says_where_a_run_stopped(void **state)
{
	static const struct {
		const char *bundle, *history, *message, *hint;
	} rows[] = {
		{"v5=a@off", "v5=a@run2of7",
			"migration '5' (name_5) was interrupted: statement 3 of 7 was under way or "
			"failed",
			"lockgate resolve 5 SOURCE --retry|--done|--applied"},
		{"v5=A@off", "v5=a@run2of7,resumable",
			"migration '5' (name_5) was interrupted and its script has changed since: "
			"statement 3 of 7 was under way or failed",
			"lockgate resolve 5 SOURCE --retry"},
		{"r:view=a@off", "r:view=a@run7of7",
			"repeatable migration 'view' was interrupted: all 7 statements were done, "
			"but it was not recorded as applied",
			"lockgate resolve view SOURCE --retry|--done|--applied"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(rows); i++) {
		LG_CLEANUP(asked_release) struct asked asked;

		asked_init(&asked, rows[i].bundle, rows[i].history);
		gate_compare(&asked.question, &asked.verdict);
		assert_int_equal(asked.verdict.finding_count, 1);
		assert_string_equal(asked.verdict.findings[0].message, rows[i].message);
		assert_non_null(strstr(asked.verdict.findings[0].hint, rows[i].hint));
	}
}

static void compare_counts_what_is_pending(void **state)
{
	LG_CLEANUP(asked_release) struct asked asked;

	(void)state;
	asked_init(&asked, "v1=a v2=b v3=c", "v1=a");
	set_policy(&asked, "pending=block");

	gate_compare(&asked.question, &asked.verdict);

	assert_string_equal(
		asked.verdict.findings[0].message, "2 migrations are pending, the first is '2'");
}

static void compare_refuses_another_engine_and_nothing_else(void **state)
{
	LG_CLEANUP(asked_release) struct asked asked;

	(void)state;
	asked_init(&asked, "v1=A v2=b", "v1=a");
	asked.question.target_engine = SQL_POSTGRES;

	gate_compare(&asked.question, &asked.verdict);

	assert_int_equal(asked.verdict.finding_count, 1);
	assert_int_equal(asked.verdict.findings[0].code, FINDING_WRONG_ENGINE);
	assert_true(asked.verdict.is_blocked);
	assert_int_equal(asked.verdict.plan_count, 0);
	assert_false(gate_needs_settling(&asked.question));
}

/* What a database is like that has no batch, and what comes of it. */
struct first_case {
	const char *other_project, *table, *tool;
	const char *policy; /* NULL: auto */
	const char *code;   /* NULL: none */
	const char *message;
};

static const struct first_case first_cases[] = {
	{.code = NULL},
	{.policy = "first=block", .code = "unmanaged", .message = "policy first is block"},
	{.table = "users", .code = "unmanaged", .message = "'users'"},
	{.table = "users", .policy = "first=allow", .code = NULL},
	{.table = "users", .policy = "first=block", .code = "unmanaged", .message = "'users'"},
	{.table = "SequelizeMeta",
		.tool = "sequelize",
		.code = "unmanaged",
		.message = "'SequelizeMeta', the history table of sequelize"},
	{.other_project = "billing", .code = "wrong-project", .message = "'billing'"},
	{.other_project = "billing",
		.table = "users",
		.code = "wrong-project",
		.message = "'billing'"},
	{.other_project = "billing", .policy = "first=allow", .code = NULL},
	{.other_project = "billing",
		.policy = "first=block",
		.code = "wrong-project",
		.message = "'billing'"},
};

static void hold_first_case(const struct first_case *row, bool is_settled)
{
	LG_CLEANUP(asked_release) struct asked asked;

	asked_init(&asked, "v1=a", NULL);
	asked.history.other_project = row->other_project;
	asked.history.unmanaged_table = row->table;
	asked.history.foreign_tool = row->tool;
	asked.history.foreign_table = row->table;
	asked.question.is_settled = is_settled;
	if (row->policy)
		set_policy(&asked, row->policy);

	gate_compare(&asked.question, &asked.verdict);

	assert_int_equal(gate_needs_settling(&asked.question), row->code != NULL);
	assert_int_equal(asked.verdict.plan_count, 1);
	assert_int_equal(asked.verdict.finding_count, row->code && is_settled ? 1 : 0);
	if (row->code && is_settled) {
		const struct gate_finding *finding = asked.verdict.findings;

		assert_string_equal(finding_code_name(finding->code), row->code);
		assert_int_equal(finding->severity, FINDING_BLOCK);
		assert_non_null(strstr(finding->message, row->message));
		assert_null(finding->version);
	}
}

static void compare_judges_a_first_run(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(first_cases); i++) {
		hold_first_case(&first_cases[i], true);
		hold_first_case(&first_cases[i], false);
	}
}

static void compare_says_how_to_take_over(void **state)
{
	LG_CLEANUP(asked_release) struct asked asked;

	(void)state;
	asked_init(&asked, "v1=a", NULL);
	asked.history.unmanaged_table = "users";
	asked.history.foreign_tool = "sequelize";
	asked.history.foreign_table = "SequelizeMeta";

	gate_compare(&asked.question, &asked.verdict);

	assert_non_null(
		strstr(asked.verdict.findings[0].hint, "lockgate adopt SOURCE --to VERSION"));
}

static void settling_is_asked_for_by_running_rows(void **state)
{
	static const struct {
		const char *history;
		bool with_seeds, is_needed;
	} rows[] = {
		{"v1=a", false, false},
		{"v1=a@run1of2", false, true},
		{"v1=a s1=x@run1of2", false, false},
		{"v1=a s1=x@run1of2", true, true},
		{"v1=a v9=z@run1of2", false, true},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(rows); i++) {
		LG_CLEANUP(asked_release) struct asked asked;

		asked_init(&asked, "v1=a", rows[i].history);
		asked.question.is_settled = false;
		asked.question.with_seeds = rows[i].with_seeds;
		assert_int_equal(gate_needs_settling(&asked.question), rows[i].is_needed);
	}
}

/* Versions of even number are in both, the others in one of them. */
static void compare_handles_fifty_thousand(void **state)
{
	enum { COUNT = 50000 };
	LG_CLEANUP(asked_release) struct asked asked;
	LG_CLEANUP(lg_buf_release) struct lg_buf bundle;
	LG_CLEANUP(lg_buf_release) struct lg_buf history;
	LG_CLEANUP(lg_buf_release) struct lg_buf waivers;

	(void)state;
	lg_buf_init(&bundle, LG_BUF_MAX_BYTES);
	lg_buf_init(&history, LG_BUF_MAX_BYTES);
	lg_buf_init(&waivers, LG_BUF_MAX_BYTES);
	for (int i = 1; i <= COUNT; i++) {
		if (i % 4 != 3)
			lg_buf_addf(&bundle, " v%d=a", i);
		if (i % 4 != 1)
			lg_buf_addf(&history, " v%d=a", i);
		if (i % 5 == 0)
			lg_buf_addf(&waivers, "order %d reviewed\n", i);
	}
	asked_init(&asked, bundle.text, history.text);
	build_waivers(&asked.bundle, waivers.text);

	gate_compare(&asked.question, &asked.verdict);

	assert_int_equal(asked.verdict.plan_count, COUNT / 4);
	assert_int_equal(asked.verdict.waiver_count, COUNT / 4 / 5);
	assert_int_equal(asked.verdict.finding_count, COUNT / 4 + COUNT / 4 - COUNT / 4 / 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compare_answers_every_case),
		cmocka_unit_test(compare_accepts_exactly_the_waived_change),
		cmocka_unit_test(compare_lists_a_waiver_once),
		cmocka_unit_test(compare_places_findings_in_files),
		cmocka_unit_test(compare_names_both_hashes),
		cmocka_unit_test(compare_says_where_a_run_stopped),
		cmocka_unit_test(compare_counts_what_is_pending),
		cmocka_unit_test(compare_refuses_another_engine_and_nothing_else),
		cmocka_unit_test(compare_judges_a_first_run),
		cmocka_unit_test(compare_says_how_to_take_over),
		cmocka_unit_test(settling_is_asked_for_by_running_rows),
		cmocka_unit_test(compare_handles_fifty_thousand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

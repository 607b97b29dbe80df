/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "tests/support/asked.h"
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

	/* Compiled migrations. */
	{"compiled to the same", "v1=a@compiled", "v1=a", .findings = "", .plan = ""},
	{"compiled to other SQL", "v1=a@compiled_anew", "v1=a", .findings = "recompiled:warn:1",
		.plan = ""},
	{"changed and compiled", "v1=b@compiled_anew", "v1=a",
		.findings = "checksum-changed:block:1", .plan = ""},
	{"a pending one that can only be adopted", "v1=a v2=b", "v1=a", "adopted-only 2 reviewed",
		.findings = "adopted-only:block:2", .plan = "2@2"},
	{"an adopted one", "v1=a v2=b", "v1=a v2=b", "adopted-only 2 reviewed", .findings = "",
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

	/* Renumbered. */
	{"a new version for an applied one", "v1=a v3=b@as_name_2", "v1=a v2=b",
		.findings = "removed:block:2", .plan = "3@3"},
	{"another name too", "v1=a v3=b", "v1=a v2=b", .findings = "removed:block:2",
		.plan = "3@3"},
	{"an earlier version", "v1=a v2=c v4=d", "v1=a v3=c v4=d", .findings = "removed:block:3",
		.plan = "2@4"},
	{"only one of two late ones", "v1=a v2=x v3=c v5=e", "v1=a v4=c v5=e",
		.findings = "out-of-order:block:2 removed:block:4", .plan = "2@4 3@5"},
	{"renumbered is waived", "v1=a v3=b", "v1=a v2=b", "removed 2 on purpose", .findings = "",
		.plan = "3@3"},

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
		asked_set_policy(&asked, row->policy);
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
		cmocka_unit_test(compare_handles_fifty_thousand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

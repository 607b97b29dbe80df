/* SPDX-License-Identifier: MIT */
#include "gate/simulate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "gate/compare.h"
#include "gate/summary.h"
#include "tests/support/build_bundle.h"

static void simulate_leaves_what_an_apply_leaves(void **state)
{
	static const char *const bundles[] = {
		"v1=a v2=b/u", "v1=a v10=b@contract r:view=v", "b2=s v3=c s1=x", ""};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(bundles); i++) {
		LG_CLEANUP(bundle_release) struct bundle base;
		LG_CLEANUP(history_release) struct history history;
		struct history_summary expected;
		struct history_summary actual;

		build_bundle(&base, bundles[i]);
		history_init(&history);
		history_simulate(&base, true, &history);
		for (size_t k = 0; k < history.count; k++) {
			assert_int_equal(history.rows[k].position, k + 1);
			assert_int_equal(history.rows[k].state, HISTORY_APPLIED);
		}
		expected = history_summary_expected(&base);
		actual = build_summary(&history);
		assert_int_equal(actual.rows, expected.rows);
		assert_int_equal(actual.seeds, expected.seeds);
		assert_true(lg_digest_equal(&actual.rows_digest, &expected.rows_digest));
		assert_true(lg_digest_equal(&actual.seeds_digest, &expected.seeds_digest));
	}
}

static void simulate_leaves_seeds_out_unless_asked(void **state)
{
	LG_CLEANUP(bundle_release) struct bundle base;
	LG_CLEANUP(history_release) struct history history;

	(void)state;
	build_bundle(&base, "v1=a s1=x s2=y");
	history_init(&history);
	history_simulate(&base, false, &history);
	assert_int_equal(history.count, 1);
	assert_true(history.has_batches);
}

/* Both written as build_bundle.h says; findings as "code:severity:version", the plan as versions.
 */
static const struct {
	const char *title, *base, *ours, *waivers, *policy, *findings, *plan;
} cases[] = {
	{"the same", "v1=a v2=b", "v1=a v2=b", "", NULL, "", ""},
	{"an empty base", "", "v1=a v2=b", "", NULL, "", "1 2"},
	{"an empty source", "v1=a v2=b", "", "", NULL,
		"database-ahead:warn:1 database-ahead:warn:2", ""},
	{"a new one", "v1=a v2=b", "v1=a v2=b v3=c", "", NULL, "", "3"},
	{"late", "v1=a v3=c", "v1=a v2=b v3=c", "", NULL, "out-of-order:block:2", "2"},
	{"late, waived", "v1=a v3=c", "v1=a v2=b v3=c", "order 2 reviewed", NULL, "", "2"},
	{"late, allowed", "v1=a v3=c", "v1=a v2=b v3=c", "", "order=allow", "", "2"},
	{"edited", "v1=a v2=b", "v1=A v2=b", "", NULL, "checksum-changed:block:1", ""},
	{"only comments edited", "v1=a", "v1=a#x", "", NULL, "comment-changed:warn:1", ""},
	{"down edited", "v1=a/u", "v1=a/U", "", NULL, "down-changed:warn:1", ""},
	{"renamed", "v1=a", "v1=a@as_x", "", NULL, "renamed:warn:1", ""},
	{"removed", "v1=a v2=b v3=c", "v1=a v3=c", "", NULL, "removed:block:2", ""},
	{"removed, waived", "v1=a v2=b v3=c", "v1=a v3=c", "removed 2 squashed", NULL, "", ""},
	{"removed, allowed", "v1=a v2=b v3=c", "v1=a v3=c", "", "removed=allow", "", ""},
	{"a stale branch", "v1=a v2=b v3=c", "v1=a v2=b", "", NULL, "database-ahead:warn:3", ""},
	{"a stale branch with a later one", "v1=a v2=b", "v1=a v3=c", "", NULL,
		"database-ahead:warn:2", "3"},
	{"a stale branch with an earlier one", "v1=a v3=c", "v1=a v2=b", "", NULL,
		"out-of-order:block:2 database-ahead:warn:3", "2"},
	{"a stale branch is not wanted", "v1=a v2=b", "v1=a v3=c", "", "ahead=block",
		"database-ahead:block:2", "3"},
	{"a contracted base is no database", "v1=a v2=b@contract", "v1=a", "", NULL,
		"database-ahead:warn:2", ""},
	{"renumbered", "v1=a v2=b v3=c", "v1=a v3=c v4=b", "", NULL, "removed:block:2", "4"},
	{"renumbered, the last one", "v1=a v2=b", "v1=a v3=b", "", NULL, "removed:block:2", "3"},
	{"renumbered to an earlier version", "v1=a v3=c", "v1=a v2=c", "", NULL, "removed:block:3",
		"2"},
	{"renumbered, waived", "v1=a v2=b", "v1=a v3=b", "removed 2 on purpose", NULL, "", "3"},
	{"two of one content, one name", "v1=a v2=b v3=b", "v1=a v4=b@as_name_3 v5=b@as_x", "",
		NULL, "database-ahead:warn:2 removed:block:3", "4 5"},
	{"two of one content, other names", "v1=a v2=b", "v1=a v4=b v5=b", "", NULL,
		"database-ahead:warn:2", "4 5"},
	{"one version taken twice", "v1=a v2=b@as_b", "v1=a v2=c@as_c", "", NULL,
		"checksum-changed:block:2", ""},
	{"the base is squashed", "b2=s v3=c", "v1=a v2=b v3=c", "", NULL, "", ""},
	{"the source is squashed", "v1=a v2=b v3=c", "b2=s v3=c", "", NULL, "", ""},
	{"late below a baseline that stands for kept ones", "v1=a b3=s v3=c v4=d",
		"v1=a v2=b b3=s v3=c v4=d", "", NULL, "out-of-order:block:2", "2"},
	{"edited below a baseline", "b1=s v1=a", "b1=s v1=A", "", NULL, "checksum-changed:block:1",
		""},
	{"an edited baseline", "b1=s v1=a", "b1=S v1=a", "", NULL, "checksum-changed:block:1", ""},
	{"a repeatable runs again", "r:view=v", "r:view=w", "", NULL, "", "view"},
	{"pending is not wanted", "v1=a", "v1=a v2=b", "", "pending=block", "pending:block:-", "2"},
};

static void add_findings(const struct gate_verdict *verdict, struct lg_buf *out)
{
	for (size_t i = 0; i < verdict->finding_count; i++)
		lg_buf_addf(out, "%s%s:%s:%s", i ? " " : "",
			finding_code_name(verdict->findings[i].code),
			finding_severity_name(verdict->findings[i].severity),
			verdict->findings[i].version ? verdict->findings[i].version : "-");
}

/* Asks for `ours` on what `base` would have left; the caller releases the verdict. */
static void ask(const struct bundle *base, const struct bundle *ours, const char *policy,
	struct gate_verdict *out)
{
	LG_CLEANUP(history_release) struct history history;
	struct gate_policy levels = policy_default();
	struct lg_error err = {0};
	const struct gate_question question = {.bundle = ours,
		.history = &history,
		.policy = &levels,
		.target_engine = SQL_SQLITE,
		.base = base,
		.is_settled = true};

	if (policy)
		assert_int_equal(policy_set(&levels, policy, &err), LG_OK);
	history_init(&history);
	history_simulate(base, false, &history);
	verdict_init(out);
	gate_compare(&question, out);
}

static void compare_with_a_base_answers_every_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(bundle_release) struct bundle base;
		LG_CLEANUP(bundle_release) struct bundle ours;
		LG_CLEANUP(verdict_release) struct gate_verdict verdict;
		LG_CLEANUP(lg_buf_release) struct lg_buf findings;
		LG_CLEANUP(lg_buf_release) struct lg_buf plan;

		lg_buf_init(&findings, LG_BUF_MAX_BYTES);
		lg_buf_init(&plan, LG_BUF_MAX_BYTES);
		build_bundle(&base, cases[i].base);
		build_bundle(&ours, cases[i].ours);
		build_waivers(&ours, cases[i].waivers);
		ask(&base, &ours, cases[i].policy, &verdict);
		add_findings(&verdict, &findings);
		for (size_t k = 0; k < verdict.plan_count; k++)
			lg_buf_addf(
				&plan, "%s%s", k ? " " : "", verdict.plan[k].migration->version);
		if (strcmp(findings.text, cases[i].findings) != 0 ||
			strcmp(plan.text, cases[i].plan) != 0)
			fail_msg("%s: findings '%s', not '%s'; plan '%s', not '%s'", cases[i].title,
				findings.text, cases[i].findings, plan.text, cases[i].plan);
	}
}

/* The base has changed its script, with a waiver, since the branch began. */
static void compare_lets_a_branch_be_behind_a_waiver(void **state)
{
	LG_CLEANUP(bundle_release) struct bundle base;
	LG_CLEANUP(bundle_release) struct bundle ours;
	LG_CLEANUP(verdict_release) struct gate_verdict verdict;
	LG_CLEANUP(lg_buf_release) struct lg_buf line;
	char was[LG_DIGEST_CHARS + 1];
	char is[LG_DIGEST_CHARS + 1];

	(void)state;
	lg_buf_init(&line, LG_BUF_MAX_BYTES);
	build_content_hash("a", was);
	build_content_hash("A", is);
	lg_buf_addf(&line, "checksum 1 %s %s reviewed", was, is);
	build_bundle(&base, "v1=A v2=A");
	build_bundle(&ours, "v1=a v2=b");
	build_waivers(&base, line.text);

	ask(&base, &ours, NULL, &verdict);

	assert_int_equal(verdict.finding_count, 1);
	assert_string_equal(verdict.findings[0].version, "2");
}

static void compare_places_findings_in_either_folder(void **state)
{
	LG_CLEANUP(bundle_release) struct bundle base;
	LG_CLEANUP(bundle_release) struct bundle ours;
	LG_CLEANUP(verdict_release) struct gate_verdict verdict;

	(void)state;
	build_bundle(&base, "v1=a v2=b v3=c v4=d");
	build_bundle(&ours, "v1=a v4=d v6=c@as_name_3");

	ask(&base, &ours, NULL, &verdict);

	assert_int_equal(verdict.finding_count, 2);
	assert_string_equal(verdict.findings[0].file, "2.up.sql");
	assert_true(verdict.findings[0].is_in_base);
	assert_int_equal(verdict.findings[0].line, 1);
	assert_string_equal(verdict.findings[1].file, "6.up.sql");
	assert_false(verdict.findings[1].is_in_base);
	assert_non_null(strstr(verdict.findings[1].message,
		"was renumbered: '3.up.sql' of the base is '6.up.sql' here"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simulate_leaves_what_an_apply_leaves),
		cmocka_unit_test(simulate_leaves_seeds_out_unless_asked),
		cmocka_unit_test(compare_with_a_base_answers_every_case),
		cmocka_unit_test(compare_lets_a_branch_be_behind_a_waiver),
		cmocka_unit_test(compare_places_findings_in_either_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

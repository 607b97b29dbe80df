/* SPDX-License-Identifier: MIT */
#include "bundles/renumber.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "tests/support/build_bundle.h"

/* 2026-02-01T10:00:00Z */
static const int64_t now_us = INT64_C(1769940000) * 1000000;

/* Bundles are written as build_bundle.h says; `steps` as "old>new" in order. */
static const struct {
	const char *title, *folder, *base, *steps;
} cases[] = {
	{"the same", "v1=a v2=b", "v1=a v2=b", ""},
	{"an empty base", "v1=a", "", ""},
	{"new ones above", "v1=a v3=c v4=d", "v1=a v2=b", ""},
	{"one below", "v1=a v2=c@as_c", "v1=a v2=b v3=d", "2>4"},
	{"their order is kept", "v1=a v2=b v3=c", "v1=a v9=z", "2>10 3>11"},
	{"one that is above stays if there is room", "v1=a v2=b v8=c", "v1=a v6=z", "2>7"},
	{"and moves if there is none", "v1=a v2=b v3=c v8=d", "v1=a v6=z", "2>7 3>8 8>9"},
	{"one version, two names", "v1=a v2=c@as_c", "v1=a v2=b@as_b", "2>3"},
	{"both after a merge", "v1=a v2=b@as_b v2=c@as_c", "v1=a v2=b@as_b", "2>3"},
	{"an edited one is the base's", "v1=A v2=b", "v1=a v2=b v3=c", ""},
	{"a renamed one is the base's", "v1=a@as_x v2=b", "v1=a v2=b v3=c", ""},
	{"equal versions in other words", "v001=a v002=b", "v1=a v2=b v3=c", ""},
	{"width and style are kept", "v0001=a v0003=c", "v0001=a v0017=b", "0003>0018"},
	{"groups count up in the last one", "v1.1=a v1.2=c", "v1.1=a v1.9=b", "1.2>1.10"},
	{"times are now", "v20260101000000=a v20260102000000=b", "v20260103000000=c",
		"20260101000000>20260201100000 20260102000000>20260201100001"},
	{"but above a base from the future", "v20260101000000=a", "v20270103000000=c",
		"20260101000000>20270103000001"},
	{"and below what need not move", "v20260101000000=a v20260104000000=d", "v20260103000000=c",
		"20260101000000>20260103000001"},
	{"a baseline counts", "v1=a v3=c", "b5=s", "1>6 3>7"},
	{"baselines and repeatables stay", "v1=a b1=s r:view=w", "v1=a v2=b r:view=v", ""},
	{"seeds have their own order", "v5=e s1=x s2=y", "v4=d s1=x s3=z", "2>4"},
	{"a name of ours is not in the way", "v3=a@as_x v4=b@as_x", "v3=c", "3>5 4>6"},
	{"an empty one is no twin", "v2=@as_x", "v3=@as_y", "2>4"},
};

static void renumber_answers_every_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(bundle_release) struct bundle folder;
		LG_CLEANUP(bundle_release) struct bundle base;
		LG_CLEANUP(renumber_plan_release) struct renumber_plan plan = {0};
		LG_CLEANUP(lg_buf_release) struct lg_buf steps;
		struct lg_error err = {0};

		lg_buf_init(&steps, LG_BUF_MAX_BYTES);
		build_bundle(&folder, cases[i].folder);
		build_bundle(&base, cases[i].base);
		assert_int_equal(renumber_plan(&folder, &base, now_us, &plan, &err), LG_OK);
		for (size_t k = 0; k < plan.count; k++)
			lg_buf_addf(&steps, "%s%s>%s", k ? " " : "",
				plan.steps[k].migration->version, plan.steps[k].version);
		if (strcmp(steps.text, cases[i].steps) != 0)
			fail_msg("%s: '%s', not '%s'", cases[i].title, steps.text, cases[i].steps);
	}
}

static void renumber_refuses_what_it_cannot_know(void **state)
{
	static const struct {
		const char *folder, *base, *waivers, *base_waivers, *message;
	} refusals[] = {
		{"v1=a v2=c", "v1=a v5=b", "order 2 reviewed", "",
			"'2.up.sql' needs a later "
			"version, but waivers.txt has a "
			"line for this one: order 2"},
		{"v1=a v02=c", "v1=a v5=b", "removed 2 x", "", "removed 2"},
		{"v1=a v2=c@as_c", "v1=a v2=b@as_b", "removed 2 x", "removed 2 x", NULL},
		{"v1=a v2=c", "v1=a v5=b", "order 3 reviewed", "", NULL},
		{"v1=a v2=c b3=s", "v1=a v5=b", "", "",
			"'2.up.sql' needs a later version, but the baseline '3.up.sql' stands for "
			"it"},
		{"v1=a v2=c b3=s", "v1=a b3=s v5=b", "", "", NULL},
		{"v1=a v2=c@as_c", "v1=a v5=c@as_c", "", "",
			"'2.up.sql' is in the base already, as '5.up.sql'"},
		{"v1=a v2=c@as_x", "v1=a v5=c@as_c", "", "", NULL},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(refusals); i++) {
		LG_CLEANUP(bundle_release) struct bundle folder;
		LG_CLEANUP(bundle_release) struct bundle base;
		LG_CLEANUP(renumber_plan_release) struct renumber_plan plan = {0};
		struct lg_error err = {0};
		enum lg_status status;

		build_bundle(&folder, refusals[i].folder);
		build_bundle(&base, refusals[i].base);
		build_waivers(&folder, refusals[i].waivers);
		build_waivers(&base, refusals[i].base_waivers);
		status = renumber_plan(&folder, &base, now_us, &plan, &err);
		assert_int_equal(status, refusals[i].message ? LG_REFUSED : LG_OK);
		if (!refusals[i].message)
			continue;
		assert_non_null(strstr(err.text, refusals[i].message));
		assert_true(err.hint[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(renumber_answers_every_case),
		cmocka_unit_test(renumber_refuses_what_it_cannot_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

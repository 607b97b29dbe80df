/* SPDX-License-Identifier: MIT */
#include "plugin/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/run.h"

static void nothing_is_kept_for_nobody(void **state)
{
	LG_CLEANUP(run_release) struct run run;

	(void)state;
	run_init(&run, "apply");
	timeline_add(&run, "locked", "%s", "");
	timeline_finish(&run);

	assert_int_equal(run.report.moment_count, 0);
}

static void moments_are_in_order_and_one_line_each(void **state)
{
	LG_CLEANUP(run_release) struct run run;
	const struct ci_moment *moments;

	(void)state;
	run_init(&run, "apply");
	run.reporting.id = "lgr-1";
	timeline_add(&run, "locked", "%s", "");
	timeline_add(&run, "warning", "a\r\nb\tc %s", "\xff\033");
	timeline_finish(&run);

	moments = run.report.moments;
	assert_int_equal(run.report.moment_count, 2);
	assert_string_equal(moments[0].what, "locked");
	assert_null(moments[0].text);
	assert_true(moments[0].at_us >= 0 && moments[0].at_us <= moments[1].at_us);
	assert_null(strpbrk(moments[1].text, "\r\n\t\033\xff"));
}

static void what_has_no_room_is_counted(void **state)
{
	LG_CLEANUP(run_release) struct run run;

	(void)state;
	run_init(&run, "apply");
	run.reporting.id = "lgr-1";
	for (size_t i = 0; i < TIMELINE_MAX + 5; i++)
		timeline_add(&run, "begins", "%zu", i);
	timeline_finish(&run);

	assert_int_equal(run.report.moment_count, TIMELINE_MAX);
	assert_string_equal(run.report.moments[TIMELINE_MAX - 2].text, "9998");
	assert_string_equal(run.report.moments[TIMELINE_MAX - 1].what, "left out");
	assert_string_equal(
		run.report.moments[TIMELINE_MAX - 1].text, "6 more moments are left out");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_kept_for_nobody),
		cmocka_unit_test(moments_are_in_order_and_one_line_each),
		cmocka_unit_test(what_has_no_room_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "ci/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"

static void expect(const struct ci_report *report, const char *file, const char *expected)
{
	struct ci_place place = ci_place_of(report, file, 4, 2);

	if (expected)
		assert_string_equal(place.path, expected);
	else
		assert_null(place.path);
	ci_place_release(&place);
}

static void paths_are_relative_to_the_workspace(void **state)
{
	const struct ci_run run = {.workspace = "/github/workspace/"};
	const struct ci_bundle bundle = {.source = "db/migrations"};
	struct ci_report report = {.run = &run, .bundle = &bundle};

	(void)state;
	expect(&report, "db/migrations/1.sql", "db/migrations/1.sql");
	report.folder = "/github/workspace/service";
	expect(&report, "db/migrations/1.sql", "service/db/migrations/1.sql");
	report.folder = "/elsewhere";
	expect(&report, "db/migrations/1.sql", "db/migrations/1.sql");
}

static void steps_up_and_nowhere_are_taken(void **state)
{
	const struct ci_run run = {.workspace = "/w"};
	struct ci_report report = {.run = &run, .folder = "/w/a"};

	(void)state;
	expect(&report, "../b/./1.sql", "b/1.sql");
	expect(&report, "..//b///1.sql", "b/1.sql");
	expect(&report, "../../x/1.sql", "../../x/1.sql");
	expect(&report, "/w/a/1.sql", "a/1.sql");
	expect(&report, "/w/../w/1.sql", "1.sql");
	expect(&report, "/www/1.sql", "/www/1.sql");
	expect(&report, "/../../1.sql", "/1.sql");
	report.run = NULL;
	expect(&report, "./x/../1.sql", "1.sql");
}

static void what_is_in_a_bundle_is_at_the_bundle(void **state)
{
	const struct ci_bundle bundle = {.source = "out/app.lockgate"};
	const struct ci_report report = {.bundle = &bundle};
	struct ci_place place = ci_place_of(&report, "1.sql", 4, 2);

	(void)state;
	assert_string_equal(place.path, "out/app.lockgate");
	assert_true(place.is_source);
	assert_int_equal(place.line, 0);
	ci_place_release(&place);
	expect(&report, NULL, "out/app.lockgate");
}

static void without_a_source_there_is_no_place(void **state)
{
	const struct ci_report report = {0};

	(void)state;
	expect(&report, NULL, NULL);
	expect(&report, "1.sql", "1.sql");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_relative_to_the_workspace),
		cmocka_unit_test(steps_up_and_nowhere_are_taken),
		cmocka_unit_test(what_is_in_a_bundle_is_at_the_bundle),
		cmocka_unit_test(without_a_source_there_is_no_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

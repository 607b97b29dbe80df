/* SPDX-License-Identifier: MIT */
#include "bundles/formats/sequelize_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "bundles/compiled.h"

static const struct {
	const char *file, *version, *name;
} names[] = {
	{"20240131120000-create-users.js", "20240131120000", "create-users"},
	{"20240131120000_create_users.cjs", "20240131120000", "create_users"},
	{"20240131120000.js", "20240131120000", "migration"},
	{"2024.01.31T12.00.05.create-users.mjs", "2024.01.31.12.00.05", "create-users"},
	{"2024-01-31-create-users.js", "2024.01.31", "create-users"},
	{"20240131-2-factors.js", "20240131", "2-factors"},
	{"20240131-120000-create.js", "20240131120000", "create"},
	{"04-00100-query-acl.js", "04.00100", "query-acl"},
	{"003-2fa.js", "003", "2fa"},
	{"003-create users+.js", "003", "create_users_"},
	{"v2.13.5-series-column.js", "2.13.5", "series-column"},
	{"1.js", "1", "migration"},
	{"12.34.js", "12.34", "migration"},
	{"index.js", NULL, "index"},
	{"v-x.js", NULL, "v-x"},
	{"20240131-na\xC3\xAFve.js", "20240131", "na_ve"},
};

static void names_say_version_and_name(void **state)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(names); i++) {
		struct sequelize_name found = sequelize_name_read(names[i].file, &strings);

		if (names[i].version)
			assert_string_equal(found.version, names[i].version);
		else
			assert_null(found.version);
		assert_string_equal(found.name, names[i].name);
	}
}

static void scripts_are_known_by_their_ending(void **state)
{
	static const char *const scripts[] = {"1-a.js", "1-a.cjs", "1-a.mjs"};
	static const char *const others[] = {
		".1-a.js", "1-a.ts", "1-a.test.js", "1-a.spec.js", "1-a.json", ".js", "1-a.js~"};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(scripts); i++)
		assert_true(sequelize_name_is_script(scripts[i]));
	for (size_t i = 0; i < LG_COUNT_OF(others); i++)
		assert_false(sequelize_name_is_script(others[i]));
	assert_true(sequelize_name_is_typescript("1-a.ts"));
	assert_true(sequelize_name_is_typescript("1-a.mts"));
	assert_false(sequelize_name_is_typescript("1-a.d.ts"));
}

static void places_are_found_again(void **state)
{
	static const char file[] = "m/1-a.js";
	LG_CLEANUP(lg_buf_release) struct lg_buf script;

	(void)state;
	lg_buf_init(&script, 1000);
	compiled_add_place(&script, file, 7);
	lg_buf_adds(&script, "SELECT\n1;\n-- other.js:3\n-- m/1-a.js:x\n");
	compiled_add_place(&script, file, 42);
	lg_buf_adds(&script, "SELECT 2;");
	assert_int_equal(compiled_line(script.text, script.len, file, 1), 7);
	assert_int_equal(compiled_line(script.text, script.len, file, 3), 7);
	assert_int_equal(compiled_line(script.text, script.len, file, 5), 7);
	assert_int_equal(compiled_line(script.text, script.len, file, 7), 42);
	assert_int_equal(compiled_line(script.text, script.len, file, 700), 42);
	assert_int_equal(compiled_line(script.text, script.len, "2-b.js", 7), 0);
	assert_true(compiled_is_source("a/b.mjs"));
	assert_false(compiled_is_source("a.js/b.sql"));
	assert_false(compiled_is_source("js"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_say_version_and_name),
		cmocka_unit_test(scripts_are_known_by_their_ending),
		cmocka_unit_test(places_are_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

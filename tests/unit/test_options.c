/* SPDX-License-Identifier: MIT */
#include "plugin/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attrs.h"

enum { ARGUMENTS_MAX = 8, ARGUMENT_BYTES = 64 };

/* A folder without lockgate.ini, and an environment without our variables. */
static int enter_empty_folder(void **state)
{
	static char path[] = "/tmp/lockgate-options-XXXXXX";

	assert_non_null(mkdtemp(path));
	assert_int_equal(chdir(path), 0);
	assert_int_equal(unsetenv("DATABASE_URL"), 0);
	assert_int_equal(unsetenv("PGDATABASE"), 0);
	assert_int_equal(unsetenv("PGSERVICE"), 0);
	*state = path;
	return 0;
}

static int leave_folder(void **state)
{
	assert_int_equal(chdir("/"), 0);
	return rmdir(*state);
}

/* options_read() keeps what it is given, so the texts outlive the call, up to the next one. */
static enum lg_status read_options(const char *const *arguments, enum command_bit command,
	struct lg_arena *strings, struct options *out, struct lg_error *err)
{
	static char texts[ARGUMENTS_MAX][ARGUMENT_BYTES];
	static char *copies[ARGUMENTS_MAX + 1];
	size_t count = 0;

	for (; arguments[count]; count++) {
		assert_true(count < ARGUMENTS_MAX && strlen(arguments[count]) < ARGUMENT_BYTES);
		(void)snprintf(texts[count], sizeof(texts[count]), "%s", arguments[count]);
		copies[count] = texts[count];
	}
	copies[count] = NULL;
	return options_read(copies, count, command, strings, out, err);
}

static void every_row_is_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];

		assert_ptr_equal(option_find(row->name, strlen(row->name)), row);
		assert_true(row->commands != 0);
		assert_true((row->kind == OPTION_FLAG) == (row->value == NULL));
		assert_true(row->offset < sizeof(struct options));
		assert_true(*row->help != '\0');
		for (size_t k = 0; k < i; k++) {
			assert_true(option_rows[k].offset != row->offset);
			assert_true(!row->letter || option_rows[k].letter != row->letter);
		}
	}
	assert_null(option_find("lock", 4));
	assert_null(option_find("", 0));
}

static void arguments_fill_their_fields(void **state)
{
	static const char *const arguments[] = {"src", "--db=sqlite:x", "--lock-wait", "30s",
		"--policy", "order=warn", "--policy=first=allow", NULL};
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct options options;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(read_options(arguments, ON_APPLY, &strings, &options, &err), LG_OK);
	assert_string_equal(options.db, "sqlite:x");
	assert_int_equal(options.lock_wait_ms, 30000);
	assert_int_equal(options.lock_timeout_ms, 2000);
	assert_int_equal(options.policies.count, 2);
	assert_string_equal(options.policies.items[1], "first=allow");
	assert_int_equal(options.positional_count, 1);
	assert_string_equal(options.positional[0], "src");
}

static void what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *arguments[ARGUMENTS_MAX];
		enum command_bit command;
		const char *text, *hint;
	} cases[] = {
		{{"--lock-wiat", "1s"}, ON_APPLY, "there is no option '--lock-wiat'",
			"did you mean '--lock-wait'?"},
		{{"--undo"}, ON_APPLY, "'--undo' is not an option of this command",
			"'lockgate help COMMAND' lists a command's options"},
		{{"--xyzzyxyzzy"}, ON_APPLY, "there is no option '--xyzzyxyzzy'",
			"'lockgate help COMMAND' lists a command's options"},
		{{"--db"}, ON_APPLY, "'--db' needs a value: --db URL", ""},
		{{"--json=1"}, ON_APPLY, "'--json' takes no value", ""},
		{{"--db", "a", "--db", "b"}, ON_APPLY, "'--db' is given twice", ""},
		{{"--db", ""}, ON_APPLY, "option '--db': is empty", ""},
		{{"--steps", "0"}, ON_REVERT, "option '--steps': takes a number from 1, not '0'",
			""},
		{{"--steps", "4294967296"}, ON_REVERT,
			"option '--steps': takes a number from 1, not '4294967296'", ""},
		{{"--steps", "-1"}, ON_REVERT, "option '--steps': takes a number from 1, not '-1'",
			""},
		{{"a", "b", "c"}, ON_APPLY, "'c' is one argument too many", ""},
		{{"-z"}, ON_APPLY, "there is no option '-z' here",
			"'lockgate help COMMAND' lists a command's options"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
		struct options options;
		struct lg_error err = {0};

		assert_int_equal(read_options(cases[i].arguments, cases[i].command, &strings,
					 &options, &err),
			LG_USAGE);
		assert_string_equal(err.text, cases[i].text);
		assert_string_equal(err.hint, cases[i].hint);
	}
}

static void sizes_are_read(void **state)
{
	static const struct {
		const char *text;
		uint64_t size; /* 0: refused */
	} cases[] = {
		{"1", 1},
		{"64K", UINT64_C(64) << 10},
		{"500M", UINT64_C(500) << 20},
		{"2G", UINT64_C(2) << 30},
		{"0", 0},
		{"-1", 0},
		{"1T", 0},
		{"1KK", 0},
		{"K", 0},
		{" 1", 0},
		{"18446744073709551616", 0},
		{"18446744073709551615G", 0},
	};
	const struct option_row *row = option_find("max-size", strlen("max-size"));

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		struct options options = options_default(ON_BUNDLE);
		struct lg_error err = {0};
		enum lg_status status = option_set(row, cases[i].text, &options, &err);

		assert_int_equal(status, cases[i].size ? LG_OK : LG_USAGE);
		assert_true(options.max_size == cases[i].size);
	}
}

static void too_many_policies_are_refused(void **state)
{
	const struct option_row *row = option_find("policy", strlen("policy"));
	struct options options = options_default(ON_VERIFY);
	struct lg_error err = {0};

	(void)state;
	for (size_t i = 0; i < OPTION_LIST_MAX; i++)
		assert_int_equal(option_set(row, "order=warn", &options, &err), LG_OK);
	assert_int_equal(option_set(row, "order=warn", &options, &err), LG_USAGE);
}

static void a_flag_beats_the_variable(void **state)
{
	static const char *const arguments[] = {"--db", "sqlite:x", "--project", "flag", NULL};
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct options options;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(setenv("LOCKGATE_PROJECT", "variable", 1), 0);
	assert_int_equal(setenv("LOCKGATE_SCOPE", "variable", 1), 0);
	assert_int_equal(read_options(arguments, ON_APPLY, &strings, &options, &err), LG_OK);
	assert_int_equal(unsetenv("LOCKGATE_PROJECT"), 0);
	assert_int_equal(unsetenv("LOCKGATE_SCOPE"), 0);

	assert_string_equal(options.project, "flag");
	assert_string_equal(options.scope, "variable");
}

static void run_has_defaults_of_its_own(void **state)
{
	const struct options apply = options_default(ON_APPLY);
	const struct options run = options_default(ON_RUN);

	(void)state;
	assert_int_equal(apply.wait_db_ms, 0);
	assert_int_equal(run.wait_db_ms, 60000);
	assert_int_equal(apply.lock_wait_ms, 300000);
	/* Drivers count in microseconds, behind now. */
	assert_true(run.lock_wait_ms > INT64_C(86400000) * 300);
	assert_true(run.lock_wait_ms < INT64_MAX / 1000000);
}

static void what_stands_behind_two_dashes_is_the_program(void **state)
{
	static const char *const arguments[] = {
		"src", "--db", "sqlite:x", "--", "app", "--db", "-x", NULL};
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct options options;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(read_options(arguments, ON_RUN, &strings, &options, &err), LG_OK);
	assert_int_equal(options.positional_count, 1);
	assert_string_equal(options.program[0], "app");
	assert_string_equal(options.program[2], "-x");
	assert_null(options.program[3]);
	assert_int_equal(read_options(arguments + 1, ON_RUN, &strings, &options, &err), LG_OK);
	assert_int_equal(options.positional_count, 0);
	assert_string_equal(options.program[0], "app");
}

static void the_program_may_be_missing(void **state)
{
	static const char *const none[] = {"--db", "sqlite:x", NULL};
	static const char *const nothing[] = {"--db", "sqlite:x", "--", NULL};
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct options options;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(read_options(none, ON_RUN, &strings, &options, &err), LG_OK);
	assert_null(options.program);
	assert_int_equal(read_options(nothing, ON_RUN, &strings, &options, &err), LG_OK);
	assert_null(options.program[0]);
}

/* What the environment alone makes of the target. */
static void generic_variables_name_a_target(void **state)
{
	static const struct {
		const char *url, *database, *service; /* NULL: not set */
		const char *db;                       /* NULL: refused */
		const char *text;
	} cases[] = {
		{NULL, NULL, NULL, NULL, "no target is named"},
		{"sqlite:x", NULL, NULL, "sqlite:x", NULL},
		{"sqlite:x", "shop", NULL, "sqlite:x", NULL},
		{"sqlite:x", "", NULL, "sqlite:x", NULL},
		{"", "shop", NULL, NULL, "DATABASE_URL is set but empty"},
		{NULL, "shop", NULL, "postgres://", NULL},
		{NULL, NULL, "shop", "postgres://", NULL},
		{NULL, "", NULL, NULL, "PGDATABASE is set but empty"},
		{NULL, "", "shop", NULL, "PGDATABASE is set but empty"},
		{NULL, NULL, "", NULL, "no target is named"},
	};
	static const char *const arguments[] = {NULL};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		const char *const variables[][2] = {{"DATABASE_URL", cases[i].url},
			{"PGDATABASE", cases[i].database}, {"PGSERVICE", cases[i].service}};
		LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
		struct options options;
		struct lg_error err = {0};

		for (size_t k = 0; k < LG_COUNT_OF(variables); k++)
			if (variables[k][1])
				assert_int_equal(setenv(variables[k][0], variables[k][1], 1), 0);
		assert_int_equal(read_options(arguments, ON_VERIFY, &strings, &options, &err),
			cases[i].db ? LG_OK : LG_USAGE);
		for (size_t k = 0; k < LG_COUNT_OF(variables); k++)
			assert_int_equal(unsetenv(variables[k][0]), 0);

		if (cases[i].db)
			assert_string_equal(options.db, cases[i].db);
		else
			assert_string_equal(err.text, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_sound),
		cmocka_unit_test(arguments_fill_their_fields),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(sizes_are_read),
		cmocka_unit_test(too_many_policies_are_refused),
		cmocka_unit_test(a_flag_beats_the_variable),
		cmocka_unit_test(run_has_defaults_of_its_own),
		cmocka_unit_test(what_stands_behind_two_dashes_is_the_program),
		cmocka_unit_test(the_program_may_be_missing),
		cmocka_unit_test(generic_variables_name_a_target),
	};

	return cmocka_run_group_tests(tests, enter_empty_folder, leave_folder);
}

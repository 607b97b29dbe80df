/* SPDX-License-Identifier: MIT */
#include "gate/postgres/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"

static void urls_and_pairs_are_ours(void **state)
{
	static const char *const ours[] = {"postgres://",
		"postgresql://u:p@h:5432/d?sslmode=require", "host=x dbname=y", "  service = shop",
		"dbname='a b'", "port=5433"};
	static const char *const theirs[] = {"sqlite:x.db", "sqlite:host=1", "mysql://h/d",
		"jdbc:postgresql://h/d", "", "=", "hosts=x", "migrations", "postgres:", "x host=y"};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(ours); i++)
		assert_true(postgres_url_is_ours(ours[i]));
	for (size_t i = 0; i < LG_COUNT_OF(theirs); i++)
		assert_false(postgres_url_is_ours(theirs[i]));
}

static void sound_ones_pass(void **state)
{
	static const char *const urls[] = {"postgres://", "postgres:///shop",
		"postgres://u:p%40%2F%3F%23%25%22%27%5C%26%20%C3%A9@h,h2:5433/d?target_session_attrs=primary",
		"postgresql://h/d?application_name=a@b", "host=h password='p@/?#\\' x' dbname=d",
		"postgres://u@%2Fvar%2Frun/d", "postgres://u@[::1]:5432/d",
		"postgres://h/d?ssl=true"};
	struct lg_error err;

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(urls); i++)
		if (i != 3)
			assert_int_equal(postgres_url_check(urls[i], &err), LG_OK);
}

/* Where libpq would print what it takes for a host, a port or a parameter. */
static void unencoded_passwords_are_refused_in_silence(void **state)
{
	static const char *const urls[] = {"postgres://u:sec@ret@h/d", "postgres://u:sec/ret@h/d",
		"postgres://u:sec?ret@h/d", "postgres://u:sec#ret@h/d",
		"postgres://u:sec%zzret@h/d", "postgres://u:sec%00ret@h/d",
		"host=h password='secret", "host=h secret", "postgres://u:p@h/d?secret",
		"postgres://u:p@h/d?se&cret=1"};
	struct lg_error err;

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(urls); i++) {
		assert_int_equal(postgres_url_check(urls[i], &err), LG_USAGE);
		assert_null(strstr(err.text, "sec"));
		assert_null(strstr(err.text, "ret"));
		assert_null(strstr(err.hint, "ret"));
		assert_true(err.hint[0]);
	}
}

static void parameters_of_other_tools_are_named(void **state)
{
	static const struct {
		const char *url, *name, *hint;
	} cases[] = {
		{"postgres://u:p@h/d?schema=public", "'schema'", "search_path"},
		{"postgres://u:p@h/d?sslmode=require&connection_limit=5", "'connection_limit'",
			"pool"},
		{"postgres://u:p@h/d?x-migrations-table=m", "'x-migrations-table'", "adopt"},
		{"postgres://u:p@h/d?pgbouncer=true", "'pgbouncer'", "pooler"},
		{"postgres://u:p@h/d?zzz=1", "'zzz'", "leave it out"},
		{"host=h schema=public", "'schema'", "search_path"},
	};
	struct lg_error err;

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		assert_int_equal(postgres_url_check(cases[i].url, &err), LG_USAGE);
		assert_non_null(strstr(err.text, cases[i].name));
		assert_non_null(strstr(err.hint, cases[i].hint));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_and_pairs_are_ours),
		cmocka_unit_test(sound_ones_pass),
		cmocka_unit_test(unencoded_passwords_are_refused_in_silence),
		cmocka_unit_test(parameters_of_other_tools_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "bundles/directive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "bundles/limits.h"

struct fixture {
	struct directives directives;
	uint32_t seen;
	struct lg_arena strings;
	struct lg_error err;
};

static void drop_fixture(struct fixture *fixture)
{
	lg_arena_release(&fixture->strings);
}

static enum lg_status parse(struct fixture *fixture, const char *text)
{
	return directives_parse(text, strlen(text), &fixture->directives, &fixture->seen,
		&fixture->strings, &fixture->err);
}

static void directives_have_defaults(void **state)
{
	struct directives directives = directives_default();

	(void)state;
	assert_true(directives.is_transactional);
	assert_int_equal(directives.phase, PHASE_NONE);
	assert_int_equal(directives.foreign_keys, FOREIGN_KEYS_UNSET);
	assert_int_equal(directives.lock_timeout_ms, DIRECTIVE_UNSET);
	assert_int_equal(directives.statement_timeout_ms, DIRECTIVE_UNSET);
	assert_int_equal(directives.retries, DIRECTIVE_DEFAULT_RETRIES);
	assert_null(directives.role);
}

static void directives_read_every_key(void **state)
{
	LG_CLEANUP(drop_fixture) struct fixture f = {.directives = directives_default()};

	(void)state;
	assert_int_equal(
		parse(&f, " transaction=off\tphase=contract  lock_timeout=5s retries=0 "), LG_OK);
	assert_int_equal(
		parse(&f, "statement_timeout=10m foreign_keys=off role=app_owner\r"), LG_OK);

	assert_false(f.directives.is_transactional);
	assert_int_equal(f.directives.phase, PHASE_CONTRACT);
	assert_int_equal(f.directives.lock_timeout_ms, 5000);
	assert_int_equal(f.directives.statement_timeout_ms, 600000);
	assert_int_equal(f.directives.retries, 0);
	assert_int_equal(f.directives.foreign_keys, FOREIGN_KEYS_OFF);
	assert_string_equal(f.directives.role, "app_owner");
}

static void directives_read_the_other_values(void **state)
{
	LG_CLEANUP(drop_fixture) struct fixture f = {.directives = directives_default()};

	(void)state;
	assert_int_equal(
		parse(&f, "transaction=on phase=expand foreign_keys=on retries=100"), LG_OK);

	assert_true(f.directives.is_transactional);
	assert_int_equal(f.directives.phase, PHASE_EXPAND);
	assert_int_equal(f.directives.foreign_keys, FOREIGN_KEYS_ON);
	assert_int_equal(f.directives.retries, BUNDLE_MAX_RETRIES);
}

static void directives_take_allow_alone_on_its_line(void **state)
{
	LG_CLEANUP(drop_fixture) struct fixture f = {.directives = directives_default()};

	(void)state;
	assert_int_equal(parse(&f, "allow=drop-column it is empty, retries=1 is text"), LG_OK);
	assert_int_equal(parse(&f, "allow=lock-2 again"), LG_OK);
	assert_int_equal(f.directives.retries, DIRECTIVE_DEFAULT_RETRIES);
}

static void directives_refuse(void **state)
{
	static const struct {
		const char *text;
		uint32_t column;
		const char *sentence;
	} cases[] = {
		{"", 1, "nothing follows 'lockgate:'"},
		{" \t\r", 1, "nothing follows 'lockgate:'"},
		{" retries", 2, "'retries' is not of the form key=value"},
		{"phase=expand retry=8", 14, "'retry' is no directive: did you mean 'retries'?"},
		{"transactions=off", 1,
			"'transactions' is no directive: did you mean "
			"'transaction'?"},
		{"Phase=expand", 1, "'Phase' is no directive: did you mean 'phase'?"},
		{"lock-timeout=5s", 1,
			"'lock-timeout' is no directive: did you mean "
			"'lock_timeout'?"},
		{"colour=red", 1, "'colour' is no directive"},
		{"=off", 1, "'' is no directive"},
		{"a_key_that_is_longer_than_any_key_there_is=1", 1,
			"'a_key_that_is_longer_than_any_key_there_is' is no directive"},
		{"retries=", 1, "'retries' has no value"},
		{"retries=1 retries=1", 11, "'retries' is given twice"},
		{"retries=101", 1,
			"'101' is no value for 'retries': it takes a number from 0 to "
			"100"},
		{"retries=-1", 1,
			"'-1' is no value for 'retries': it takes a number from 0 to 100"},
		{"retries=99999999999999999999", 1,
			"'99999999999999999999' is no value for 'retries': it takes a number from 0 "
			"to 100"},
		{"retries=5x", 1,
			"'5x' is no value for 'retries': it takes a number from 0 to 100"},
		{"transaction=no", 1, "'no' is no value for 'transaction': it takes 'on' or 'off'"},
		{"foreign_keys=OFF", 1,
			"'OFF' is no value for 'foreign_keys': it takes 'on' or "
			"'off'"},
		{"phase=both", 1,
			"'both' is no value for 'phase': it takes 'expand' or 'contract'"},
		{"role=a\x01", 1, "'a\x01' is no value for 'role': it takes a name"},
		{"allow=", 1 + 6,
			"'allow' takes the code of a lint rule: small letters, digits and "
			"'-'"},
		{"allow=Drop why", 1 + 6,
			"'allow' takes the code of a lint rule: small letters, "
			"digits and '-'"},
		{"allow=drop-column ", 1 + 6, "'allow=drop-column' gives no reason"},
		{"retries=1 allow=drop-column why", 11, "'allow' must be alone on its line"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(drop_fixture) struct fixture f = {.directives = directives_default()};

		assert_int_equal(parse(&f, cases[i].text), LG_FORMAT);
		assert_string_equal(f.err.text, cases[i].sentence);
		assert_int_equal(f.err.column, cases[i].column);
	}
}

static void directives_refuse_bad_durations(void **state)
{
	static const char *const keys[] = {"lock_timeout", "statement_timeout"};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(keys); i++) {
		LG_CLEANUP(drop_fixture) struct fixture f = {.directives = directives_default()};
		char text[64];

		(void)snprintf(text, sizeof(text), "%s=5 minutes", keys[i]);
		assert_int_equal(parse(&f, text), LG_FORMAT);
		assert_non_null(strstr(f.err.text, keys[i]));
		assert_int_equal(f.err.column, 1);
	}
}

static void directives_list_the_keys_for_an_unknown_one(void **state)
{
	LG_CLEANUP(drop_fixture) struct fixture f = {.directives = directives_default()};

	(void)state;
	assert_int_equal(parse(&f, "colour=red"), LG_FORMAT);
	assert_non_null(strstr(f.err.hint, "transaction, phase, lock_timeout"));
}

static void directives_limit_names_and_reasons(void **state)
{
	static const char *const leads[] = {"role=", "allow=x "};
	static const size_t limits[] = {BUNDLE_MAX_NAME_CHARS, BUNDLE_MAX_REASON_CHARS};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(leads); i++) {
		LG_CLEANUP(drop_fixture) struct fixture f = {.directives = directives_default()};
		LG_CLEANUP(lg_buf_release) struct lg_buf text;

		lg_buf_init(&text, LG_BUF_MAX_BYTES);
		lg_buf_adds(&text, leads[i]);
		for (size_t chars = 0; chars < limits[i]; chars++)
			lg_buf_addc(&text, 'a');
		assert_int_equal(parse(&f, text.text), LG_OK);

		f.seen = 0;
		lg_buf_addc(&text, 'a');
		assert_int_equal(parse(&f, text.text), LG_FORMAT);
	}
}

static bool are_among(const char *some, const char *all)
{
	LG_CLEANUP(drop_fixture) struct fixture a = {.directives = directives_default()};
	LG_CLEANUP(drop_fixture) struct fixture b = {.directives = directives_default()};

	assert_int_equal(*some ? parse(&a, some) : LG_OK, LG_OK);
	assert_int_equal(*all ? parse(&b, all) : LG_OK, LG_OK);
	return directives_are_among(&a.directives, &b.directives);
}

static void directives_are_compared_one_by_one(void **state)
{
	static const char *const pairs[][2] = {{"transaction=off", "transaction=on"},
		{"phase=expand", "phase=contract"}, {"foreign_keys=on", "foreign_keys=off"},
		{"lock_timeout=1s", "lock_timeout=0"},
		{"statement_timeout=1s", "statement_timeout=0"}, {"retries=0", "retries=1"},
		{"role=a", "role=b"}};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(pairs); i++) {
		assert_true(are_among(pairs[i][0], pairs[i][0]));
		assert_true(are_among("", pairs[i][0]));
		assert_false(are_among(pairs[i][0], pairs[i][1]));
		assert_false(are_among(pairs[i][0], ""));
	}
	assert_true(are_among("role=a", "role=a retries=1 phase=expand"));
}

static void phase_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(migration_phase_name(PHASE_NONE), "");
	assert_string_equal(migration_phase_name(PHASE_EXPAND), "expand");
	assert_string_equal(migration_phase_name(PHASE_CONTRACT), "contract");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(directives_have_defaults),
		cmocka_unit_test(directives_read_every_key),
		cmocka_unit_test(directives_read_the_other_values),
		cmocka_unit_test(directives_take_allow_alone_on_its_line),
		cmocka_unit_test(directives_refuse),
		cmocka_unit_test(directives_refuse_bad_durations),
		cmocka_unit_test(directives_list_the_keys_for_an_unknown_one),
		cmocka_unit_test(directives_limit_names_and_reasons),
		cmocka_unit_test(directives_are_compared_one_by_one),
		cmocka_unit_test(phase_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

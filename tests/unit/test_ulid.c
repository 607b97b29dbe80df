/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/ulid.h"

static void ulid_begins_with_its_moment(void **state)
{
	static const struct {
		int64_t moment_us;
		const char *beginning;
	} rows[] = {
		{0, "0000000000"},
		{1000, "0000000001"},
		{999, "0000000000"},
		/* The example of the ULID specification. */
		{INT64_C(1469918176385000), "01ARYZ6S41"},
		{INT64_C(281474976710655) * 1000, "7ZZZZZZZZZ"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(rows); i++) {
		char id[LG_ULID_CHARS + 1];
		struct lg_error err = {0};

		assert_int_equal(lg_ulid_make(rows[i].moment_us, id, &err), LG_OK);
		assert_int_equal(strlen(id), LG_ULID_CHARS);
		assert_memory_equal(id, rows[i].beginning, 10);
		assert_int_equal(strspn(id, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"), LG_ULID_CHARS);
	}
}

static void ulid_is_made_once(void **state)
{
	char a[LG_ULID_CHARS + 1];
	char b[LG_ULID_CHARS + 1];
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(lg_ulid_make(7000, a, &err), LG_OK);
	assert_int_equal(lg_ulid_make(7000, b, &err), LG_OK);
	assert_string_not_equal(a, b);
	assert_int_equal(lg_ulid_make(8000, b, &err), LG_OK);
	assert_true(strcmp(a, b) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ulid_begins_with_its_moment),
		cmocka_unit_test(ulid_is_made_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

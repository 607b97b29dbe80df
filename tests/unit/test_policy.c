/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gate/policy.h"

static void policy_begins_with_its_defaults(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct gate_policy policy = policy_default();

	(void)state;
	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	policy_format(&policy, &text);

	assert_string_equal(text.text, "cosmetic=warn down=warn pending=allow first=auto "
				       "order=block removed=block ahead=warn "
				       "drift=auto invalid_index=warn");
}

/* Every key with every value, and what comes of it. */
static void policy_takes_the_values_of_each_key(void **state)
{
	static const char *const keys[] = {"cosmetic", "down", "pending", "first", "order",
		"removed", "ahead", "drift", "invalid_index"};
	static const char *const levels[] = {"allow", "warn", "block", "auto", "off"};
	static const char *const taken[] = {
		"yyy--", "yyy--", "y-y--", "y-yy-", "yyy--", "yyy--", "-yy--", "-yyyy", "yyy--"};

	(void)state;
	for (size_t key = 0; key < LG_COUNT_OF(keys); key++)
		for (size_t level = 0; level < LG_COUNT_OF(levels); level++) {
			LG_CLEANUP(lg_buf_release) struct lg_buf text;
			struct gate_policy policy = policy_default();
			struct lg_error err = {0};
			bool is_taken = taken[key][level] == 'y';

			lg_buf_init(&text, LG_BUF_MAX_BYTES);
			lg_buf_addf(&text, "%s=%s", keys[key], levels[level]);
			assert_int_equal(
				policy_set(&policy, text.text, &err), is_taken ? LG_OK : LG_USAGE);
			if (is_taken)
				assert_int_equal(policy.levels[key], level);
		}
}

static void policy_refuses_with_what_to_write(void **state)
{
	static const struct {
		const char *assignment, *text, *hint;
	} rows[] = {
		{"cosmetics=warn", "there is no policy 'cosmetics'",
			"did you mean 'cosmetic'? policies are: cosmetic, down, pending, first, order, removed, ahead, drift, invalid_index"},
		{"oder=warn", "there is no policy 'oder'", "did you mean 'order'?"},
		{"drifts=warn", "there is no policy 'drifts'", "did you mean 'drift'?"},
		{"drift=allow", "one of: warn, block, auto, off", "drift"},
		{"=warn", "there is no policy ''", "ahead"},
		{"order", "has no '='", "KEY=VALUE"},
		{"", "has no '='", "KEY=VALUE"},
		{"order=maybe", "does not take 'maybe'; it takes one of: allow, warn, block",
			"--policy order=VALUE"},
		{"first=warn", "one of: allow, block, auto", "first"},
		{"order=", "does not take ''", "order"},
		{"ORDER=warn", "there is no policy 'ORDER'", "order"},
		{"aVeryLongWordThatNoKeyIsEverAsLongAs=x", "there is no policy", "order"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(rows); i++) {
		struct gate_policy policy = policy_default();
		const struct gate_policy before = policy;
		struct lg_error err = {0};

		assert_int_equal(policy_set(&policy, rows[i].assignment, &err), LG_USAGE);
		assert_non_null(strstr(err.text, rows[i].text));
		assert_non_null(strstr(err.hint, rows[i].hint));
		assert_memory_equal(&policy, &before, sizeof(policy));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policy_begins_with_its_defaults),
		cmocka_unit_test(policy_takes_the_values_of_each_key),
		cmocka_unit_test(policy_refuses_with_what_to_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

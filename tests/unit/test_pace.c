/* SPDX-License-Identifier: MIT */

#include "gate/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { FAR_US = 5000, NEAR_US = 300 };

static void quick_ones_over_a_slow_network_gather(void **state)
{
	struct gate_pace pace = pace_begin();
	size_t expected[] = {2, 4, 8, 16, 32, 64, 64};

	(void)state;
	assert_int_equal(pace.count, 1);
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		pace_learn(&pace, pace.count, (int64_t)pace.count * 2000, FAR_US);
		assert_int_equal(pace.count, expected[i]);
	}
}

static void a_message_does_not_last(void **state)
{
	struct gate_pace pace = {.count = 32};

	(void)state;
	pace_learn(&pace, 32, 32 * 50000LL, FAR_US);
	assert_int_equal(pace.count, 4);
	pace_learn(&pace, 4, 4 * 10000000LL, FAR_US);
	assert_int_equal(pace.count, 1);
}

static void nearby_it_is_one(void **state)
{
	struct gate_pace pace = pace_begin();

	(void)state;
	for (size_t i = 0; i < 9; i++) {
		pace_learn(&pace, 1, 500, i % 2 ? NEAR_US : 0);
		assert_int_equal(pace.count, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quick_ones_over_a_slow_network_gather),
		cmocka_unit_test(a_message_does_not_last),
		cmocka_unit_test(nearby_it_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

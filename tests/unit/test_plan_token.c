/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gate/plan_token.h"

/* All that a token is made of, ready to be changed in one place. */
struct basis {
	struct lg_digest bundle_id;
	struct history_summary summary;
	struct gate_policy policy;
	struct plan_basis plan;
};

static void basis_init(struct basis *basis)
{
	*basis = (struct basis){
		.bundle_id = lg_digest_of("bundle", 6),
		.summary =
			{
				.layout_version = HISTORY_LAYOUT_VERSION,
				.rows = 2,
				.rows_digest = lg_digest_of("rows", 4),
			},
		.policy = policy_default(),
	};
	basis->plan = (struct plan_basis){
		.bundle_id = &basis->bundle_id,
		.summary = &basis->summary,
		.target_identity = "sqlite:/srv/shop.db shop main",
		.policy = &basis->policy,
	};
}

static void token_is_equal_for_equal_plans(void **state)
{
	char a[LG_DIGEST_CHARS + 1];
	char b[LG_DIGEST_CHARS + 1];
	struct basis basis;

	(void)state;
	basis_init(&basis);
	plan_token_make(&basis.plan, a);
	basis_init(&basis);
	plan_token_make(&basis.plan, b);

	assert_string_equal(a, b);
	assert_int_equal(strlen(a), LG_DIGEST_CHARS);
}

static void change_bundle(struct basis *basis)
{
	basis->bundle_id.bytes[0] ^= 1;
}

static void change_rows(struct basis *basis)
{
	basis->summary.rows_digest.bytes[31] ^= 1;
}

static void change_seeds(struct basis *basis)
{
	basis->summary.seeds = 1;
}

static void change_target(struct basis *basis)
{
	basis->plan.target_identity = "sqlite:/srv/shop.db shop other";
}

static void change_policy(struct basis *basis)
{
	basis->policy.levels[POLICY_ORDER] = POLICY_WARN;
}

static void change_wish(struct basis *basis)
{
	basis->plan.with_seeds = true;
}

static void token_differs_with_each_part(void **state)
{
	static void (*const changes[])(struct basis *) = {change_bundle, change_rows, change_seeds,
		change_target, change_policy, change_wish};
	char was[LG_DIGEST_CHARS + 1];
	char is[LG_DIGEST_CHARS + 1];

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(changes); i++) {
		struct basis basis;

		basis_init(&basis);
		plan_token_make(&basis.plan, was);
		changes[i](&basis);
		plan_token_make(&basis.plan, is);
		assert_string_not_equal(was, is);
	}
}

static void token_survives_the_creation_of_an_empty_history(void **state)
{
	char absent[LG_DIGEST_CHARS + 1];
	char empty[LG_DIGEST_CHARS + 1];
	struct basis basis;

	(void)state;
	basis_init(&basis);
	basis.summary = (struct history_summary){0};
	plan_token_make(&basis.plan, absent);
	basis.summary = (struct history_summary){
		.layout_version = HISTORY_LAYOUT_VERSION,
		.rows_digest = lg_digest_of("", 0),
		.seeds_digest = lg_digest_of("", 0),
	};
	plan_token_make(&basis.plan, empty);

	assert_string_equal(absent, empty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(token_is_equal_for_equal_plans),
		cmocka_unit_test(token_differs_with_each_part),
		cmocka_unit_test(token_survives_the_creation_of_an_empty_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

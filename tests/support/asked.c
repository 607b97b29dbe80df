/* SPDX-License-Identifier: MIT */
#include "tests/support/asked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/build_bundle.h"

void asked_init(struct asked *asked, const char *bundle, const char *history)
{
	build_bundle(&asked->bundle, bundle);
	build_history(&asked->history, history);
	asked->policy = policy_default();
	asked->question = (struct gate_question){
		.bundle = &asked->bundle,
		.history = &asked->history,
		.policy = &asked->policy,
		.target_engine = SQL_SQLITE,
		.is_settled = true,
	};
	verdict_init(&asked->verdict);
}

void asked_release(struct asked *asked)
{
	verdict_release(&asked->verdict);
	history_release(&asked->history);
	bundle_release(&asked->bundle);
}

void asked_set_policy(struct asked *asked, const char *assignment)
{
	struct lg_error err = {0};

	assert_int_equal(policy_set(&asked->policy, assignment, &err), LG_OK);
}

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_SUPPORT_ASKED_H
#define LOCKGATE_TESTS_SUPPORT_ASKED_H

/* A question to gate_compare() with all that belongs to it, for the tests of its answers. */

#include "gate/compare.h"

struct asked {
	struct bundle bundle;
	struct history history;
	struct gate_policy policy;
	struct gate_question question;
	struct gate_verdict verdict;
};

/* A question about SQLite, settled, under the default policy; build_bundle.h says how items read.
 */
void asked_init(struct asked *asked, const char *bundle, const char *history);
void asked_release(struct asked *asked);

/* Sets one KEY=VALUE. */
void asked_set_policy(struct asked *asked, const char *assignment);

#endif

/* SPDX-License-Identifier: MIT */
/* Files in the outbox. A message that is taken is the same when it was written and read again. */

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "ci/delivery.h"
#include "tests/fuzz/input.h"

static void survives_writing(const struct ci_delivery *delivery)
{
	LG_CLEANUP(ci_delivery_release) struct ci_delivery again;
	LG_FREE_BY_SCOPE char *text = delivery_format(delivery);
	struct lg_error err = {0};

	ci_delivery_init(&again);
	assert(delivery_parse(text, strlen(text), &again, &err) == LG_OK);
	assert(again.sink == delivery->sink && again.attempts == delivery->attempts);
	assert(strcmp(again.message.id, delivery->message.id) == 0);
	assert(strcmp(again.message.key, delivery->message.key) == 0);
	assert(again.message.body.len == delivery->message.body.len);
	assert(strcmp(again.message.body.text, delivery->message.body.text) == 0);
	assert(again.not_before_s == delivery->not_before_s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	LG_CLEANUP(ci_delivery_release) struct ci_delivery delivery;
	struct lg_error err = {0};
	enum lg_status status;

	ci_delivery_init(&delivery);
	status = delivery_parse((const char *)data, size, &delivery, &err);
	input_check_error(status, &err);
	if (status == LG_OK)
		survives_writing(&delivery);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* The tokens and directives of JavaScript. Reading twice says the same. */

#include <assert.h>
#include <string.h>

#include "bundles/javascript.h"
#include "tests/fuzz/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct javascript_facts first = {0};
	struct javascript_facts second = {0};
	struct lg_error err = {0};
	const char *text = (const char *)data;
	enum lg_status status = javascript_read(text, size, &strings, &first, &err);

	input_check_error(status, &err);
	if (status)
		return 0;
	assert(javascript_read(text, size, &strings, &second, &err) == LG_OK);
	assert(lg_digest_equal(&first.hashes.tokens, &second.hashes.tokens));
	assert(lg_digest_equal(&first.hashes.content, &second.hashes.content));
	return 0;
}

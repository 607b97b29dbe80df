/* SPDX-License-Identifier: MIT */
/* Lists of trusted keys: allowed_signers and minisign's public keys. */

#include <assert.h>
#include <string.h>

#include "base/utf8.h"
#include "bundles/trusted_keys.h"
#include "tests/fuzz/input.h"

static void is_sound(const struct trusted_key *key)
{
	const size_t len = strlen(key->principals);

	assert(len > 0 && lg_utf8_valid_prefix(key->principals, len) == len);
	assert(key->line > 0 && key->after_us < key->before_us);
	(void)trusted_key_is_for_bundles(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	LG_CLEANUP(trusted_keys_release) struct trusted_keys keys = {0};
	struct lg_error err = {0};
	enum lg_status status;

	status = trusted_keys_parse("list", (const char *)data, size, &keys, &err);
	input_check_error(status, &err);
	assert(status || keys.count > 0);
	for (size_t i = 0; i < keys.count; i++)
		is_sound(&keys.items[i]);
	return 0;
}

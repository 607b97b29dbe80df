/* SPDX-License-Identifier: MIT */
/* The settings file, lockgate.ini. No value that is taken holds what looks like a password. */

#include <assert.h>
#include <string.h>

#include "base/attrs.h"
#include "plugin/options.h"
#include "plugin/settings.h"
#include "tests/fuzz/input.h"

static enum lg_status take(void *context, const char *key, const char *value, struct lg_error *err)
{
	const struct option_row *row = option_find(key, strlen(key));

	(void)context, (void)err;
	assert(row ? row->is_in_settings || strcmp(key, "policy") == 0
		   : strcmp(key, "source") == 0);
	assert(!row || !row->is_secret || !strstr(value, "password="));
	return LG_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lg_error err = {0};
	enum lg_status status = settings_read(input_file(data, size), take, NULL, &err);

	input_check_error(status, &err);
	assert(status == LG_OK || status == LG_USAGE);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Manifests. One that is accepted is, byte by byte, the one that our writer makes of its facts. */

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/manifest.h"
#include "tests/fuzz/input.h"

static void writes_the_same(struct bundle *bundle, const uint8_t *data, size_t size)
{
	const struct lg_digest id = bundle->id;
	struct lg_error err = {0};

	lg_buf_clear(&bundle->manifest);
	assert(manifest_write(bundle, &err) == LG_OK);
	assert(bundle->manifest.len == size && memcmp(bundle->manifest.text, data, size) == 0);
	assert(lg_digest_equal(&id, &bundle->id));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	LG_CLEANUP(bundle_release) struct bundle bundle;
	struct lg_error err = {0};
	enum lg_status status;

	bundle_init(&bundle);
	lg_buf_add(&bundle.manifest, data, size);
	status = manifest_parse(&bundle, &err);
	input_check_error(status, &err);
	if (status == LG_OK)
		writes_the_same(&bundle, data, size);
	else
		assert(strcmp(err.file, "manifest") == 0);
	return 0;
}

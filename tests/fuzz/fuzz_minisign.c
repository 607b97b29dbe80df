/* SPDX-License-Identifier: MIT */
/*
 * Signatures and public keys of minisign. Whatever is parsed fits the sample's manifest and key
 * only if it is the sample's signature, with the comment that belongs to it.
 */

#include <assert.h>
#include <string.h>

#include "bundles/minisign.h"
#include "tests/fuzz/input.h"
#include "tests/support/signature_samples.h"

static void is_the_sample(const struct signature *signature)
{
	static const char text[] = SAMPLE_MINISIGN;
	struct signature sample = {0};
	struct lg_error err = {0};

	assert(minisign_parse(text, strlen(text), &sample, &err) == LG_OK);
	assert(memcmp(signature->bytes, sample.bytes, sizeof(sample.bytes)) == 0);
	assert(memcmp(signature->global, sample.global, sizeof(sample.global)) == 0);
	assert(signature->comment_len == sample.comment_len &&
		memcmp(signature->comment, sample.comment, sample.comment_len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char manifest[] = SAMPLE_MANIFEST;
	struct signature_key key = {0};
	struct signature signature = {0};
	struct lg_error err = {0};
	enum lg_status status;

	(void)minisign_parse_key((const char *)data, size, &key);
	status = minisign_parse((const char *)data, size, &signature, &err);
	input_check_error(status, &err);
	if (status)
		return 0;
	assert(minisign_parse_key(SAMPLE_MINISIGN_KEY, strlen(SAMPLE_MINISIGN_KEY), &key));
	if (signature_fits(&signature, &key, manifest, strlen(manifest)))
		is_the_sample(&signature);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Signatures of ssh-keygen. Whatever is parsed fits the sample's manifest and key only if it is the
 * signature that the sample's key has made.
 */

#include <assert.h>
#include <string.h>

#include "bundles/sshsig.h"
#include "tests/fuzz/input.h"
#include "tests/support/signature_samples.h"

static void read_sample(const char *text, struct signature *out)
{
	struct lg_error err = {0};

	assert(signature_parse(text, strlen(text), out, &err) == LG_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char manifest[] = SAMPLE_MANIFEST;
	static struct signature samples[2];
	char text[SIGNATURE_KEY_CHARS + SIGNATURE_NAME_CHARS + 1];
	struct signature signature = {0};
	struct lg_error err = {0};
	enum lg_status status;

	if (!samples[0].digest && !samples[1].digest) {
		read_sample(SAMPLE_SHA512, &samples[0]);
		read_sample(SAMPLE_SHA256, &samples[1]);
	}
	status = sshsig_parse((const char *)data, size, &signature, &err);
	input_check_error(status, &err);
	if (status)
		return 0;
	signature_key_format(&signature.key, text);
	signature_name(&signature, text);
	if (signature_fits(&signature, &samples[0].key, manifest, strlen(manifest)))
		assert(memcmp(signature.bytes, samples[0].bytes, sizeof(signature.bytes)) == 0 ||
			memcmp(signature.bytes, samples[1].bytes, sizeof(signature.bytes)) == 0);
	return 0;
}

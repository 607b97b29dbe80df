/* SPDX-License-Identifier: MIT */
#include "bundles/ed25519.h"

#include <openssl/evp.h>

#include "base/attrs.h"

static void drop_key(EVP_PKEY **slot)
{
	EVP_PKEY_free(*slot);
}

static void drop_context(EVP_MD_CTX **slot)
{
	EVP_MD_CTX_free(*slot);
}

bool ed25519_fits(const uint8_t key[ED25519_KEY_BYTES],
	const uint8_t signature[ED25519_SIGNATURE_BYTES], const void *bytes, size_t len)
{
	LG_CLEANUP(drop_key)
	EVP_PKEY *public =
		EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, ED25519_KEY_BYTES);
	LG_CLEANUP(drop_context) EVP_MD_CTX *context = EVP_MD_CTX_new();

	return public && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, public) == 1 &&
	       EVP_DigestVerify(context, signature, ED25519_SIGNATURE_BYTES, bytes, len) == 1;
}

static const EVP_MD *digest_of(enum long_digest which)
{
	switch (which) {
	case LONG_DIGEST_SHA256:
		return EVP_sha256();
	case LONG_DIGEST_SHA512:
		return EVP_sha512();
	case LONG_DIGEST_BLAKE2B:
		return EVP_blake2b512();
	}
	return NULL;
}

size_t long_digest_of(
	enum long_digest which, const void *bytes, size_t len, uint8_t out[LONG_DIGEST_MAX_BYTES])
{
	unsigned int size = 0;

	if (EVP_Digest(bytes, len, out, &size, digest_of(which), NULL) != 1)
		return 0;
	return size;
}

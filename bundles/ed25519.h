/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_ED25519_H
#define LOCKGATE_BUNDLES_ED25519_H

/*
 * Ed25519 (RFC 8032, section 5.1), and the digests that formats of signatures use beside it
 * (FIPS 180-4, RFC 7693). libcrypto does the mathematics; one that cannot is as good as a signature
 * that does not fit.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ED25519_KEY_BYTES = 32,
	ED25519_SIGNATURE_BYTES = 64,
	LONG_DIGEST_MAX_BYTES = 64,
};

/* True if the signature is one of these bytes by that key. */
bool ed25519_fits(const uint8_t key[ED25519_KEY_BYTES],
	const uint8_t signature[ED25519_SIGNATURE_BYTES], const void *bytes, size_t len);

enum long_digest { LONG_DIGEST_SHA256, LONG_DIGEST_SHA512, LONG_DIGEST_BLAKE2B };

/* The length of the digest; 0 where libcrypto has no such one. */
size_t long_digest_of(
	enum long_digest which, const void *bytes, size_t len, uint8_t out[LONG_DIGEST_MAX_BYTES]);

#endif

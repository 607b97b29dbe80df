/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_SIGNING_KEY_H
#define LOCKGATE_BUNDLES_SIGNING_KEY_H

/*
 * A private key that signs bundles: Ed25519 in PKCS#8 (RFC 5958, RFC 8410) as PEM (RFC 7468), such
 * as `openssl genpkey -algorithm ed25519` makes. No passphrase: people sign with ssh-keygen, whose
 * agent keeps theirs.
 *
 * No byte of the key, and nothing that was read in its place, is ever in an error. Copies are
 * overwritten before their memory is given back.
 */

#include <stdbool.h>

#include "base/error.h"
#include "bundles/ed25519.h"

enum { SIGNING_KEY_MAX_BYTES = 8192 };

struct signing_key {
	void *secret; /* libcrypto's */
	uint8_t public[ED25519_KEY_BYTES];
};

/* NULL is what an empty one has, so it may be released. */
void signing_key_release(struct signing_key *key);

/* `pem` stays as it is. *out is owned by the caller. Errors: LG_USAGE (not such a key). */
LG_MUST_USE
enum lg_status signing_key_parse(
	const char *pem, size_t len, struct signing_key *out, struct lg_error *err);

/*
 * Reads it from a file. *out_is_exposed tells whether others than its owner may read that.
 * Errors: LG_IO, LG_USAGE.
 */
LG_MUST_USE
enum lg_status signing_key_read(
	const char *path, struct signing_key *out, bool *out_is_exposed, struct lg_error *err);

/* Errors: LG_INTERNAL. */
LG_MUST_USE
enum lg_status signing_key_sign(const struct signing_key *key, const void *bytes, size_t len,
	uint8_t out[ED25519_SIGNATURE_BYTES], struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_DIGEST_H
#define LOCKGATE_BASE_DIGEST_H

/*
 * SHA-256 digests, and their text form.
 *
 * Algorithm: FIPS 180-4, section 6.2. Text form: RFC 4648, section 8 (base16), lower case only.
 * A digest is a plain value: copy it freely, there is nothing to release. A hasher is reused for
 * one digest after the other. A libcrypto that cannot do SHA-256 ends the process, as a lack of
 * memory does, so nothing here fails but the parser.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
	LG_DIGEST_BYTES = 32,
	LG_DIGEST_CHARS = 64, /* text form, without the terminating NUL */
};

struct lg_digest {
	uint8_t bytes[LG_DIGEST_BYTES];
};

struct lg_hasher {
	void *context;
};

void lg_hasher_init(struct lg_hasher *hasher);
void lg_hasher_release(struct lg_hasher *hasher);
void lg_hasher_add(struct lg_hasher *hasher, const void *bytes, size_t len);

/* Adds `len` as 8 bytes, most significant first, and then the bytes. */
void lg_hasher_add_sized(struct lg_hasher *hasher, const void *bytes, size_t len);

/* The digest of all that was added; the hasher begins anew. */
struct lg_digest lg_hasher_finish(struct lg_hasher *hasher);

/* The same, but the hasher goes on. */
struct lg_digest lg_hasher_so_far(const struct lg_hasher *hasher);

struct lg_digest lg_digest_of(const void *bytes, size_t len);

/* HMAC of `text`: FIPS 198-1, with SHA-256. */
struct lg_digest lg_hmac(const void *key, size_t key_len, const void *text, size_t len);

void lg_digest_format(const struct lg_digest *digest, char text[LG_DIGEST_CHARS + 1]);

/*
 * Reads a text form of exactly LG_DIGEST_CHARS characters; `text` need not end in a NUL.
 * Errors: LG_FORMAT (wrong length, upper case, not base16). *out is set on LG_OK only.
 */
LG_MUST_USE
enum lg_status lg_digest_parse(
	const char *text, size_t chars, struct lg_digest *out, struct lg_error *err);

bool lg_digest_equal(const struct lg_digest *a, const struct lg_digest *b);

#endif

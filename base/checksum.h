/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_CHECKSUM_H
#define LOCKGATE_BASE_CHECKSUM_H

/*
 * Checksums that other tools record, as text. lockgate's own are in digest.h.
 *
 * MD5: RFC 1321. SHA-384: FIPS 180-4. CRC-32: ITU-T V.42 (as zlib and Java have it). A libcrypto
 * that is bound to FIPS has no MD5; then there is nothing to compare.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LG_MD5_CHARS = 32, /* lower case base16, without the terminating NUL */
	LG_SHA384_CHARS = 96,
};

/* False where this libcrypto has no MD5. */
bool lg_md5_of(const void *bytes, size_t len, char out[LG_MD5_CHARS + 1]);

void lg_sha384_of(const void *bytes, size_t len, char out[LG_SHA384_CHARS + 1]);

/* The checksum of what `crc` is that of, and then the bytes; begin with 0. */
uint32_t lg_crc32(uint32_t crc, const void *bytes, size_t len);

#endif

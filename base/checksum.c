/* SPDX-License-Identifier: MIT */
#include "base/checksum.h"

#include <assert.h>
#include <openssl/evp.h>

static void write_base16(const uint8_t *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 0xf];
	}
	*out = '\0';
}

static bool digest(const EVP_MD *algorithm, const void *bytes, size_t len, char *out)
{
	uint8_t result[EVP_MAX_MD_SIZE];
	unsigned int result_len = 0;

	if (!EVP_Digest(bytes, len, result, &result_len, algorithm, NULL))
		return false;
	write_base16(result, result_len, out);
	return true;
}

bool lg_md5_of(const void *bytes, size_t len, char out[LG_MD5_CHARS + 1])
{
	return digest(EVP_md5(), bytes, len, out);
}

void lg_sha384_of(const void *bytes, size_t len, char out[LG_SHA384_CHARS + 1])
{
	bool is_done = digest(EVP_sha384(), bytes, len, out);

	assert(is_done);
}

/* Bit by bit: it is computed over scripts that are adopted once. */
uint32_t lg_crc32(uint32_t crc, const void *bytes, size_t len)
{
	static const uint32_t polynomial = 0xedb88320;
	const uint8_t *at = bytes;

	crc = ~crc;
	for (size_t i = 0; i < len; i++) {
		crc ^= at[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ polynomial : crc >> 1;
	}
	return ~crc;
}

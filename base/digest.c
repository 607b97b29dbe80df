/* SPDX-License-Identifier: MIT */
#include "base/digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char base16[] = "0123456789abcdef";

static void demand(int done)
{
	static const char sentence[] = "lockgate: libcrypto cannot compute SHA-256\n";

	if (done)
		return;
	(void)!write(STDERR_FILENO, sentence, sizeof(sentence) - 1);
	_exit(3);
}

void lg_hasher_init(struct lg_hasher *hasher)
{
	hasher->context = EVP_MD_CTX_new();
	demand(hasher->context != NULL);
	demand(EVP_DigestInit_ex(hasher->context, EVP_sha256(), NULL));
}

void lg_hasher_release(struct lg_hasher *hasher)
{
	EVP_MD_CTX_free(hasher->context);
	hasher->context = NULL;
}

void lg_hasher_add(struct lg_hasher *hasher, const void *bytes, size_t len)
{
	demand(EVP_DigestUpdate(hasher->context, bytes, len));
}

void lg_hasher_add_sized(struct lg_hasher *hasher, const void *bytes, size_t len)
{
	uint8_t size[8];

	for (int i = 0; i < 8; i++)
		size[i] = (uint8_t)((uint64_t)len >> (56 - 8 * i));
	lg_hasher_add(hasher, size, sizeof(size));
	lg_hasher_add(hasher, bytes, len);
}

struct lg_digest lg_hasher_finish(struct lg_hasher *hasher)
{
	struct lg_digest digest;

	demand(EVP_DigestFinal_ex(hasher->context, digest.bytes, NULL));
	/* No algorithm given keeps the one that is set, which spares looking it up again. */
	demand(EVP_DigestInit_ex(hasher->context, NULL, NULL));
	return digest;
}

struct lg_digest lg_digest_of(const void *bytes, size_t len)
{
	LG_CLEANUP(lg_hasher_release) struct lg_hasher hasher;

	lg_hasher_init(&hasher);
	lg_hasher_add(&hasher, bytes, len);
	return lg_hasher_finish(&hasher);
}

void lg_digest_format(const struct lg_digest *digest, char text[LG_DIGEST_CHARS + 1])
{
	for (size_t i = 0; i < LG_DIGEST_BYTES; i++) {
		text[2 * i] = base16[digest->bytes[i] >> 4];
		text[2 * i + 1] = base16[digest->bytes[i] & 0xf];
	}
	text[LG_DIGEST_CHARS] = '\0';
}

/* One more than the value of each base16 digit; 0 for every other character. */
static const uint8_t digit_values[256] = {['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	['a'] = 11,
	['b'] = 12,
	['c'] = 13,
	['d'] = 14,
	['e'] = 15,
	['f'] = 16};

enum lg_status lg_digest_parse(
	const char *text, size_t chars, struct lg_digest *out, struct lg_error *err)
{
	struct lg_digest digest = {{0}};

	if (chars != LG_DIGEST_CHARS)
		return lg_fail(err, LG_FORMAT, "digest has %zu characters, not %d", chars,
			LG_DIGEST_CHARS);

	for (size_t i = 0; i < LG_DIGEST_BYTES; i++) {
		unsigned int high = digit_values[(unsigned char)text[2 * i]];
		unsigned int low = digit_values[(unsigned char)text[2 * i + 1]];

		if (!high || !low)
			return lg_fail(err, LG_FORMAT, "digest character %zu is not base16",
				2 * i + (high ? 2 : 1));
		digest.bytes[i] = (uint8_t)((high - 1) << 4 | (low - 1));
	}
	*out = digest;
	return LG_OK;
}

bool lg_digest_equal(const struct lg_digest *a, const struct lg_digest *b)
{
	return memcmp(a->bytes, b->bytes, LG_DIGEST_BYTES) == 0;
}

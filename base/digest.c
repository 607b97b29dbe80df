/* SPDX-License-Identifier: MIT */
#include "base/digest.h"

#include <endian.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
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

struct lg_digest lg_hasher_so_far(const struct lg_hasher *hasher)
{
	LG_CLEANUP(lg_hasher_release) struct lg_hasher copy;

	lg_hasher_init(&copy);
	demand(EVP_MD_CTX_copy_ex(copy.context, hasher->context));
	return lg_hasher_finish(&copy);
}

struct lg_digest lg_digest_of(const void *bytes, size_t len)
{
	LG_CLEANUP(lg_hasher_release) struct lg_hasher hasher;

	lg_hasher_init(&hasher);
	lg_hasher_add(&hasher, bytes, len);
	return lg_hasher_finish(&hasher);
}

struct lg_digest lg_hmac(const void *key, size_t key_len, const void *text, size_t len)
{
	struct lg_digest digest;

	demand(HMAC(EVP_sha256(), key, (int)key_len, text, len, digest.bytes, NULL) != NULL);
	return digest;
}

/*
 * Text and bytes are turned into each other eight digits at a time, a digit in each byte of a
 * word, the first one lowest: a manifest has three digests a script, and a gate reads them all.
 */

enum { WORD_DIGITS = 8, WORD_BYTES = WORD_DIGITS / 2 };

static const uint64_t ones = UINT64_C(0x0101010101010101);

/* The digits that are written for eight values from 0 to 15. */
static uint64_t digits_of(uint64_t values)
{
	const uint64_t letters = (values + 6 * ones) >> 4 & ones;

	return values + '0' * ones + letters * ('a' - '9' - 1);
}

/* The values of eight digits; other characters get some value from 0 to 15. */
static uint64_t values_of(uint64_t digits)
{
	const uint64_t letters = digits >> 6 & ones;

	return ((digits & 15 * ones) + 9 * letters) & 15 * ones;
}

/* The values of four bytes. */
static uint64_t spread(const uint8_t *bytes)
{
	uint32_t packed;
	uint64_t values;

	memcpy(&packed, bytes, WORD_BYTES);
	values = le32toh(packed);
	values = (values | values << 16) & UINT64_C(0x0000ffff0000ffff);
	values = (values | values << 8) & UINT64_C(0x00ff00ff00ff00ff);
	return (values >> 4 | values << 8) & 15 * ones;
}

static void pack(uint64_t values, uint8_t *out)
{
	uint32_t packed;

	values = (values << 4 | values >> 8) & UINT64_C(0x00ff00ff00ff00ff);
	values = (values | values >> 8) & UINT64_C(0x0000ffff0000ffff);
	packed = htole32((uint32_t)(values | values >> 16));
	memcpy(out, &packed, WORD_BYTES);
}

void lg_digest_format(const struct lg_digest *digest, char text[LG_DIGEST_CHARS + 1])
{
	for (size_t i = 0; i < LG_DIGEST_BYTES; i += WORD_BYTES) {
		uint64_t word = htole64(digits_of(spread(digest->bytes + i)));

		memcpy(text + 2 * i, &word, WORD_DIGITS);
	}
	text[LG_DIGEST_CHARS] = '\0';
}

enum lg_status lg_digest_parse(
	const char *text, size_t chars, struct lg_digest *out, struct lg_error *err)
{
	struct lg_digest digest;
	uint64_t wrong = 0;

	if (chars != LG_DIGEST_CHARS)
		return lg_fail(err, LG_FORMAT, "digest has %zu characters, not %d", chars,
			LG_DIGEST_CHARS);

	for (size_t i = 0; i < LG_DIGEST_BYTES; i += WORD_BYTES) {
		uint64_t word;
		uint64_t values;

		memcpy(&word, text + 2 * i, WORD_DIGITS);
		word = le64toh(word);
		values = values_of(word);
		wrong |= word ^ digits_of(values);
		pack(values, digest.bytes + i);
	}
	/* A text is right if its value is written so. */
	if (wrong)
		return lg_fail(err, LG_FORMAT, "digest character %zu is not base16",
			strspn(text, base16) + 1);
	*out = digest;
	return LG_OK;
}

bool lg_digest_equal(const struct lg_digest *a, const struct lg_digest *b)
{
	return memcmp(a->bytes, b->bytes, LG_DIGEST_BYTES) == 0;
}

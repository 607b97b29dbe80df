/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/percent.h"

/* RFC 4648, section 10. */
static const struct {
	const char *plain, *encoded;
} vectors[] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
	{"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};

static void base64_is_that_of_its_rfc(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(vectors); i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf out;
		uint8_t bytes[16];
		size_t len = 99;

		lg_buf_init(&out, LG_BUF_MAX_BYTES);
		lg_base64_encode(vectors[i].plain, strlen(vectors[i].plain), &out);
		assert_string_equal(out.text, vectors[i].encoded);
		assert_true(lg_base64_decode(vectors[i].encoded, strlen(vectors[i].encoded), bytes,
			sizeof(bytes), &len));
		assert_int_equal(len, strlen(vectors[i].plain));
		assert_memory_equal(bytes, vectors[i].plain, len);
	}
}

static void long_texts_are_encoded_without_line_ends(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	uint8_t bytes[1000];
	uint8_t back[1000];
	size_t len = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7);
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	lg_base64_encode(bytes, sizeof(bytes), &out);
	assert_null(strchr(out.text, '\n'));
	assert_true(lg_base64_decode(out.text, out.len, back, sizeof(back), &len));
	assert_int_equal(len, sizeof(bytes));
	assert_memory_equal(back, bytes, len);
	assert_false(lg_base64_decode(out.text, out.len, back, sizeof(back) - 1, &len));
}

static void what_is_no_base64_is_refused(void **state)
{
	static const char *const texts[] = {"Z", "Zg",
		"Zg=", "Zg===", "Z===", "====", "Zg==Zg==", "Zm9v\n", " Zm9v", "Zm 9", "Zm9*",
		"Zm9v Zm9", "-_-_"};
	uint8_t bytes[16];
	size_t len;

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(texts); i++)
		assert_false(
			lg_base64_decode(texts[i], strlen(texts[i]), bytes, sizeof(bytes), &len));
}

/* RFC 4231, test case 2, and the vector of the webhook's signature. */
static void an_hmac_is_that_of_its_rfc(void **state)
{
	static const char text[] = "what do ya want for nothing?";
	struct lg_digest digest = lg_hmac("Jefe", 4, text, strlen(text));
	char hex[LG_DIGEST_CHARS + 1];

	(void)state;
	lg_digest_format(&digest, hex);
	assert_string_equal(
		hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void the_signature_of_a_webhook_is_the_published_one(void **state)
{
	static const char text[] =
		"msg_01HZX0000000000000000000GT.1767323045.{\"type\":\"lockgate.gate.finished\","
		"\"timestamp\":\"2026-01-02T03:04:05Z\",\"data\":{\"outcome\":\"pass\"}}";
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	struct lg_digest digest;
	uint8_t key[32];

	(void)state;
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)i;
	digest = lg_hmac(key, sizeof(key), text, strlen(text));
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	lg_base64_encode(digest.bytes, sizeof(digest.bytes), &out);
	assert_string_equal(out.text, "VytyG5zn661TVGGivkiW8Ws9vDfUsnTotUyUJccVneU=");
}

static void percent_encoding_goes_both_ways(void **state)
{
	static const struct {
		const char *plain, *encoded;
	} cases[] = {{"", ""}, {"aZ09-._~", "aZ09-._~"}, {"a b/c?d=e&f", "a%20b%2Fc%3Fd%3De%26f"},
		{"lockgate / prod", "lockgate%20%2F%20prod"}, {"\xc3\xa9", "%C3%A9"}, {"%", "%25"}};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf out;

		lg_buf_init(&out, LG_BUF_MAX_BYTES);
		lg_percent_encode(cases[i].plain, &out);
		assert_string_equal(out.text, cases[i].encoded);
		lg_percent_decode(out.text);
		assert_string_equal(out.text, cases[i].plain);
	}
}

static void what_is_no_percent_encoding_stays(void **state)
{
	static const char *const texts[] = {"%", "%4", "%zz", "100%", "%%", "%g1"};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(texts); i++) {
		LG_FREE_BY_SCOPE char *copy = lg_strdup(texts[i]);

		lg_percent_decode(copy);
		assert_string_equal(copy, texts[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_is_that_of_its_rfc),
		cmocka_unit_test(long_texts_are_encoded_without_line_ends),
		cmocka_unit_test(what_is_no_base64_is_refused),
		cmocka_unit_test(an_hmac_is_that_of_its_rfc),
		cmocka_unit_test(the_signature_of_a_webhook_is_the_published_one),
		cmocka_unit_test(percent_encoding_goes_both_ways),
		cmocka_unit_test(what_is_no_percent_encoding_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

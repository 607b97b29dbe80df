/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"

#define OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define OF_TWO_BLOCKS "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"

/* FIPS 180-4's own examples. */
static void digest_agrees_with_the_standard(void **state)
{
	static const struct {
		const char *text, *digest;
	} rows[] = {
		{"", OF_NOTHING},
		{"abc", OF_ABC},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", OF_TWO_BLOCKS},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(rows); i++) {
		struct lg_digest digest = lg_digest_of(rows[i].text, strlen(rows[i].text));
		char text[LG_DIGEST_CHARS + 1];

		lg_digest_format(&digest, text);
		assert_string_equal(text, rows[i].digest);
	}
}

static void hasher_is_used_again(void **state)
{
	LG_CLEANUP(lg_hasher_release) struct lg_hasher hasher;
	struct lg_digest abc = lg_digest_of("abc", 3);
	struct lg_digest sized = lg_digest_of("\0\0\0\0\0\0\0\2ab\0\0\0\0\0\0\0\0", 18);
	struct lg_digest got;

	(void)state;
	lg_hasher_init(&hasher);
	for (int i = 0; i < 3; i++) {
		lg_hasher_add(&hasher, "a", 1);
		lg_hasher_add(&hasher, "", 0);
		lg_hasher_add(&hasher, "bc", 2);
		got = lg_hasher_finish(&hasher);
		assert_true(lg_digest_equal(&got, &abc));
	}
	lg_hasher_add_sized(&hasher, "ab", 2);
	lg_hasher_add_sized(&hasher, "", 0);
	got = lg_hasher_finish(&hasher);
	assert_true(lg_digest_equal(&got, &sized));
}

static void digest_is_read_as_it_is_written(void **state)
{
	struct lg_digest abc = lg_digest_of("abc", 3);
	struct lg_digest parsed;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(
		lg_digest_parse(OF_ABC " and more", LG_DIGEST_CHARS, &parsed, &err), LG_OK);
	assert_true(lg_digest_equal(&parsed, &abc));
	parsed.bytes[31] ^= 1;
	assert_false(lg_digest_equal(&parsed, &abc));
}

static void digest_refuses_other_texts(void **state)
{
	static const struct {
		const char *text, *sentence;
	} rows[] = {
		{"", "digest has 0 characters, not 64"},
		{"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
			"digest has 63 characters, not 64"},
		{OF_ABC "0", "digest has 65 characters, not 64"},
		{"Ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
			"digest character 1 is not base16"},
		{"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ag",
			"digest character 64 is not base16"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(rows); i++) {
		struct lg_digest parsed;
		struct lg_error err = {0};

		assert_int_equal(lg_digest_parse(rows[i].text, strlen(rows[i].text), &parsed, &err),
			LG_FORMAT);
		assert_string_equal(err.text, rows[i].sentence);
	}
}

/* Each character in each place: sixteen are digits, and the first other one is named. */
static void digest_knows_every_character(void **state)
{
	(void)state;
	for (size_t at = 0; at < LG_DIGEST_CHARS; at++)
		for (int character = 0; character < 256; character++) {
			char text[LG_DIGEST_CHARS + 1] = OF_ABC;
			char again[LG_DIGEST_CHARS + 1];
			char sentence[LG_ERROR_TEXT_CHARS];
			struct lg_digest parsed;
			struct lg_error err = {0};

			text[at] = (char)character;
			if (lg_digest_parse(text, LG_DIGEST_CHARS, &parsed, &err) == LG_OK) {
				assert_non_null(memchr("0123456789abcdef", character, 16));
				lg_digest_format(&parsed, again);
				assert_string_equal(again, text);
				continue;
			}
			assert_null(memchr("0123456789abcdef", character, 16));
			(void)snprintf(sentence, sizeof(sentence),
				"digest character %zu is not base16", at + 1);
			assert_string_equal(err.text, sentence);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digest_agrees_with_the_standard),
		cmocka_unit_test(hasher_is_used_again),
		cmocka_unit_test(digest_is_read_as_it_is_written),
		cmocka_unit_test(digest_refuses_other_texts),
		cmocka_unit_test(digest_knows_every_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

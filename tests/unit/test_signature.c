/* SPDX-License-Identifier: MIT */
#include "bundles/signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"
#include "base/mem.h"
#include "bundles/minisign.h"
#include "bundles/sshsig.h"
#include "tests/support/signature_samples.h"

static const char manifest[] = SAMPLE_MANIFEST;
static const size_t manifest_len = sizeof(manifest) - 1;

static enum lg_status parse(const char *text, struct signature *out, struct lg_error *err)
{
	return signature_parse(text, strlen(text), out, err);
}

static void signature_reads_what_ssh_keygen_writes(void **state)
{
	static const char *const samples[] = {SAMPLE_SHA512, SAMPLE_SHA256};
	char name[SIGNATURE_KEY_CHARS + 1];
	struct signature signature;
	struct lg_error err = {0};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(samples); i++) {
		assert_int_equal(parse(samples[i], &signature, &err), LG_OK);
		assert_string_equal(signature.name_space, SIGNATURE_NAMESPACE);
		signature_key_format(&signature.key, name);
		assert_string_equal(name, SAMPLE_SSH_FINGERPRINT);
		assert_int_equal(
			signature_validity(&signature, manifest, manifest_len), SIGNATURE_VALID);
		assert_int_equal(signature_validity(&signature, manifest, manifest_len - 1),
			SIGNATURE_INVALID);
	}
}

static void signature_of_another_namespace_does_not_fit(void **state)
{
	struct signature signature;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(parse(SAMPLE_OTHER_NAMESPACE, &signature, &err), LG_OK);
	assert_true(sshsig_fits(&signature, &signature.key, manifest, manifest_len));
	assert_int_equal(signature_check(&signature, manifest, manifest_len, &err), LG_FORMAT);
	assert_non_null(strstr(err.text, "'file'"));
}

static void signature_reads_what_minisign_writes(void **state)
{
	struct signature signature;
	struct signature_key key;
	struct lg_error err = {0};
	char name[SIGNATURE_KEY_CHARS + 1];

	(void)state;
	assert_true(minisign_parse_key(SAMPLE_MINISIGN_KEY, MINISIGN_KEY_CHARS, &key));
	assert_int_equal(parse(SAMPLE_MINISIGN, &signature, &err), LG_OK);
	signature_key_format(&signature.key, name);
	assert_string_equal(name, SAMPLE_MINISIGN_NUMBER);
	assert_true(signature_fits(&signature, &key, manifest, manifest_len));
	assert_false(signature_fits(&signature, &key, manifest, manifest_len - 1));
	assert_int_equal(signature_validity(&signature, manifest, manifest_len), SIGNATURE_UNKNOWN);
	key.bytes[0] ^= 1;
	assert_false(signature_fits(&signature, &key, manifest, manifest_len));
}

/* As minisign's messages have it: the last byte of its files comes first, and zeros do not. */
static void a_number_of_minisign_is_shown_as_minisign_does(void **state)
{
	const struct signature signature = {
		.key = {.format = SIGNATURE_MINISIGN,
			.number = {0xfd, 0x8a, 0xac, 0x6f, 0x57, 0x89, 0x0b, 0}}};
	char text[SIGNATURE_KEY_CHARS + 1];
	char name[SIGNATURE_NAME_CHARS + 1];

	(void)state;
	signature_key_format(&signature.key, text);
	assert_string_equal(text, "minisign B89576FAC8AFD");
	signature_name(&signature, name);
	assert_string_equal(name, "signature.minisign-000b89576fac8afd");
}

static void line_ends_may_be_other_ones(void **state)
{
	static const char *const samples[] = {SAMPLE_SHA512, SAMPLE_MINISIGN};
	struct signature signature;
	struct lg_error err = {0};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(samples); i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf text;

		lg_buf_init(&text, LG_BUF_MAX_BYTES);
		for (const char *at = samples[i]; *at; at++) {
			if (*at == '\n')
				lg_buf_addc(&text, '\r');
			lg_buf_addc(&text, *at);
		}
		assert_int_equal(parse(text.text, &signature, &err), LG_OK);
		lg_buf_cut(&text, text.len - 2);
		assert_int_equal(parse(text.text, &signature, &err), LG_OK);
	}
}

/* Every byte that is not there, and every one too many. */
static void signatures_that_are_cut_are_refused(void **state)
{
	static const char *const samples[] = {SAMPLE_SHA512, SAMPLE_MINISIGN};
	struct signature signature;
	struct lg_error err = {0};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(samples); i++)
		for (size_t len = 0; len + 1 < strlen(samples[i]); len++)
			assert_int_equal(
				signature_parse(samples[i], len, &signature, &err), LG_FORMAT);
}

/* Parsed, and by the key that is expected. */
static bool is_good(const char *text, size_t len, const struct signature_key *key)
{
	struct signature signature;
	struct lg_error err = {0};

	if (signature_parse(text, len, &signature, &err))
		return false;
	return signature_fits(&signature, key, manifest, manifest_len);
}

/* A changed letter in the text of a signature never leaves a good one, but in what is untrusted. */
static void no_changed_character_leaves_a_good_signature(void **state)
{
	static const struct {
		const char *text;
		size_t from;
	} samples[] = {{SAMPLE_SHA512, 0}, {SAMPLE_SHA256, 0},
		{SAMPLE_MINISIGN, sizeof(SAMPLE_UNTRUSTED) - 1}};
	struct signature_key keys[3];
	struct signature signature;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(parse(SAMPLE_SHA512, &signature, &err), LG_OK);
	keys[0] = keys[1] = signature.key;
	assert_true(minisign_parse_key(SAMPLE_MINISIGN_KEY, MINISIGN_KEY_CHARS, &keys[2]));
	for (size_t i = 0; i < LG_COUNT_OF(samples); i++) {
		const size_t len = strlen(samples[i].text);
		LG_FREE_BY_SCOPE char *text = lg_strndup(samples[i].text, len);

		assert_true(is_good(text, len, &keys[i]));
		/* The last line end may be missing, so it may be no other byte, but it need not be.
		 */
		for (size_t at = samples[i].from; at < len; at++)
			for (unsigned int bit = 0; bit < 8; bit++) {
				text[at] = (char)(samples[i].text[at] ^ (1 << bit));
				if (is_good(text, len, &keys[i]))
					fail_msg("sample %zu: byte %zu, bit %u", i, at, bit);
				text[at] = samples[i].text[at];
			}
	}
}

static void encode(const uint8_t *blob, size_t len, struct lg_buf *out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf line;

	lg_buf_init(&line, LG_BUF_MAX_BYTES);
	lg_base64_encode(blob, len, &line);
	lg_buf_clear(out);
	lg_buf_adds(out, SAMPLE_BEGIN);
	for (size_t at = 0; at < line.len; at += 64)
		lg_buf_addf(out, "%.64s\n", line.text + at);
	lg_buf_adds(out, SAMPLE_END);
}

/* The bytes inside, put into sound armour again. */
static void no_changed_byte_of_the_content_leaves_a_good_signature(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	LG_CLEANUP(lg_buf_release) struct lg_buf encoded;
	struct signature signature;
	struct lg_error err = {0};
	uint8_t blob[256];
	size_t len = 0;

	(void)state;
	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	lg_buf_init(&encoded, LG_BUF_MAX_BYTES);
	assert_int_equal(parse(SAMPLE_SHA512, &signature, &err), LG_OK);
	for (const char *at = SAMPLE_SHA512 + strlen(SAMPLE_BEGIN); *at != '-'; at++)
		if (*at != '\n')
			lg_buf_addc(&encoded, *at);
	assert_true(lg_base64_decode(encoded.text, encoded.len, blob, sizeof(blob) - 1, &len));
	encode(blob, len, &text);
	assert_true(is_good(text.text, text.len, &signature.key));

	for (size_t at = 0; at < len; at++) {
		blob[at] ^= 0x01;
		encode(blob, len, &text);
		assert_false(is_good(text.text, text.len, &signature.key));
		blob[at] ^= 0x81;
		encode(blob, len, &text);
		assert_false(is_good(text.text, text.len, &signature.key));
		blob[at] ^= 0x80;
		encode(blob, at, &text);
		assert_false(is_good(text.text, text.len, &signature.key));
	}
	blob[len] = 0;
	encode(blob, len + 1, &text);
	assert_false(is_good(text.text, text.len, &signature.key));
}

static void refusals_say_why(void **state)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{"", "neither"},
		{"-----BEGIN PGP SIGNATURE-----\n", "neither"},
		{SAMPLE_SHA512 "x", "stands behind"},
		{SAMPLE_SHA512 "\n", "stands behind"},
		{SAMPLE_SHA512 SAMPLE_SHA512, "stands behind"},
		{"\n" SAMPLE_SHA512, "neither"},
		{SAMPLE_BEGIN, "is missing"},
		{SAMPLE_BEGIN SAMPLE_END, "'SSHSIG'"},
		{SAMPLE_BEGIN "\n" SAMPLE_END, "line 2"},
		{SAMPLE_BEGIN "AAAA AAA\n" SAMPLE_END, "no base64"},
		{SAMPLE_BEGIN "AAAAA\n" SAMPLE_END, "no base64"},
		{SAMPLE_BEGIN "AAA=\nAAAA\n" SAMPLE_END, "no base64"},
		{SAMPLE_BEGIN "AAB=\n" SAMPLE_END, "bits"},
		{SAMPLE_BEGIN "U1NIU0lHAAAAAg==\n" SAMPLE_END, "version 1"},
		{SAMPLE_BEGIN "U1NIU0lHAAAAAf////8=\n" SAMPLE_END, "cut off"},
		{SAMPLE_ECDSA, "'ecdsa-sha2-nistp256'"},
		{SAMPLE_MINISIGN_LEGACY, "legacy"},
		{SAMPLE_MINISIGN "\n", "four lines"},
		{SAMPLE_UNTRUSTED "AAAA\ntrusted comment: x\nAAAA\n", "line 2"},
		{SAMPLE_UNTRUSTED SAMPLE_MINISIGN_FIRST "comment: x\nAAAA\n", "line 3"},
		{SAMPLE_UNTRUSTED SAMPLE_MINISIGN_FIRST "trusted comment: x\nAAAA\n", "line 4"},
	};
	struct signature signature;

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		struct lg_error err = {0};

		assert_int_equal(parse(cases[i].text, &signature, &err), LG_FORMAT);
		if (!strstr(err.text, cases[i].reason))
			fail_msg("'%s', not '%s'", err.text, cases[i].reason);
	}
}

static void limits_hold(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct signature signature;
	struct lg_error err = {0};

	(void)state;
	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	lg_buf_adds(&text, SAMPLE_BEGIN);
	lg_buf_addf(&text, "%076d\n" SAMPLE_END, 0);
	assert_int_equal(parse(text.text, &signature, &err), LG_FORMAT);
	assert_non_null(strstr(err.text, "SSHSIG"));
	lg_buf_clear(&text);
	lg_buf_addf(&text, SAMPLE_BEGIN "%080d\n" SAMPLE_END, 0);
	assert_int_equal(parse(text.text, &signature, &err), LG_FORMAT);
	assert_non_null(strstr(err.text, "line 2 has not 1 to 76"));
	lg_buf_clear(&text);
	lg_buf_adds(&text, SAMPLE_BEGIN);
	for (int i = 0; i < 80; i++)
		lg_buf_addf(&text, "%076d\n", 0);
	lg_buf_adds(&text, SAMPLE_END);
	assert_int_equal(parse(text.text, &signature, &err), LG_LIMIT);
	lg_buf_clear(&text);
	lg_buf_addf(&text, SAMPLE_UNTRUSTED SAMPLE_MINISIGN_FIRST "trusted comment: %08193d\n%s", 0,
		SAMPLE_MINISIGN_SECOND);
	assert_int_equal(parse(text.text, &signature, &err), LG_LIMIT);
}

static void minisign_keys_are_read_strictly(void **state)
{
	static const char key[] = SAMPLE_MINISIGN_KEY;
	struct signature_key read;

	(void)state;
	for (size_t len = 0; len < sizeof(key) - 1; len++)
		assert_false(minisign_parse_key(key, len, &read));
	assert_false(minisign_parse_key(SAMPLE_MINISIGN_KEY "AAAA", sizeof(key) + 3, &read));
	assert_false(minisign_parse_key("RURzel5mkJFQ7xUrR59a12HLS2D5O+u8A6XUhPI8GjjHGgv9NyXSetI7",
		MINISIGN_KEY_CHARS, &read));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signature_reads_what_ssh_keygen_writes),
		cmocka_unit_test(signature_of_another_namespace_does_not_fit),
		cmocka_unit_test(signature_reads_what_minisign_writes),
		cmocka_unit_test(a_number_of_minisign_is_shown_as_minisign_does),
		cmocka_unit_test(line_ends_may_be_other_ones),
		cmocka_unit_test(signatures_that_are_cut_are_refused),
		cmocka_unit_test(no_changed_character_leaves_a_good_signature),
		cmocka_unit_test(no_changed_byte_of_the_content_leaves_a_good_signature),
		cmocka_unit_test(refusals_say_why),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(minisign_keys_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

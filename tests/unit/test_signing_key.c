/* SPDX-License-Identifier: MIT */
#include "bundles/signing_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/mem.h"
#include "bundles/sshsig.h"
#include "tests/support/tree.h"

/* RFC 8032, section 7.1, test 1: the key, its public half, its signature of nothing. */
#define PEM_BEGIN "-----BEGIN PRIVATE KEY-----\n"
#define PEM_END "-----END PRIVATE KEY-----\n"
static const char pem[] =
	PEM_BEGIN "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n" PEM_END;
static const uint8_t public_key[] = {0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b,
	0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf,
	0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};
static const uint8_t signature_begin[] = {0xe5, 0x56, 0x43, 0x00, 0xc3, 0x60, 0xac, 0x72};
static const uint8_t signature_end[] = {0x8e, 0x7a, 0x10, 0x0b};

static void key_signs_as_published(void **state)
{
	LG_CLEANUP(signing_key_release) struct signing_key key = {0};
	uint8_t signature[ED25519_SIGNATURE_BYTES];
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(signing_key_parse(pem, strlen(pem), &key, &err), LG_OK);
	assert_memory_equal(key.public, public_key, sizeof(public_key));
	assert_int_equal(signing_key_sign(&key, "", 0, signature, &err), LG_OK);
	assert_memory_equal(signature, signature_begin, sizeof(signature_begin));
	assert_memory_equal(signature + sizeof(signature) - sizeof(signature_end), signature_end,
		sizeof(signature_end));
	assert_true(ed25519_fits(public_key, signature, "", 0));
	assert_false(ed25519_fits(public_key, signature, "x", 1));
}

static void key_signs_what_is_read_again(void **state)
{
	LG_CLEANUP(signing_key_release) struct signing_key key = {0};
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct signature signature;
	struct lg_error err = {0};

	(void)state;
	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	assert_int_equal(signing_key_parse(pem, strlen(pem), &key, &err), LG_OK);
	assert_int_equal(sshsig_write(&key, "manifest", 8, &text, &err), LG_OK);
	assert_int_equal(signature_parse(text.text, text.len, &signature, &err), LG_OK);
	assert_int_equal(signature_check(&signature, "manifest", 8, &err), LG_OK);
	assert_int_equal(signature_check(&signature, "Manifest", 8, &err), LG_FORMAT);
}

static void other_keys_are_refused_without_being_shown(void **state)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{"", "no private key"},
		{"hunter2", "no private key"},
		{PEM_BEGIN PEM_END, "no private key"},
		{PEM_BEGIN "aHVudGVyMg==\n" PEM_END, "no private key"},
		{PEM_BEGIN
			"MC4CAQAwBQYDK2VuBCIEINBJXHlj5P7qDVwxTwfBS1PHC9Bl4yTZ3wOY8kPKaGxd\n" PEM_END,
			"not an Ed25519"},
		{"-----BEGIN OPENSSH PRIVATE KEY-----\naHVudGVyMg==\n"
		 "-----END OPENSSH PRIVATE KEY-----\n",
			"OpenSSH"},
		{"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
		 "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAg6KJGuSGVVqAICCAAw\n"
		 "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEC0IicSnfjmZDpmj0S+8oBcEQLbV\n"
		 "qOtz+xvQeoSzeQ0pPg/I185ZkYb/mJs2EJgxW55xtKGYBQ7AGqXO8Mge0fK94Caa\n"
		 "oDrsNwT0Vpb4YyzBZ4Q=\n"
		 "-----END ENCRYPTED PRIVATE KEY-----\n",
			"passphrase"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(signing_key_release) struct signing_key key = {0};
		struct lg_error err = {0};

		assert_int_equal(
			signing_key_parse(cases[i].text, strlen(cases[i].text), &key, &err),
			LG_USAGE);
		if (!strstr(err.text, cases[i].reason))
			fail_msg("'%s', not '%s'", err.text, cases[i].reason);
		assert_null(strstr(err.text, "hunter2"));
		assert_null(key.secret);
	}
}

static void key_file_is_read_with_a_bound(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(signing_key_release) struct signing_key key = {0};
	LG_FREE_BY_SCOPE char *large = lg_calloc(1, SIGNING_KEY_MAX_BYTES + 1);
	struct lg_error err = {0};
	bool is_exposed = false;

	(void)state;
	tree_write(&tree, "key", pem);
	assert_int_equal(chmod(tree_path(&tree, "key"), 0600), 0);
	assert_int_equal(signing_key_read(tree_path(&tree, "key"), &key, &is_exposed, &err), LG_OK);
	assert_false(is_exposed);
	assert_memory_equal(key.public, public_key, sizeof(public_key));
	signing_key_release(&key);
	assert_int_equal(chmod(tree_path(&tree, "key"), 0640), 0);
	assert_int_equal(signing_key_read(tree_path(&tree, "key"), &key, &is_exposed, &err), LG_OK);
	assert_true(is_exposed);
	signing_key_release(&key);

	tree_write_bytes(&tree, "large", large, SIGNING_KEY_MAX_BYTES + 1);
	assert_int_equal(
		signing_key_read(tree_path(&tree, "large"), &key, &is_exposed, &err), LG_USAGE);
	assert_non_null(strstr(err.text, "8192 bytes"));
	assert_int_equal(
		signing_key_read(tree_path(&tree, "none"), &key, &is_exposed, &err), LG_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_signs_as_published),
		cmocka_unit_test(key_signs_what_is_read_again),
		cmocka_unit_test(other_keys_are_refused_without_being_shown),
		cmocka_unit_test(key_file_is_read_with_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

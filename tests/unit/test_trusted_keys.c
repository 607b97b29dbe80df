/* SPDX-License-Identifier: MIT */
#include "bundles/trusted_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "bundles/limits.h"
#include "bundles/signer_options.h"
#include "tests/support/signature_samples.h"
#include "tests/support/tree.h"

static enum lg_status parse(struct trusted_keys *out, const char *text, struct lg_error *err)
{
	return trusted_keys_parse("keys", text, strlen(text), out, err);
}

static void keys_are_read_with_principals_options_and_comments(void **state)
{
	LG_CLEANUP(trusted_keys_release) struct trusted_keys keys = {0};
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(
		parse(&keys,
			"# who may release\n"
			"\n"
			" \t# indented\n"
			"alice@example.com,bob@example.com " SAMPLE_SSH_KEY " a comment\r\n"
			"\"Carol of QA\" namespaces=\"git,lockgate-bundle@v1\" " SAMPLE_SSH_KEY "\n"
			"dave\tnamespaces=\"file\",valid-after=\"20260105Z\","
			"Valid-Before=\"202601060930Z\"\t" SAMPLE_SSH_KEY "\n"
			"erin minisign " SAMPLE_MINISIGN_KEY "\n"
			"frank ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB frank\n"
			"grace valid-before=\"20200101000001Z\" " SAMPLE_SSH_KEY,
			&err),
		LG_OK);

	assert_int_equal(keys.count, 5);
	assert_string_equal(keys.items[0].principals, "alice@example.com,bob@example.com");
	assert_int_equal(keys.items[0].line, 4);
	assert_true(keys.items[0].after_us == INT64_MIN && keys.items[0].before_us == INT64_MAX);
	assert_true(trusted_key_is_for_bundles(&keys.items[0]));
	assert_string_equal(keys.items[1].principals, "Carol of QA");
	assert_true(trusted_key_is_for_bundles(&keys.items[1]));
	assert_false(trusted_key_is_for_bundles(&keys.items[2]));
	assert_true(keys.items[2].after_us == INT64_C(1767571200) * 1000000);
	assert_true(keys.items[2].before_us == INT64_C(1767691800) * 1000000);
	assert_int_equal(keys.items[3].key.format, SIGNATURE_MINISIGN);
	assert_true(keys.items[4].before_us == INT64_C(1577836801) * 1000000);
	assert_int_equal(keys.skip_count, 1);
	assert_int_equal(keys.skips[0].line, 8);
	assert_non_null(strstr(keys.skips[0].reason, "ssh-rsa"));
}

static void a_pub_file_of_minisign_is_a_list(void **state)
{
	LG_CLEANUP(trusted_keys_release) struct trusted_keys keys = {0};
	LG_CLEANUP(trusted_keys_release) struct trusted_keys more = {0};
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(parse(&keys, SAMPLE_MINISIGN_PUB, &err), LG_OK);
	assert_int_equal(keys.count, 1);
	assert_string_equal(keys.items[0].principals, SAMPLE_MINISIGN_NUMBER);
	assert_int_equal(
		parse(&more, SAMPLE_MINISIGN_PUB "x " SAMPLE_SSH_KEY "\n", &err), LG_USAGE);
}

/* A moment without a Z is one of the machine's zone, as for ssh-keygen. */
static void moments_without_z_are_local(void **state)
{
	LG_CLEANUP(trusted_keys_release) struct trusted_keys keys = {0};
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(setenv("TZ", "EET-2", 1), 0);
	tzset();
	assert_int_equal(
		parse(&keys, "a valid-after=\"20260105\" " SAMPLE_SSH_KEY "\n", &err), LG_OK);
	assert_true(keys.items[0].after_us == INT64_C(1767564000) * 1000000);
	assert_int_equal(unsetenv("TZ"), 0);
	tzset();
}

static void lines_that_cannot_be_meant_are_refused(void **state)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{"", "names no key"},
		{"# nothing\n", "names no key"},
		{"alice\n", "no key stands"},
		{"alice namespaces=\"x\"\n", "no key stands"},
		{"alice ssh-ed25519\n", "stands no such key"},
		{"alice ssh-ed25519 AAAA\n", "stands no such key"},
		{"alice minisign AAAA\n", "stands no such key"},
		{"alice ssh-ed25519 " SAMPLE_MINISIGN_KEY "\n", "stands no such key"},
		{"alice cert-authority " SAMPLE_SSH_KEY "\n", "cert-authority"},
		{"alice namespaces=\"x\",cert-authority " SAMPLE_SSH_KEY "\n", "cert-authority"},
		{"alice no-touch-required " SAMPLE_SSH_KEY "\n", "no-touch-required"},
		{"alice namespaces=lockgate-bundle@v1 " SAMPLE_SSH_KEY "\n", "quote"},
		{"alice namespaces=\"x " SAMPLE_SSH_KEY "\n", "quote"},
		{"alice namespaces=\"\" " SAMPLE_SSH_KEY "\n", "empty"},
		{"alice namespaces=\"a\",namespaces=\"b\" " SAMPLE_SSH_KEY "\n", "twice"},
		{"alice namespaces=\"a\"x " SAMPLE_SSH_KEY "\n", "behind"},
		{"alice valid-after=\"soon\" " SAMPLE_SSH_KEY "\n", "'soon'"},
		{"alice valid-after=\"20260230Z\" " SAMPLE_SSH_KEY "\n", "'20260230Z'"},
		{"alice valid-after=\"2026010509Z\" " SAMPLE_SSH_KEY "\n", "'2026010509Z'"},
		{"alice valid-after=\"20260105ZZ\" " SAMPLE_SSH_KEY "\n", "'20260105ZZ'"},
		{"alice valid-after=\"20260105Z\",valid-after=\"20270105Z\" " SAMPLE_SSH_KEY "\n",
			"twice"},
		{"alice valid-after=\"20260105Z\",valid-before=\"20260105Z\" " SAMPLE_SSH_KEY "\n",
			"not after"},
		{"\"alice " SAMPLE_SSH_KEY "\n", "quote"},
		{"\"\" " SAMPLE_SSH_KEY "\n", "principals"},
		{"\xff " SAMPLE_SSH_KEY "\n", "principals"},
		{"a ssh-rsa AAAA\nb ecdsa-sha2-nistp256 AAAA\n", "line 1"},
		{"untrusted comment: x\nAAAA\n", "minisign"},
		{"untrusted comment: x\n", "minisign"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(trusted_keys_release) struct trusted_keys keys = {0};
		struct lg_error err = {0};

		assert_int_equal(parse(&keys, cases[i].text, &err), LG_USAGE);
		if (!strstr(err.text, cases[i].reason) || !strstr(err.text, "'keys'"))
			fail_msg("%zu: '%s', not '%s'", i, err.text, cases[i].reason);
	}
}

static void an_error_names_its_line(void **state)
{
	LG_CLEANUP(trusted_keys_release) struct trusted_keys keys = {0};
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(parse(&keys, "a " SAMPLE_SSH_KEY "\n#\nnonsense\n", &err), LG_USAGE);
	assert_string_equal(err.file, "keys");
	assert_int_equal(err.line, 3);
}

static void patterns_are_those_of_ssh(void **state)
{
	static const struct {
		const char *patterns, *text;
		bool has;
	} cases[] = {
		{"a", "a", true},
		{"a", "b", false},
		{"a", "ab", false},
		{"a,b", "b", true},
		{"*", "", true},
		{"*", "anything", true},
		{"lockgate-*", "lockgate-bundle@v1", true},
		{"*@v1", "lockgate-bundle@v1", true},
		{"*b*b*1", "lockgate-bundle@v1", false},
		{"l*b*1", "lockgate-bundle@v1", true},
		{"lockgate-bundle@v?", "lockgate-bundle@v1", true},
		{"lockgate-bundle@v1?", "lockgate-bundle@v1", false},
		{"*,!lockgate-bundle@v1", "lockgate-bundle@v1", false},
		{"!lockgate-bundle@v1,*", "lockgate-bundle@v1", false},
		{"!a", "b", false},
		{"[a]", "a", false},
		{"**", "x", true},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++)
		if (signer_patterns_have(cases[i].patterns, cases[i].text) != cases[i].has)
			fail_msg("'%s' of '%s'", cases[i].text, cases[i].patterns);
}

static void files_are_read_with_a_bound(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(trusted_keys_release) struct trusted_keys good = {0};
	LG_CLEANUP(trusted_keys_release) struct trusted_keys large = {0};
	LG_CLEANUP(trusted_keys_release) struct trusted_keys nul = {0};
	LG_CLEANUP(trusted_keys_release) struct trusted_keys none = {0};
	static const char line[] = "a " SAMPLE_SSH_KEY "\n";
	LG_FREE_BY_SCOPE char *text = lg_malloc(TRUSTED_KEYS_MAX_BYTES + 1);
	struct lg_error err = {0};

	(void)state;
	for (size_t i = 0; i <= TRUSTED_KEYS_MAX_BYTES; i++)
		text[i] = '\n';
	memcpy(text, line, strlen(line));
	tree_write_bytes(&tree, "good", text, TRUSTED_KEYS_MAX_BYTES);
	tree_write_bytes(&tree, "large", text, TRUSTED_KEYS_MAX_BYTES + 1);
	tree_write_bytes(&tree, "nul", "a\0b", 3);
	assert_int_equal(trusted_keys_read(tree_path(&tree, "good"), &good, &err), LG_OK);
	assert_int_equal(trusted_keys_read(tree_path(&tree, "large"), &large, &err), LG_LIMIT);
	assert_int_equal(trusted_keys_read(tree_path(&tree, "nul"), &nul, &err), LG_USAGE);
	assert_int_equal(trusted_keys_read(tree_path(&tree, "none"), &none, &err), LG_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_read_with_principals_options_and_comments),
		cmocka_unit_test(a_pub_file_of_minisign_is_a_list),
		cmocka_unit_test(moments_without_z_are_local),
		cmocka_unit_test(lines_that_cannot_be_meant_are_refused),
		cmocka_unit_test(an_error_names_its_line),
		cmocka_unit_test(patterns_are_those_of_ssh),
		cmocka_unit_test(files_are_read_with_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "bundles/trust.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/limits.h"
#include "tests/support/signature_samples.h"

/* Half past nine on 5 January 2026, UTC. */
static const int64_t now_us = INT64_C(1767605400) * 1000000;

struct fixture {
	struct bundle bundle;
	struct trusted_keys keys, machine;
	struct trust trust;
	struct lg_error err;
};

static void drop_fixture(struct fixture *fixture)
{
	bundle_release(&fixture->bundle);
	trusted_keys_release(&fixture->keys);
	trusted_keys_release(&fixture->machine);
}

static void demand(struct fixture *f, struct trusted_keys *keys, const char *path, const char *text)
{
	struct lg_error err = {0};

	if (trusted_keys_parse(path, text, strlen(text), keys, &err))
		fail_msg("%s", err.text);
	f->trust.lists[f->trust.list_count++] = keys;
}

static void set_up(struct fixture *f, const char *keys)
{
	*f = (struct fixture){.trust.now_us = now_us};
	bundle_init(&f->bundle);
	lg_buf_adds(&f->bundle.manifest, SAMPLE_MANIFEST);
	demand(f, &f->keys, "keys", keys);
}

static void sign(struct fixture *f, const char *name, const char *text)
{
	const struct bundle_signature signature = {name, text, strlen(text)};

	assert_int_equal(bundle_add_signature(&f->bundle, &signature, &f->err), LG_OK);
}

static void one_good_signature_is_enough(void **state)
{
	LG_CLEANUP(drop_fixture) struct fixture f;

	(void)state;
	set_up(&f, "alice,al " SAMPLE_SSH_KEY "\n");
	sign(&f, "signature.a", "nonsense");
	sign(&f, "signature.b", SAMPLE_OTHER_NAMESPACE);
	sign(&f, "signature.c", SAMPLE_MINISIGN);
	sign(&f, "signature.d", SAMPLE_SHA512);
	assert_int_equal(trust_judge(&f.trust, &f.bundle, &f.err), LG_OK);
	assert_string_equal(f.bundle.signed_by, "alice,al");
	assert_int_equal(f.bundle.signature_fault, SIGNATURE_FAULT_NONE);
}

static void every_list_is_asked(void **state)
{
	LG_CLEANUP(drop_fixture) struct fixture f;

	(void)state;
	set_up(&f, "alice " SAMPLE_SSH_KEY "\n");
	demand(&f, &f.machine, "machine", "ops minisign " SAMPLE_MINISIGN_KEY "\n");
	sign(&f, "signature.a", SAMPLE_SHA256);
	assert_int_equal(trust_judge(&f.trust, &f.bundle, &f.err), LG_FORMAT);
	assert_non_null(strstr(f.err.text, "'machine'"));
	assert_null(f.bundle.signed_by);
	sign(&f, "signature.b", SAMPLE_MINISIGN);
	assert_int_equal(trust_judge(&f.trust, &f.bundle, &f.err), LG_OK);
	assert_string_equal(f.bundle.signed_by, "ops");
}

static void unsigned_is_not_untrusted(void **state)
{
	LG_CLEANUP(drop_fixture) struct fixture f;

	(void)state;
	set_up(&f, "alice " SAMPLE_SSH_KEY "\n");
	assert_int_equal(trust_judge(&f.trust, &f.bundle, &f.err), LG_FORMAT);
	assert_int_equal(f.bundle.signature_fault, SIGNATURE_FAULT_UNSIGNED);
	assert_non_null(strstr(f.err.text, "unsigned"));
	assert_true(f.err.hint[0] != '\0');
	sign(&f, "signature.a", "x");
	assert_int_equal(trust_judge(&f.trust, &f.bundle, &f.err), LG_FORMAT);
	assert_int_equal(f.bundle.signature_fault, SIGNATURE_FAULT_UNTRUSTED);
}

static void refusals_say_why(void **state)
{
	static const struct {
		const char *keys, *signature, *manifest;
		const char *reasons[3];
	} cases[] = {
		{"alice minisign " SAMPLE_MINISIGN_KEY, SAMPLE_SHA512, SAMPLE_MANIFEST,
			{SAMPLE_SSH_FINGERPRINT, "not named there", "'keys'"}},
		{"alice " SAMPLE_SSH_KEY, SAMPLE_MINISIGN, SAMPLE_MANIFEST,
			{SAMPLE_MINISIGN_NUMBER, "not named there", "'signature.a'"}},
		{"alice " SAMPLE_SSH_KEY, SAMPLE_SHA512, "another manifest\n",
			{SAMPLE_SSH_FINGERPRINT, "'alice'", "altered"}},
		{"alice minisign " SAMPLE_MINISIGN_KEY, SAMPLE_MINISIGN, "another manifest\n",
			{SAMPLE_MINISIGN_NUMBER, "'alice'", "altered"}},
		{"alice " SAMPLE_SSH_KEY, SAMPLE_OTHER_NAMESPACE, SAMPLE_MANIFEST,
			{"'alice'", "'file'", "lockgate-bundle@v1"}},
		{"#\nalice namespaces=\"git\" " SAMPLE_SSH_KEY, SAMPLE_SHA512, SAMPLE_MANIFEST,
			{"line 2", "'git'", "lockgate-bundle@v1"}},
		{"alice valid-before=\"20260105092959Z\" " SAMPLE_SSH_KEY, SAMPLE_SHA512,
			SAMPLE_MANIFEST, {"expired", "2026-01-05T09:29:59Z", "'alice'"}},
		{"alice valid-after=\"20260105093001Z\" " SAMPLE_SSH_KEY, SAMPLE_SHA512,
			SAMPLE_MANIFEST, {"only from", "2026-01-05T09:30:01Z", "'alice'"}},
		{"alice " SAMPLE_SSH_KEY, SAMPLE_ECDSA, SAMPLE_MANIFEST,
			{"not understood", "ecdsa-sha2-nistp256", "'signature.a'"}},
		{"alice " SAMPLE_SSH_KEY, SAMPLE_MINISIGN_LEGACY, SAMPLE_MANIFEST,
			{"not understood", "legacy", "'signature.a'"}},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(drop_fixture) struct fixture f;

		set_up(&f, cases[i].keys);
		lg_buf_clear(&f.bundle.manifest);
		lg_buf_adds(&f.bundle.manifest, cases[i].manifest);
		sign(&f, "signature.a", cases[i].signature);
		assert_int_equal(trust_judge(&f.trust, &f.bundle, &f.err), LG_FORMAT);
		assert_null(f.bundle.signed_by);
		for (size_t k = 0; k < LG_COUNT_OF(cases[i].reasons); k++)
			if (!strstr(f.err.text, cases[i].reasons[k]))
				fail_msg("%zu: '%s' without '%s'", i, f.err.text,
					cases[i].reasons[k]);
	}
}

/* The bounds themselves belong to the time in which a key is valid. */
static void bounds_in_time_are_inclusive(void **state)
{
	static const char *const lists[] = {
		"alice valid-before=\"20260105093000Z\" " SAMPLE_SSH_KEY,
		"alice valid-after=\"20260105093000Z\" " SAMPLE_SSH_KEY};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(lists); i++) {
		LG_CLEANUP(drop_fixture) struct fixture f;

		set_up(&f, lists[i]);
		sign(&f, "signature.a", SAMPLE_SHA512);
		assert_int_equal(trust_judge(&f.trust, &f.bundle, &f.err), LG_OK);
	}
}

static void a_key_may_stand_in_several_lines(void **state)
{
	LG_CLEANUP(drop_fixture) struct fixture f;

	(void)state;
	set_up(&f, "old valid-before=\"20200101Z\" " SAMPLE_SSH_KEY "\nnew " SAMPLE_SSH_KEY "\n");
	sign(&f, "signature.a", SAMPLE_SHA512);
	assert_int_equal(trust_judge(&f.trust, &f.bundle, &f.err), LG_OK);
	assert_string_equal(f.bundle.signed_by, "new");
}

static void signatures_stay_in_order_and_bounded(void **state)
{
	LG_CLEANUP(drop_fixture) struct fixture f;
	static char large[BUNDLE_MAX_SIGNATURE_BYTES + 1];
	const struct bundle_signature more = {"signature.zz", "", 0};
	const struct bundle_signature too_large = {"signature.05", large, sizeof(large)};
	char name[SIGNATURE_NAME_CHARS + 1];

	(void)state;
	set_up(&f, "alice " SAMPLE_SSH_KEY "\n");
	for (unsigned int i = BUNDLE_MAX_SIGNATURES; i > 0; i--) {
		(void)snprintf(name, sizeof(name), "signature.%02u", i);
		sign(&f, name, "x");
	}
	assert_int_equal(f.bundle.signature_count, BUNDLE_MAX_SIGNATURES);
	assert_string_equal(f.bundle.signatures[0].name, "signature.01");
	assert_string_equal(f.bundle.signatures[15].name, "signature.16");
	sign(&f, "signature.05", "y");
	assert_int_equal(f.bundle.signature_count, BUNDLE_MAX_SIGNATURES);
	assert_string_equal(f.bundle.signatures[4].bytes, "y");
	assert_int_equal(bundle_add_signature(&f.bundle, &more, &f.err), LG_LIMIT);
	assert_int_equal(bundle_add_signature(&f.bundle, &too_large, &f.err), LG_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_good_signature_is_enough),
		cmocka_unit_test(every_list_is_asked),
		cmocka_unit_test(unsigned_is_not_untrusted),
		cmocka_unit_test(refusals_say_why),
		cmocka_unit_test(bounds_in_time_are_inclusive),
		cmocka_unit_test(a_key_may_stand_in_several_lines),
		cmocka_unit_test(signatures_stay_in_order_and_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "ci/redact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/base64.h"
#include "base/mem.h"
#include "ci/escape.h"
#include "ci/render/json.h"

/* What people choose for passwords when nobody stops them. */
static const char canary[] = "c4n%ry\"'\\& \xc3\xa9#@/?:=!";

static char *redacted(const struct ci_secrets *secrets, const char *text)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf buf;

	lg_buf_init(&buf, LG_BUF_MAX_BYTES);
	lg_buf_adds(&buf, text);
	ci_redact(secrets, &buf);
	return lg_buf_take(&buf);
}

static void assert_redacted(
	const struct ci_secrets *secrets, const char *text, const char *expected)
{
	LG_FREE_BY_SCOPE char *result = redacted(secrets, text);

	assert_string_equal(result, expected);
}

static void every_form_of_a_secret_is_found(void **state)
{
	static const char *const forms[] = {canary,
		"c4n%25ry%22%27%5C%26%20%C3%A9%23%40%2F%3F%3A%3D%21",
		"c4n%ry\"''\\& \xc3\xa9#@/?:=!", "c4n%ry\"''\\\\& \xc3\xa9#@/?:=!",
		"c4n%25ry%22%27%5c%26%20%c3%a9%23%40%2f%3f%3a%3d%21",
		"c4n%ry\\\"'\\\\& \xc3\xa9#@/?:=!", "c4n%ry\\\"'\\\\& \\u00e9#@/?:=!",
		"c4n%ry\\\"'\\\\& \\u00E9#@/?:=!", "c4n%ry&quot;'\\&amp; \xc3\xa9#@/?:=!",
		"c4n%ry&quot;&#39;\\&amp; \xc3\xa9#@/?:=!"};
	LG_CLEANUP(ci_secrets_release) struct ci_secrets secrets = {0};

	(void)state;
	ci_secrets_add(&secrets, canary);
	for (size_t i = 0; i < LG_COUNT_OF(forms); i++) {
		LG_FREE_BY_SCOPE char *text = lg_format("before %s behind", forms[i]);

		assert_redacted(&secrets, text, "before *** behind");
	}
}

static void base64_is_found_at_each_offset(void **state)
{
	LG_CLEANUP(ci_secrets_release) struct ci_secrets secrets = {0};

	(void)state;
	ci_secrets_add(&secrets, canary);
	for (int before = 0; before < 4; before++) {
		LG_FREE_BY_SCOPE char *text = lg_format("%.*s%s;tail", before, "xyz", canary);
		LG_CLEANUP(lg_buf_release) struct lg_buf encoded;
		LG_FREE_BY_SCOPE char *result = NULL;

		lg_buf_init(&encoded, LG_BUF_MAX_BYTES);
		lg_base64_encode(text, strlen(text), &encoded);
		result = redacted(&secrets, encoded.text);
		assert_non_null(strstr(result, "***"));
		/* What is left are the groups that neighbours have a part in. */
		assert_true(strlen(result) < strlen(encoded.text) - 16);
	}
}

static void what_looks_like_a_secret_goes_too(void **state)
{
	const struct ci_secrets none = {0};

	(void)state;
	assert_redacted(
		&none, "CREATE ROLE a PASSWORD 'hunter2';", "CREATE ROLE a PASSWORD '***';");
	assert_redacted(
		&none, "alter role a with password E'it\\'s'", "alter role a with password E'***'");
	assert_redacted(&none, "PASSWORD 'it''s' x", "PASSWORD '***' x");
	assert_redacted(&none, "IDENTIFIED BY 'x'", "IDENTIFIED BY '***'");
	assert_redacted(&none, "host=h password=abc user=u", "host=h password=*** user=u");
	assert_redacted(&none, "password = 'a b' host=h", "password = '***' host=h");
	assert_redacted(&none, "postgres://u:p%40ss@h/d", "postgres://u:***@h/d");
	assert_redacted(&none, "https://a:b@c/ and https://d:e@f/",
		"https://a:***@c/ and https://d:***@f/");
	assert_redacted(&none, "PASSWORD 'never ends", "PASSWORD '***");
}

static void what_is_no_secret_stays(void **state)
{
	static const char *const texts[] = {"", "password", "the password is wrong",
		"role_password text NOT NULL", "https://host:8080/path", "a://b",
		"://@:", "PASSWORD NULL", "identified by nobody",
		"password authentication failed for user \"u\"", "PASSWORD ''", "p",
		"https://user@host/"};
	LG_CLEANUP(ci_secrets_release) struct ci_secrets secrets = {0};

	(void)state;
	ci_secrets_add(&secrets, canary);
	for (size_t i = 0; i < LG_COUNT_OF(texts); i++)
		assert_redacted(&secrets, texts[i], texts[i]);
}

static void the_longest_comes_first(void **state)
{
	LG_CLEANUP(ci_secrets_release) struct ci_secrets secrets = {0};

	(void)state;
	ci_secrets_add(&secrets, "abcd");
	ci_secrets_add(&secrets, "abcdefgh");
	ci_secrets_add(&secrets, "abcd");
	assert_int_equal(secrets.secret_count, 2);
	assert_redacted(&secrets, "abcdefgh abcd abcdef", "*** *** ***ef");
}

static void short_ones_are_left_and_told(void **state)
{
	LG_CLEANUP(ci_secrets_release) struct ci_secrets secrets = {0};

	(void)state;
	ci_secrets_add(&secrets, "");
	ci_secrets_add(&secrets, NULL);
	assert_false(secrets.is_short);
	ci_secrets_add(&secrets, "abc");
	assert_true(secrets.is_short);
	assert_redacted(&secrets, "abc", "abc");
	ci_secrets_add(&secrets, "abcd");
	assert_redacted(&secrets, "abcd", "***");
}

static void of_a_url_its_secret_parts_count(void **state)
{
	LG_CLEANUP(ci_secrets_release) struct ci_secrets secrets = {0};

	(void)state;
	ci_secrets_add_url(&secrets, "https://user:p%61ss@host/path?token=s3cret");
	assert_redacted(
		&secrets, "pass p%61ss token=s3cret host user path", "*** *** *** host user path");
	ci_secrets_add_url(&secrets, "https://other.example/hook");
	assert_redacted(&secrets, "https://other.example/hook", "https://other.example/hook");
}

static void more_secrets_than_there_is_room_for_end_no_process(void **state)
{
	LG_CLEANUP(ci_secrets_release) struct ci_secrets secrets = {0};

	(void)state;
	for (int i = 0; i < 2 * CI_SECRETS_MAX; i++) {
		LG_FREE_BY_SCOPE char *secret = lg_format("secret number %d", i);

		ci_secrets_add(&secrets, secret);
	}
	assert_int_equal(secrets.secret_count, CI_SECRETS_MAX);
	assert_redacted(&secrets, "secret number 31", "***");
}

static void a_report_holds_none_in_any_text(void **state)
{
	LG_CLEANUP(ci_secrets_release) struct ci_secrets secrets = {0};
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	const char secret[] = "s3cretword";
	const struct ci_finding finding = {.code = "checksum-changed",
		.severity = "block",
		.version = secret,
		.name = secret,
		.kind = "versioned",
		.file = secret,
		.message = secret,
		.hint = secret,
		.excerpt = secret,
		.difference = secret};
	const struct ci_planned planned = {.action = "apply",
		.kind = "versioned",
		.version = secret,
		.name = secret,
		.file = secret};
	const struct ci_done done = {.kind = "versioned", .version = secret, .name = secret};
	const struct ci_migration migration = {.kind = "versioned",
		.version = secret,
		.name = secret,
		.state = "applied",
		.adopted_from = secret,
		.file = secret};
	const struct ci_error error = {.message = secret, .file = secret, .version = secret};
	const struct ci_bundle bundle = {.id = "sha256:0", .source = secret, .signed_by = secret};
	const struct ci_moment moment = {.what = "begins", .text = secret};
	const struct ci_report report = {.id = "lgr-1",
		.tool_version = "1.0.0",
		.command = "status",
		.outcome = "failed",
		.bundle = &bundle,
		.findings = &finding,
		.finding_count = 1,
		.plan = &planned,
		.plan_count = 1,
		.applied = &done,
		.applied_count = 1,
		.reverted = &done,
		.reverted_count = 1,
		.migrations = &migration,
		.migration_count = 1,
		.moments = &moment,
		.moment_count = 1,
		.error = &error,
		.current = secret,
		.environment = secret};
	struct ci_report clean;

	(void)state;
	ci_secrets_add(&secrets, secret);
	clean = ci_redact_report(&secrets, &report, &strings);
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_json(&clean, &out);
	assert_null(strstr(out.text, secret));
	assert_string_equal(clean.findings[0].excerpt, "***");
	assert_string_equal(clean.findings[0].difference, "***");
	assert_string_equal(clean.moments[0].text, "***");
	assert_string_equal(report.findings[0].message, secret);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_a_secret_is_found),
		cmocka_unit_test(base64_is_found_at_each_offset),
		cmocka_unit_test(what_looks_like_a_secret_goes_too),
		cmocka_unit_test(what_is_no_secret_stays),
		cmocka_unit_test(the_longest_comes_first),
		cmocka_unit_test(short_ones_are_left_and_told),
		cmocka_unit_test(of_a_url_its_secret_parts_count),
		cmocka_unit_test(more_secrets_than_there_is_room_for_end_no_process),
		cmocka_unit_test(a_report_holds_none_in_any_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

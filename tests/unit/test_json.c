/* SPDX-License-Identifier: MIT */
#include "ci/render/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/mem.h"

static void drop(json_t **slot)
{
	json_decref(*slot);
}

static json_t *render(const struct ci_report *report)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	json_t *root;

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	render_json(report, &text);
	root = json_loads(text.text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_int_equal(text.text[text.len - 1], '\n');
	return root;
}

static struct ci_report bare(void)
{
	return (struct ci_report){.tool_version = "1.2.3",
		.command = "verify",
		.outcome = "ok",
		.pending = CI_UNKNOWN,
		.connect_us = CI_UNKNOWN,
		.lock_us = CI_UNKNOWN,
		.apply_us = CI_UNKNOWN,
		.total_us = 1500};
}

static void keys_stand_there_even_if_nothing_is_known(void **state)
{
	static const char *const null_keys[] = {"project", "scope", "environment", "bundle",
		"target", "plan_token", "pending", "current", "batch", "error"};
	static const char *const empty_keys[] = {"findings", "plan", "applied", "reverted"};
	const struct ci_report report = bare();
	LG_CLEANUP(drop) json_t *root = render(&report);
	const json_t *timing = json_object_get(root, "timing");

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(null_keys); i++)
		assert_true(json_is_null(json_object_get(root, null_keys[i])));
	for (size_t i = 0; i < LG_COUNT_OF(empty_keys); i++)
		assert_int_equal(json_array_size(json_object_get(root, empty_keys[i])), 0);
	assert_null(json_object_get(root, "migrations"));
	assert_true(json_is_null(json_object_get(timing, "connect_ms")));
	assert_true(json_real_value(json_object_get(timing, "total_ms")) == 1.5);
}

static void status_has_migrations_even_if_none(void **state)
{
	struct ci_report report = bare();
	LG_CLEANUP(drop) json_t *root = NULL;

	(void)state;
	report.command = "status";
	root = render(&report);

	assert_true(json_is_array(json_object_get(root, "migrations")));
}

static void places_count_from_one(void **state)
{
	const struct ci_finding findings[] = {
		{.code = "dirty", .severity = "block", .message = "m", .line = 3, .column = 1},
		{.code = "dirty", .severity = "warn", .message = "m"},
	};
	struct ci_report report = bare();
	LG_CLEANUP(drop) json_t *root = NULL;
	const json_t *items;

	(void)state;
	report.findings = findings;
	report.finding_count = 2;
	root = render(&report);
	items = json_object_get(root, "findings");

	assert_int_equal(json_integer_value(json_object_get(json_array_get(items, 0), "line")), 3);
	assert_true(json_is_null(json_object_get(json_array_get(items, 1), "line")));
	assert_true(json_is_null(json_object_get(json_array_get(items, 1), "column")));
}

/* What a database or a file name can hold must not break the document. */
static void hostile_text_is_kept_or_mended(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"", ""},
		{"quote \" backslash \\ slash /", "quote \" backslash \\ slash /"},
		{"line\nreturn\r\ttab \x01 \x1b[31m", "line\nreturn\r\ttab \x01 \x1b[31m"},
		{"\xc3\xa9 \xf0\x9f\x98\x80", "\xc3\xa9 \xf0\x9f\x98\x80"},
		{"a\xff\xfe"
		 "b",
			"a??b"},
		{"cut \xc3", "cut ?"},
		{"\xed\xa0\x80", "???"},
		{"\xc0\x80", "??"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		const struct ci_error error = {.message = cases[i].text};
		struct ci_report report = bare();
		LG_CLEANUP(drop) json_t *root = NULL;

		report.error = &error;
		root = render(&report);
		assert_string_equal(json_string_value(json_object_get(
					    json_object_get(root, "error"), "message")),
			cases[i].expected);
	}
}

static void numbers_are_whole(void **state)
{
	const struct ci_done done = {.kind = "versioned",
		.version = "1",
		.name = "a",
		.statements = UINT32_MAX,
		.duration_us = 4100};
	const struct ci_bundle bundle = {.id = "sha256:0", .source = "s", .migrations = 50000};
	struct ci_report report = bare();
	LG_CLEANUP(drop) json_t *root = NULL;
	const json_t *item;

	(void)state;
	report.bundle = &bundle;
	report.applied = &done;
	report.applied_count = 1;
	report.pending = 0;
	root = render(&report);
	item = json_array_get(json_object_get(root, "applied"), 0);

	assert_int_equal(json_integer_value(json_object_get(item, "statements")), UINT32_MAX);
	assert_true(json_real_value(json_object_get(item, "duration_ms")) == 4.1);
	assert_true(json_is_integer(json_object_get(root, "pending")));
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(root, "bundle"), "migrations")),
		50000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_stand_there_even_if_nothing_is_known),
		cmocka_unit_test(status_has_migrations_even_if_none),
		cmocka_unit_test(places_count_from_one),
		cmocka_unit_test(hostile_text_is_kept_or_mended),
		cmocka_unit_test(numbers_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

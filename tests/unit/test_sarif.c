/* SPDX-License-Identifier: MIT */
#include "ci/render/sarif.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/attrs.h"
#include "ci/render/codequality.h"
#include "tests/support/hostile_report.h"

static const struct ci_finding findings[] = {
	{.code = "renamed", .severity = "warn", .version = "1", .message = "warns"},
	{.code = "checksum-changed",
		.severity = "block",
		.version = "2",
		.kind = "versioned",
		.file = "m/2 %\xc3\xa9:.sql",
		.line = 3,
		.column = 7,
		.message = "blocks",
		.hint = "undo"},
};

static void drop(json_t **slot)
{
	json_decref(*slot);
}

static json_t *render(void (*renderer)(const struct ci_report *report, struct lg_buf *out),
	const struct ci_report *report)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	json_t *root;

	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	renderer(report, &out);
	root = json_loadb(out.text, out.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	return root;
}

static const json_t *at(const json_t *value, const char *key)
{
	return json_object_get(value, key);
}

static const char *text_at(const json_t *value, const char *key)
{
	return json_string_value(json_object_get(value, key));
}

static const json_t *only_run(const json_t *root)
{
	return json_array_get(at(root, "runs"), 0);
}

static void results_are_ranked_and_placed(void **state)
{
	struct ci_report report = bare_report();
	LG_CLEANUP(drop) json_t *root = NULL;
	const json_t *result;
	const json_t *place;
	const json_t *rules;

	(void)state;
	report.findings = findings;
	report.finding_count = LG_COUNT_OF(findings);
	root = render(render_sarif, &report);
	rules = at(at(at(only_run(root), "tool"), "driver"), "rules");
	result = json_array_get(at(only_run(root), "results"), 0);
	place = at(json_array_get(at(result, "locations"), 0), "physicalLocation");

	assert_string_equal(text_at(result, "ruleId"), "checksum-changed");
	assert_string_equal(text_at(result, "level"), "error");
	assert_string_equal(text_at(at(result, "message"), "text"), "blocks\nundo");
	assert_string_equal(
		text_at(at(place, "artifactLocation"), "uri"), "m/2%20%25%C3%A9%3A.sql");
	assert_int_equal(json_integer_value(at(at(place, "region"), "startLine")), 3);
	assert_string_equal(
		text_at(json_array_get(rules, (size_t)json_integer_value(at(result, "ruleIndex"))),
			"id"),
		"checksum-changed");
	result = json_array_get(at(only_run(root), "results"), 1);
	assert_string_equal(text_at(result, "level"), "warning");
}

/* Alerts of an earlier report are closed by one that has none. */
static void a_clean_run_has_no_results(void **state)
{
	const struct ci_report report = bare_report();
	LG_CLEANUP(drop) json_t *root = render(render_sarif, &report);
	const json_t *invocation = json_array_get(at(only_run(root), "invocations"), 0);

	(void)state;
	assert_true(json_is_array(at(only_run(root), "results")));
	assert_int_equal(json_array_size(at(only_run(root), "results")), 0);
	assert_true(json_is_true(at(invocation, "executionSuccessful")));
	assert_string_equal(
		text_at(at(only_run(root), "automationDetails"), "id"), "lockgate/default/");
}

static void an_error_is_a_result_where_it_has_a_place(void **state)
{
	struct ci_error error = {.message = "m"};
	struct ci_report report = bare_report();
	LG_CLEANUP(drop) json_t *nowhere = NULL;
	LG_CLEANUP(drop) json_t *somewhere = NULL;

	(void)state;
	report.outcome = "bad-bundle";
	report.error = &error;
	nowhere = render(render_sarif, &report);
	error.file = "m/1.sql";
	somewhere = render(render_sarif, &report);
	assert_int_equal(json_array_size(at(only_run(nowhere), "results")), 0);
	assert_true(json_is_false(at(
		json_array_get(at(only_run(nowhere), "invocations"), 0), "executionSuccessful")));
	assert_string_equal(
		text_at(json_array_get(at(only_run(somewhere), "results"), 0), "ruleId"),
		"bad-bundle");
}

static void results_have_a_ceiling(void **state)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena arena = {0};
	struct ci_report report = hostile_report(&arena, CI_SARIF_MAX_RESULTS + 1);
	LG_CLEANUP(drop) json_t *root = NULL;

	(void)state;
	report.error = NULL;
	root = render(render_sarif, &report);
	assert_int_equal(json_array_size(at(only_run(root), "results")), CI_SARIF_MAX_RESULTS);
	json_decref(root);
	report.finding_count = CI_SARIF_MAX_RESULTS;
	root = render(render_sarif, &report);
	assert_int_equal(json_array_size(at(only_run(root), "results")), CI_SARIF_MAX_RESULTS);
}

static void code_quality_has_a_place_and_a_fingerprint(void **state)
{
	struct ci_error error = {.message = "m", .file = "m/1.sql"};
	struct ci_report report = bare_report();
	LG_CLEANUP(drop) json_t *root = NULL;
	const json_t *issue;

	(void)state;
	report.outcome = "undecided";
	report.error = &error;
	report.findings = findings;
	report.finding_count = LG_COUNT_OF(findings);
	root = render(render_codequality, &report);

	assert_int_equal(json_array_size(root), 3);
	issue = json_array_get(root, 0);
	assert_string_equal(text_at(issue, "severity"), "blocker");
	assert_string_equal(text_at(at(issue, "location"), "path"), "m/1.sql");
	issue = json_array_get(root, 1);
	assert_string_equal(text_at(issue, "severity"), "critical");
	assert_string_equal(text_at(issue, "check_name"), "checksum-changed");
	assert_string_equal(text_at(at(issue, "location"), "path"), findings[1].file);
	assert_int_equal(json_integer_value(at(at(at(issue, "location"), "lines"), "begin")), 3);
	assert_int_equal(strlen(text_at(issue, "fingerprint")), 64);
	issue = json_array_get(root, 2);
	assert_string_equal(text_at(issue, "severity"), "minor");
	assert_string_equal(text_at(at(issue, "location"), "path"), "migrations");
	json_decref(root);
	error.file = NULL;
	root = render(render_codequality, &report);
	assert_int_equal(json_array_size(root), 2);
}

/* Lines move and words change; what is the matter, and with what, does not. */
static void fingerprints_last(void **state)
{
	struct ci_finding item = findings[1];
	struct ci_report report = bare_report();
	LG_CLEANUP(drop) json_t *first = NULL;
	LG_CLEANUP(drop) json_t *moved = NULL;
	LG_CLEANUP(drop) json_t *other = NULL;

	(void)state;
	report.findings = &item;
	report.finding_count = 1;
	first = render(render_codequality, &report);
	item.line = 9;
	item.message = "otherwise";
	moved = render(render_codequality, &report);
	item.version = "3";
	other = render(render_codequality, &report);
	assert_string_equal(text_at(json_array_get(first, 0), "fingerprint"),
		text_at(json_array_get(moved, 0), "fingerprint"));
	assert_string_not_equal(text_at(json_array_get(first, 0), "fingerprint"),
		text_at(json_array_get(other, 0), "fingerprint"));
}

static void hostile_texts_stay_json(void **state)
{
	(void)state;
	for (size_t count = 1; count <= hostile_text_count; count++) {
		LG_CLEANUP(lg_arena_release) struct lg_arena arena = {0};
		const struct ci_report report = hostile_report(&arena, count);
		LG_CLEANUP(drop) json_t *sarif = render(render_sarif, &report);
		LG_CLEANUP(drop) json_t *quality = render(render_codequality, &report);

		assert_int_equal(json_array_size(at(only_run(sarif), "results")), count + 1);
		assert_int_equal(json_array_size(quality), count + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_are_ranked_and_placed),
		cmocka_unit_test(a_clean_run_has_no_results),
		cmocka_unit_test(an_error_is_a_result_where_it_has_a_place),
		cmocka_unit_test(results_have_a_ceiling),
		cmocka_unit_test(code_quality_has_a_place_and_a_fingerprint),
		cmocka_unit_test(fingerprints_last),
		cmocka_unit_test(hostile_texts_stay_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

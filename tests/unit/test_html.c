/* SPDX-License-Identifier: MIT */
#include "ci/render/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/utf8.h"
#include "tests/support/hostile_report.h"
#include "tests/support/sample_report.h"

static struct lg_buf render(const struct ci_report *report)
{
	struct lg_buf out;

	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	render_html(report, &out);
	assert_int_equal(lg_utf8_valid_prefix(out.text, out.len), out.len);
	return out;
}

static struct lg_buf render_sample(const char *name)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena arena = {0};
	struct ci_report report;

	assert_true(sample_report(name, &arena, &report));
	return render(&report);
}

static size_t count(const char *text, const char *part)
{
	size_t times = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		times++;
	return times;
}

static void a_refusal_shows_source_and_difference(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out = render_sample("refused");

	(void)state;
	assert_non_null(strstr(out.text, "<body class=\"bad\">"));
	assert_non_null(strstr(out.text, "</span>Refused</p>"));
	assert_non_null(strstr(out.text, "<h1>1 checksum changed (20260105093000_create_users), "
					 "1 out of order (20260104080000_late_index)</h1>"));
	assert_non_null(strstr(out.text, "<del class=\"line\">-\temail text NOT NULL\n</del>"));
	assert_non_null(strstr(out.text, "<ins class=\"line\">+\temail varchar(320)"));
	assert_non_null(strstr(out.text,
		"<span class=\"line here\"><span class=\"no\">5</span>\temail varchar(320)"));
	assert_non_null(strstr(out.text, "<span class=\"line soft\">--- recorded\n</span>"));
	assert_non_null(strstr(out.text, ">blocks</span> checksum changed"));
	assert_non_null(strstr(out.text, ">warns</span> renamed"));
}

static void a_failure_says_what_is_left(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out = render_sample("failed");

	(void)state;
	assert_non_null(strstr(out.text, "SQLSTATE 42703"));
	assert_non_null(strstr(out.text, "Applied <span class=\"count\">1</span>"));
	assert_non_null(strstr(out.text, "Pending <span class=\"count\">2</span>"));
	/* What was applied is not pending too, though the plan still has it. */
	assert_int_equal(count(out.text, "db/migrations/20260107120000_backfill_totals.sql"), 0);
	/* What to do next is said once, below the headline. */
	assert_int_equal(count(out.text, "mend the script and apply again"), 1);
}

static void durations_are_bars(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out = render_sample("small");

	(void)state;
	assert_non_null(strstr(out.text, "1.28 s</td>"));
	assert_non_null(strstr(out.text, "<rect width=\"100.0\" height=\"6\"/>"));
	assert_non_null(strstr(out.text, "<rect width=\"24.4\" height=\"6\"/>"));
	assert_non_null(strstr(out.text, "<dt>Waiting for the lock</dt><dd>3.18 s</dd>"));
	assert_int_equal(count(out.text, "<li>"), 11);
}

static void history_stands_by_batch_the_newest_first(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out = render_sample("small");
	const char *pending = strstr(out.text, "Not applied yet");
	const char *newer = strstr(out.text, "01KEB6QFJX4ZB6N0C8Z6T5E2VD");
	const char *older = strstr(out.text, "01KDX3M7Q5A9R8S7T6V5W4X3Y2");

	(void)state;
	assert_non_null(pending);
	assert_true(pending < newer && newer < older);
	assert_int_equal(count(out.text, "01KEB6QFJX4ZB6N0C8Z6T5E2VD"), 1);
	assert_non_null(strstr(out.text, "versioned, adopted from flyway"));
	assert_non_null(strstr(out.text, "2026-01-05 11:02:41, 2 migrations"));
}

static void many_are_folded_and_the_slowest_come_first(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out = render_sample("large");

	(void)state;
	assert_non_null(strstr(out.text, "The 10 slowest"));
	assert_non_null(strstr(out.text, "<summary>All 500, in order</summary>"));
	assert_non_null(strstr(out.text, "Durations in order; the highest is 1.9"));
	assert_int_equal(count(out.text, "<rect x="), 500);
}

static void lists_have_a_ceiling(void **state)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena arena = {0};
	const struct ci_report report = hostile_report(&arena, CI_HTML_MAX_ROWS + 1);
	LG_CLEANUP(lg_buf_release) struct lg_buf out = render(&report);

	(void)state;
	assert_int_equal(count(out.text, "<article"), CI_HTML_MAX_FINDINGS + 1);
	assert_int_equal(count(out.text, "<p class=\"soft\">and 1 more</p>"), 5);
	assert_int_equal(count(out.text, "<p class=\"soft\">and 1501 more</p>"), 1);
	assert_true(out.len < 8U << 20);
}

static void hostile_texts_stay_texts(void **state)
{
	(void)state;
	for (size_t i = 1; i <= hostile_text_count; i++) {
		LG_CLEANUP(lg_arena_release) struct lg_arena arena = {0};
		const struct ci_report report = hostile_report(&arena, i);
		LG_CLEANUP(lg_buf_release) struct lg_buf out = render(&report);

		assert_null(strstr(out.text, "<script"));
		assert_null(strstr(out.text, "<img"));
		assert_null(strstr(out.text, "onload=alert(1)>"));
		assert_null(strstr(out.text, "<!-- "));
		assert_null(strstr(out.text, "href"));
		assert_null(strstr(out.text, "\xe2\x80\xae"));
	}
}

static void a_long_name_is_cut(void **state)
{
	char name[10001] = "";
	const struct ci_done done = {.kind = "versioned", .version = "1", .name = name};
	struct ci_report report = bare_report();
	LG_CLEANUP(lg_buf_release) struct lg_buf bare = render(&report);
	LG_CLEANUP(lg_buf_release) struct lg_buf out = {0};

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(name); i++)
		name[i] = 'x';
	report.applied = &done;
	report.applied_count = 1;
	report.current = name;
	out = render(&report);
	assert_true(out.len < bare.len + 3000);
	assert_non_null(strstr(out.text, "xxx\xe2\x80\xa6</code>"));
}

static void a_report_of_nothing_is_a_page(void **state)
{
	const struct ci_report report = bare_report();
	LG_CLEANUP(lg_buf_release) struct lg_buf out = render(&report);

	(void)state;
	assert_int_equal(strncmp(out.text, "<!DOCTYPE html>\n", 16), 0);
	assert_non_null(strstr(out.text, "<h1>verify done</h1>"));
	assert_non_null(strstr(out.text, "</html>\n"));
	assert_null(strstr(out.text, "id=\"findings\""));
	assert_null(strstr(out.text, "id=\"history\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refusal_shows_source_and_difference),
		cmocka_unit_test(a_failure_says_what_is_left),
		cmocka_unit_test(durations_are_bars),
		cmocka_unit_test(history_stands_by_batch_the_newest_first),
		cmocka_unit_test(many_are_folded_and_the_slowest_come_first),
		cmocka_unit_test(lists_have_a_ceiling),
		cmocka_unit_test(hostile_texts_stay_texts),
		cmocka_unit_test(a_long_name_is_cut),
		cmocka_unit_test(a_report_of_nothing_is_a_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

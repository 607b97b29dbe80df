/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "gate/history.h"
#include "gate/summary.h"
#include "tests/support/build_bundle.h"

static void history_sorts_and_finds(void **state)
{
	LG_CLEANUP(history_release) struct history history;
	static const char *const sorted[] = {"2", "10", "10", "010.1", "a", "b", "1"};

	(void)state;
	build_history(&history, "s1=x r:b=y v10=d b10=c r:a=z v010.1=e v2=a");

	assert_int_equal(history.count, LG_COUNT_OF(sorted));
	for (size_t i = 0; i < history.count; i++)
		assert_string_equal(history.rows[i].version, sorted[i]);
	assert_int_equal(history.rows[1].kind, MIGRATION_BASELINE);
	assert_ptr_equal(history_find(&history, MIGRATION_VERSIONED, "002"), &history.rows[0]);
	assert_ptr_equal(history_find(&history, MIGRATION_BASELINE, "10"), &history.rows[1]);
	assert_ptr_equal(history_find(&history, MIGRATION_REPEATABLE, "b"), &history.rows[5]);
	assert_null(history_find(&history, MIGRATION_VERSIONED, "3"));
	assert_null(history_find(&history, MIGRATION_VERSIONED, "b"));
	assert_null(history_find(&history, MIGRATION_SEED, "2"));
}

static void history_knows_its_last_ones(void **state)
{
	static const struct {
		const char *items;
		const char *current; /* NULL: none */
		uint64_t position;
	} rows[] = {
		{"", NULL, 0},
		{"r:a=x s7=y", NULL, 2},
		{"v2=a v10=b r:a=x s70=y", "10", 4},
		{"v2=a@pos9 v10=b@pos3", "10", 9},
		{"v2=a v3=b@run1of2", "2", 2},
		{"v2=a b3=b", "3", 2},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(rows); i++) {
		LG_CLEANUP(history_release) struct history history;
		const char *current;

		build_history(&history, rows[i].items);
		current = history_current(&history);
		assert_string_equal(
			current ? current : "-", rows[i].current ? rows[i].current : "-");
		assert_int_equal(history_last_position(&history), rows[i].position);
	}
}

static void history_names_states(void **state)
{
	enum history_state parsed = HISTORY_RUNNING;

	(void)state;
	assert_string_equal(history_state_name(HISTORY_RUNNING), "running");
	assert_true(history_state_parse("applied", &parsed));
	assert_int_equal(parsed, HISTORY_APPLIED);
	assert_false(history_state_parse("Applied", &parsed));
}

static bool agrees(const char *bundle_items, const char *history_items, bool with_seeds)
{
	LG_CLEANUP(bundle_release) struct bundle bundle;
	LG_CLEANUP(history_release) struct history history;
	struct history_summary actual;
	struct history_summary expected;

	build_bundle(&bundle, bundle_items);
	build_history(&history, history_items);
	actual = build_summary(&history);
	expected = history_summary_expected(&bundle);
	return history_summary_matches(&actual, &expected, with_seeds);
}

static void summary_predicts_an_applied_bundle(void **state)
{
	static const struct {
		const char *bundle, *history;
		bool with_seeds, is_equal;
	} rows[] = {
		{"v1=a", "v1=a", false, true},
		{"v1=a v2=b", "v1=a", false, false},
		{"v1=a", "v1=a v2=b", false, false},
		{"v1=A", "v1=a", false, false},
		{"v1=a", "v01=a", false, false},
		{"v1=a/u", "v1=a/u", false, true},
		{"v1=a/u", "v1=a/U", false, false},
		{"v1=a/u", "v1=a", false, false},
		{"v1=a@contract", "v1=a@contract", false, true},
		{"v1=a@contract", "v1=a", false, false},
		{"v1=a@as_x", "v1=a", false, false},
		{"v1=a", "v1=a@run1of2", false, false},
		{"v2=a v9.1=c v10=b r:a=y r:z=x", "v2=a v9.1=c v10=b r:a=y r:z=x", false, true},
		{"b1=r v1=a b3=s v3=c v4=d r:v=w", "b3=s v4=d r:v=w", false, true},
		{"b1=r v1=a b3=s v3=c v4=d r:v=w", "v1=a v3=c v4=d r:v=w", false, false},
		{"v1=a s1=x", "v1=a", false, true},
		{"v1=a s1=x", "v1=a", true, false},
		{"v1=a s1=x", "v1=a s1=y", false, true},
		{"v1=a s1=x", "v1=a s1=y", true, false},
		{"v1=a s1=x s2=y", "v1=a s1=x s2=y", true, true},
		{"", "", false, false},
		{"s1=x", "", false, false},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(rows); i++)
		if (agrees(rows[i].bundle, rows[i].history, rows[i].with_seeds) != rows[i].is_equal)
			fail_msg("'%s' and '%s' should%s agree", rows[i].bundle, rows[i].history,
				rows[i].is_equal ? "" : " not");
}

static void summary_of_an_absent_history_matches_nothing(void **state)
{
	LG_CLEANUP(bundle_release) struct bundle bundle;
	struct history_summary actual = {0};
	struct history_summary expected;

	(void)state;
	build_bundle(&bundle, "");
	expected = history_summary_expected(&bundle);

	assert_false(history_summary_matches(&actual, &expected, false));
}

/* The text that is hashed is part of the history's layout: a driver may compute it elsewhere. */
static void summary_hashes_the_documented_text(void **state)
{
	static const char first[] = "baseline\n1\nn\napplied\nlg1\nc\n\n\n";
	static const char second[] = "versioned\n2\nm\nrunning\nlg1\nC\nd\nexpand\n";
	LG_CLEANUP(history_summarizer_release) struct history_summarizer summarizer;
	const struct lg_digest lines[] = {
		lg_digest_of(first, sizeof(first) - 1), lg_digest_of(second, sizeof(second) - 1)};
	struct lg_digest expected = lg_digest_of(lines, sizeof(lines));
	struct lg_digest nothing = lg_digest_of("", 0);
	struct history_summary summary;

	(void)state;
	history_summarizer_init(&summarizer);
	history_summarizer_add(&summarizer,
		&(struct history_summary_row){"baseline", "1", "n", "applied", "lg1", "c", "", ""});
	history_summarizer_add(&summarizer, &(struct history_summary_row){"versioned", "2", "m",
						    "running", "lg1", "C", "d", "expand"});
	summary = history_summarizer_finish(&summarizer);

	assert_int_equal(summary.layout_version, HISTORY_LAYOUT_VERSION);
	assert_int_equal(summary.rows, 2);
	assert_int_equal(summary.seeds, 0);
	assert_true(lg_digest_equal(&summary.rows_digest, &expected));
	assert_true(lg_digest_equal(&summary.seeds_digest, &nothing));
}

static void summary_predicts_fifty_thousand(void **state)
{
	LG_CLEANUP(bundle_release) struct bundle bundle;
	LG_CLEANUP(history_release) struct history history;
	LG_CLEANUP(lg_buf_release) struct lg_buf items;
	struct history_summary actual;
	struct history_summary expected;

	(void)state;
	lg_buf_init(&items, LG_BUF_MAX_BYTES);
	for (int i = 1; i <= 50000; i++)
		lg_buf_addf(&items, " v%d=a", i);
	build_bundle(&bundle, items.text);
	build_history(&history, "");
	for (size_t i = 0; i < bundle.count; i++)
		(void)build_applied(&history, &bundle.migrations[i]);

	expected = history_summary_expected(&bundle);
	actual = build_summary(&history);

	assert_int_equal(expected.rows, 50000);
	assert_true(history_summary_matches(&actual, &expected, true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(history_sorts_and_finds),
		cmocka_unit_test(history_knows_its_last_ones),
		cmocka_unit_test(history_names_states),
		cmocka_unit_test(summary_predicts_an_applied_bundle),
		cmocka_unit_test(summary_of_an_absent_history_matches_nothing),
		cmocka_unit_test(summary_hashes_the_documented_text),
		cmocka_unit_test(summary_predicts_fifty_thousand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gate/stored_row.h"

#define DIGEST "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void set(struct stored_row *stored, enum stored_column column, const char *text)
{
	stored->texts[column] = text;
	stored->lens[column] = text ? strlen(text) : 0;
}

/* A row that a run has left under way. */
static struct stored_row running_row(void)
{
	static const char *const texts[STORED_COLUMNS] = {
		[STORED_KIND] = "versioned",
		[STORED_VERSION] = "7",
		[STORED_NAME] = "create_users",
		[STORED_POSITION] = "3",
		[STORED_STATE] = "running",
		[STORED_ALGORITHM] = SCRIPT_ALGORITHM,
		[STORED_RAW] = DIGEST,
		[STORED_CONTENT] = DIGEST,
		[STORED_TOKENS] = DIGEST,
		[STORED_BATCH] = "B",
		[STORED_STARTED] = "2026-01-05T09:30:00.000000Z",
		[STORED_DONE] = "1",
		[STORED_TOTAL] = "2",
		[STORED_ACTION] = "apply",
	};
	struct stored_row stored = {0};

	for (enum stored_column column = 0; column < STORED_COLUMNS; column++)
		set(&stored, column, texts[column]);
	return stored;
}

static void stored_row_is_read(void **state)
{
	LG_CLEANUP(history_release) struct history history;
	struct stored_row stored = running_row();
	struct lg_error err = {0};

	(void)state;
	history_init(&history);
	set(&stored, STORED_DOWN, DIGEST);
	set(&stored, STORED_PHASE, "contract");
	set(&stored, STORED_DURATION, "9223372036854775807");
	assert_int_equal(stored_row_read(&stored, &history, &err), LG_OK);

	assert_int_equal(history.count, 1);
	assert_string_equal(history.rows[0].version, "7");
	assert_ptr_not_equal(history.rows[0].version, stored.texts[STORED_VERSION]);
	assert_int_equal(history.rows[0].position, 3);
	assert_true(history.rows[0].has_down);
	assert_int_equal(history.rows[0].phase, PHASE_CONTRACT);
	assert_true(history.rows[0].duration_us == INT64_MAX);
	assert_null(history.rows[0].applied_at);
	assert_null(history.rows[0].adopted_from);
}

static void stored_row_refuses_what_lockgate_never_writes(void **state)
{
	static const struct {
		enum stored_column column;
		const char *text, *word;
	} cases[] = {
		{STORED_KIND, "view", "kind"},
		{STORED_VERSION, "x7", "version"},
		{STORED_STATE, NULL, "state"},
		{STORED_ALGORITHM, "lg2", "algorithm"},
		{STORED_RAW, "", "raw_sha256"},
		{STORED_CONTENT, NULL, "content_sha256"},
		{STORED_TOKENS, "E3", "tokens_sha256"},
		{STORED_DOWN, "", "down_sha256"},
		{STORED_PHASE, "later", "phase"},
		{STORED_POSITION, "0", "position"},
		{STORED_POSITION, "-1", "position"},
		{STORED_POSITION, "+1", "position"},
		{STORED_POSITION, " 1", "position"},
		{STORED_POSITION, "1.5", "position"},
		{STORED_POSITION, "4611686018427387904", "position"},
		{STORED_POSITION, "99999999999999999999", "position"},
		{STORED_DURATION, "9223372036854775808", "duration_us"},
		{STORED_DURATION, "", "duration_us"},
		{STORED_DONE, NULL, "statements_done"},
		{STORED_DONE, "10000001", "statements_done"},
		{STORED_TOTAL, "'2'", "statements_total"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(history_release) struct history history;
		struct stored_row stored = running_row();
		struct lg_error err = {0};

		history_init(&history);
		set(&stored, cases[i].column, cases[i].text);

		assert_int_equal(stored_row_read(&stored, &history, &err), LG_DATABASE);
		assert_non_null(strstr(err.text, cases[i].word));
		assert_non_null(strstr(err.hint, "backup"));
	}
}

static void stored_row_refuses_what_a_nul_hides(void **state)
{
	(void)state;
	for (enum stored_column column = 0; column < STORED_COLUMNS; column++) {
		LG_CLEANUP(history_release) struct history history;
		struct stored_row stored = running_row();
		struct lg_error err = {0};

		history_init(&history);
		if (!stored.texts[column])
			continue;
		stored.lens[column]++;

		assert_int_equal(stored_row_read(&stored, &history, &err), LG_DATABASE);
		assert_non_null(strstr(err.text, "NUL"));
	}
}

static void stored_row_knows_what_can_be_resumed(void **state)
{
	static const struct {
		const char *state, *action, *outcome;
		bool has_doubt, is_resumable;
	} cases[] = {
		{"running", "apply", NULL, false, true},
		{"running", "apply", "cancelled", false, true},
		{"running", "apply", "failed", false, false},
		{"running", "apply", NULL, true, false},
		{"running", "resolve", "ok", true, true},
		{"running", "revert", NULL, false, true},
		{"running", "revert", "failed", false, false},
		{"running", NULL, NULL, false, false},
		{"applied", "apply", "ok", false, false},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(history_release) struct history history;
		struct stored_row stored = running_row();
		struct lg_error err = {0};

		history_init(&history);
		set(&stored, STORED_STATE, cases[i].state);
		set(&stored, STORED_ACTION, cases[i].action);
		set(&stored, STORED_OUTCOME, cases[i].outcome);
		stored.has_doubt = cases[i].has_doubt;

		assert_int_equal(stored_row_read(&stored, &history, &err), LG_OK);
		assert_int_equal(history.rows[0].is_resumable, cases[i].is_resumable);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stored_row_is_read),
		cmocka_unit_test(stored_row_refuses_what_lockgate_never_writes),
		cmocka_unit_test(stored_row_refuses_what_a_nul_hides),
		cmocka_unit_test(stored_row_knows_what_can_be_resumed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

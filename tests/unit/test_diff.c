/* SPDX-License-Identifier: MIT */
#include "base/diff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static struct lg_diff_text text_of(const char *name, const char *text)
{
	return (struct lg_diff_text){name, text, strlen(text), 1};
}

static void diff_shows_what_diff_shows(void **state)
{
	static const struct {
		const char *old_text, *new_text, *shown;
	} cases[] = {
		{"", "", ""},
		{"a\n", "a\n", ""},
		{"a\r\nb\r\n", "a\nb\n", ""},
		{"\xef\xbb\xbf"
		 "a\n",
			"a\n", ""},
		{"a\n", "b\n", "--- o\n+++ n\n@@ -1 +1 @@\n-a\n+b\n"},
		{"", "a\n", "--- o\n+++ n\n@@ -0,0 +1 @@\n+a\n"},
		{"a\n", "", "--- o\n+++ n\n@@ -1 +0,0 @@\n-a\n"},
		{"a", "a\n", "--- o\n+++ n\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"},
		{"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nX\n6\n7\n8\n9\n",
			"--- o\n+++ n\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n"},
		{"a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
			"--- o\n+++ n\n@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n"},
		{"a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
			"--- o\n+++ n\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n"
			"@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf out;
		struct lg_diff_text old_text = text_of("o", cases[i].old_text);
		struct lg_diff_text new_text = text_of("n", cases[i].new_text);

		lg_buf_init(&out, LG_BUF_MAX_BYTES);
		lg_diff_unified(&old_text, &new_text, &out);
		assert_string_equal(out.text, cases[i].shown);
	}
}

static void diff_counts_from_the_first_line(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	struct lg_diff_text old_text = text_of("o", "a\n");
	struct lg_diff_text new_text = text_of("n", "b\nc\n");

	(void)state;
	old_text.first_line = 7;
	new_text.first_line = 9;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	lg_diff_unified(&old_text, &new_text, &out);
	assert_non_null(strstr(out.text, "@@ -7 +9,2 @@\n"));
}

/* An old text on its way to the new one. */
struct patching {
	const char *rest;
	size_t line; /* on which `rest` begins */
	struct lg_buf *out;
};

static void take_line(struct patching *patching, bool is_kept)
{
	size_t len = strcspn(patching->rest, "\n") + 1;

	if (is_kept)
		lg_buf_add(patching->out, patching->rest, len);
	patching->rest += len;
	patching->line++;
}

/* Keeps what stands before the hunk that begins like "@@ -3,4 "; "3,0" is behind line 3. */
static void go_to_hunk(struct patching *patching, const char *head)
{
	char *comma = NULL;
	size_t first = strtoul(head + strlen("@@ -"), &comma, 10);

	first += comma[0] == ',' && comma[1] == '0';
	while (patching->line < first)
		take_line(patching, true);
}

/* Makes the new text from the old one and the difference. Every line of both ends in LF. */
static void apply(const char *old_text, const char *difference, struct lg_buf *out)
{
	struct patching patching = {.rest = old_text, .line = 1, .out = out};

	while (*difference) {
		size_t len = strcspn(difference, "\n") + 1;
		bool is_head =
			memcmp(difference, "---", 3) == 0 || memcmp(difference, "+++", 3) == 0;

		if (difference[0] == '@')
			go_to_hunk(&patching, difference);
		else if (difference[0] == '+' && !is_head)
			lg_buf_add(out, difference + 1, len - 1);
		else if (!is_head) {
			assert_memory_equal(patching.rest, difference + 1, len - 1);
			take_line(&patching, difference[0] == ' ');
		}
		difference += len;
	}
	lg_buf_adds(out, patching.rest);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 16;
}

static void make_text(uint32_t *seed, size_t lines, size_t letters, struct lg_buf *out)
{
	for (size_t i = 0; i < lines; i++)
		lg_buf_addf(out, "%c\n", (char)('a' + next_random(seed) % letters));
}

static void hold_round_trip(size_t old_lines, size_t new_lines, size_t letters, uint32_t seed)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf old_buf;
	LG_CLEANUP(lg_buf_release) struct lg_buf new_buf;
	LG_CLEANUP(lg_buf_release) struct lg_buf shown;
	LG_CLEANUP(lg_buf_release) struct lg_buf made;
	struct lg_diff_text old_text;
	struct lg_diff_text new_text;

	lg_buf_init(&old_buf, LG_BUF_MAX_BYTES);
	lg_buf_init(&new_buf, LG_BUF_MAX_BYTES);
	lg_buf_init(&shown, LG_BUF_MAX_BYTES);
	lg_buf_init(&made, LG_BUF_MAX_BYTES);
	make_text(&seed, old_lines, letters, &old_buf);
	make_text(&seed, new_lines, letters, &new_buf);
	old_text = text_of("o", old_buf.text);
	new_text = text_of("n", new_buf.text);
	lg_diff_unified(&old_text, &new_text, &shown);
	apply(old_buf.text, shown.text, &made);
	assert_string_equal(made.text, new_buf.text);
}

static void diff_says_all_that_makes_the_new_text(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 2000; seed++)
		hold_round_trip(seed % 23, seed % 29, 1 + seed % 5, seed);
}

static void diff_gives_up_on_too_many_edits(void **state)
{
	(void)state;
	hold_round_trip(3000, 3000, 26, 1);
	hold_round_trip(LG_DIFF_MAX_LINES, LG_DIFF_MAX_LINES, 2, 2);
}

static void diff_stops_at_the_ceiling(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	struct lg_diff_text old_text = text_of("o", "");
	struct lg_diff_text new_text = text_of("n", "a\nb\nc\nd\n");

	(void)state;
	lg_buf_init(&out, 30);
	lg_diff_unified(&old_text, &new_text, &out);
	assert_true(out.is_over);
	assert_true(out.len <= 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(diff_shows_what_diff_shows),
		cmocka_unit_test(diff_counts_from_the_first_line),
		cmocka_unit_test(diff_says_all_that_makes_the_new_text),
		cmocka_unit_test(diff_gives_up_on_too_many_edits),
		cmocka_unit_test(diff_stops_at_the_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

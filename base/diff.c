/* SPDX-License-Identifier: MIT */
#include "base/diff.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

struct line {
	const char *text;
	size_t len;
	bool is_open; /* the last one, without a line end */
};

struct lines {
	struct line *items;
	size_t count;
	const struct lg_diff_text *source;
};

static void drop_lines(struct lines *lines)
{
	free(lines->items);
}

static size_t count_lines(const struct lg_diff_text *source)
{
	size_t count = 1;

	for (size_t i = 0; i < source->len; i++)
		count += source->text[i] == '\n';
	return count;
}

static void split(const struct lg_diff_text *source, struct lines *out)
{
	const char *at = source->text;
	const char *end = at + source->len;

	out->source = source;
	out->items = lg_calloc(count_lines(source), sizeof(*out->items));
	if (source->len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		struct line line = {.text = at, .is_open = !stop};

		line.len = (size_t)((stop ? stop : end) - at);
		at += line.len + !line.is_open;
		line.len -= !line.is_open && line.len > 0 && line.text[line.len - 1] == '\r';
		out->items[out->count++] = line;
	}
}

static bool is_equal(const struct line *a, const struct line *b)
{
	return a->len == b->len && a->is_open == b->is_open &&
	       memcmp(a->text, b->text, a->len) == 0;
}

/* What is done to the lines: kept, or one of the old ones removed, or one of the new ones added. */
struct script {
	char *marks; /* of `count` steps: ' ', '-' or '+' */
	size_t count;
};

static void drop_script(struct script *script)
{
	free(script->marks);
}

static void mark(struct script *script, char what, size_t times)
{
	memset(script->marks + script->count, what, times);
	script->count += times;
}

/* The part of both texts that their common beginning and end leave over. */
struct middle {
	const struct line *old_lines, *new_lines;
	size_t old_count, new_count;
};

/*
 * The greedy algorithm. `trace` keeps, for each number of edits d, the furthest old line on each
 * diagonal from -d to d, so row d begins at d * d and has 2d + 1 places.
 */
struct search {
	struct middle middle;
	size_t *trace;
	size_t edits; /* that were needed */
};

static void drop_search(struct search *search)
{
	free(search->trace);
}

/* True if the furthest way to diagonal `k` with `d` edits comes down: it adds a new line. */
static bool comes_down(const size_t *before, ptrdiff_t d, ptrdiff_t k)
{
	return k == -d || (k != d && before[k - 1 + d - 1] < before[k + 1 + d - 1]);
}

/* The furthest old line on diagonal `k` with `d` edits, before equal lines are followed. */
static size_t step_to(const size_t *before, ptrdiff_t d, ptrdiff_t k)
{
	if (d == 0)
		return 0;
	return comes_down(before, d, k) ? before[k + 1 + d - 1] : before[k - 1 + d - 1] + 1;
}

/* Fills row `d`; true if it reaches the end of both. */
static bool fill_row(struct search *search, ptrdiff_t d)
{
	const struct middle *middle = &search->middle;
	size_t *row = search->trace + d * d;
	const size_t *before = d > 0 ? search->trace + (d - 1) * (d - 1) : NULL;

	for (ptrdiff_t k = -d; k <= d; k += 2) {
		size_t x = step_to(before, d, k);
		size_t y = (size_t)((ptrdiff_t)x - k);

		while (x < middle->old_count && y < middle->new_count &&
			is_equal(&middle->old_lines[x], &middle->new_lines[y])) {
			x++;
			y++;
		}
		row[k + d] = x;
		if (x >= middle->old_count && y >= middle->new_count)
			return true;
	}
	return false;
}

/* False if more edits are needed than may be. */
static bool find_way(struct search *search)
{
	for (size_t d = 0; d <= LG_DIFF_MAX_EDITS; d++) {
		/* Room doubles, so the whole is copied a few times only. */
		if ((d & (d - 1)) == 0) {
			size_t rows = d ? 2 * d : 1;

			search->trace =
				lg_realloc(search->trace, rows * rows * sizeof(*search->trace));
		}
		if (fill_row(search, (ptrdiff_t)d)) {
			search->edits = d;
			return true;
		}
	}
	return false;
}

/* Writes the way from its end to its beginning, then turns it round. */
static void mark_way(const struct search *search, struct script *script)
{
	ptrdiff_t x = (ptrdiff_t)search->middle.old_count;
	ptrdiff_t y = (ptrdiff_t)search->middle.new_count;
	char *first = script->marks + script->count;
	char *last;

	for (ptrdiff_t d = (ptrdiff_t)search->edits; d > 0; d--) {
		const size_t *before = search->trace + (d - 1) * (d - 1);
		ptrdiff_t k = x - y;
		bool is_down = comes_down(before, d, k);
		ptrdiff_t start = (ptrdiff_t)step_to(before, d, k);

		mark(script, ' ', (size_t)(x - start));
		mark(script, is_down ? '+' : '-', 1);
		x = is_down ? start : start - 1;
		y = is_down ? start - k - 1 : start - k;
	}
	mark(script, ' ', (size_t)x);
	last = script->marks + script->count;
	while (last - first > 1) {
		char swapped = *--last;

		*last = *first;
		*first++ = swapped;
	}
}

static void mark_middle(const struct middle *middle, struct script *script)
{
	LG_CLEANUP(drop_search) struct search search = {.middle = *middle};

	if (middle->old_count + middle->new_count <= LG_DIFF_MAX_LINES && find_way(&search)) {
		mark_way(&search, script);
		return;
	}
	mark(script, '-', middle->old_count);
	mark(script, '+', middle->new_count);
}

static void compare(
	const struct lines *old_lines, const struct lines *new_lines, struct script *out)
{
	size_t shorter = old_lines->count < new_lines->count ? old_lines->count : new_lines->count;
	size_t head = 0;
	size_t tail = 0;

	out->marks = lg_malloc(old_lines->count + new_lines->count);
	while (head < shorter && is_equal(&old_lines->items[head], &new_lines->items[head]))
		head++;
	while (tail < shorter - head && is_equal(&old_lines->items[old_lines->count - 1 - tail],
						&new_lines->items[new_lines->count - 1 - tail]))
		tail++;
	mark(out, ' ', head);
	mark_middle(
		&(struct middle){
			.old_lines = old_lines->items + head,
			.new_lines = new_lines->items + head,
			.old_count = old_lines->count - head - tail,
			.new_count = new_lines->count - head - tail,
		},
		out);
	mark(out, ' ', tail);
}

/* Where the steps of a script stand in both texts. */
struct place {
	size_t step, old_line, new_line;
};

static void pass(struct place *place, char what)
{
	place->step++;
	place->old_line += what != '+';
	place->new_line += what != '-';
}

/* "3,7", "3", or for no lines the one before: "2,0". */
static void add_range(struct lg_buf *out, const struct lines *lines, size_t first, size_t count)
{
	size_t number = first + lines->source->first_line - (count == 0);

	if (count == 1)
		lg_buf_addf(out, "%zu", number);
	else
		lg_buf_addf(out, "%zu,%zu", number, count);
}

static void add_line(struct lg_buf *out, char what, const struct line *line)
{
	lg_buf_addc(out, what);
	lg_buf_add(out, line->text, line->len);
	lg_buf_addc(out, '\n');
	if (line->is_open)
		lg_buf_adds(out, "\\ No newline at end of file\n");
}

static void add_hunk(struct lg_buf *out, const struct script *script, const struct lines *old_lines,
	const struct lines *new_lines, struct place from, size_t end)
{
	struct place to = from;

	while (to.step < end)
		pass(&to, script->marks[to.step]);
	lg_buf_adds(out, "@@ -");
	add_range(out, old_lines, from.old_line, to.old_line - from.old_line);
	lg_buf_adds(out, " +");
	add_range(out, new_lines, from.new_line, to.new_line - from.new_line);
	lg_buf_adds(out, " @@\n");
	while (from.step < end && !out->is_over) {
		char what = script->marks[from.step];

		add_line(out, what,
			what == '+' ? &new_lines->items[from.new_line]
				    : &old_lines->items[from.old_line]);
		pass(&from, what);
	}
}

/* The step behind the hunk whose first change is at `step`, context and all. */
static size_t hunk_end(const struct script *script, size_t step)
{
	size_t kept = 0;
	size_t end = step;

	for (size_t i = step; i < script->count && kept <= (size_t)2 * LG_DIFF_CONTEXT; i++) {
		kept = script->marks[i] == ' ' ? kept + 1 : 0;
		if (kept == 0)
			end = i + 1;
	}
	return script->count - end < LG_DIFF_CONTEXT ? script->count : end + LG_DIFF_CONTEXT;
}

/* Moves on to the next change, and leaves the context before it in front; false at the end. */
static bool find_change(const struct script *script, struct place *at, struct place *out_from)
{
	struct place behind = *at;

	while (at->step < script->count && script->marks[at->step] == ' ') {
		if (at->step - behind.step >= LG_DIFF_CONTEXT)
			pass(&behind, ' ');
		pass(at, ' ');
	}
	*out_from = behind;
	return at->step < script->count;
}

static void add_hunks(struct lg_buf *out, const struct script *script,
	const struct lines *old_lines, const struct lines *new_lines)
{
	struct place at = {0};
	struct place from;

	while (!out->is_over && find_change(script, &at, &from)) {
		size_t end = hunk_end(script, at.step);

		add_hunk(out, script, old_lines, new_lines, from, end);
		while (at.step < end)
			pass(&at, script->marks[at.step]);
	}
}

void lg_diff_unified(const struct lg_diff_text *old_text, const struct lg_diff_text *new_text,
	struct lg_buf *out)
{
	LG_CLEANUP(drop_lines) struct lines old_lines = {0};
	LG_CLEANUP(drop_lines) struct lines new_lines = {0};
	LG_CLEANUP(drop_script) struct script script = {0};

	split(old_text, &old_lines);
	split(new_text, &new_lines);
	compare(&old_lines, &new_lines, &script);
	if (!memchr(script.marks, '-', script.count) && !memchr(script.marks, '+', script.count))
		return;
	lg_buf_addf(out, "--- %s\n+++ %s\n", old_text->name, new_text->name);
	add_hunks(out, &script, &old_lines, &new_lines);
}

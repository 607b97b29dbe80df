/* SPDX-License-Identifier: MIT */
#include "bundles/formats/sqitch_plan.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bundles/version.h"

/* The plan, read line by line. */
struct reading {
	struct sqitch_plan *plan;
	struct lg_arena *strings;
	uint32_t line;
	const char *moment; /* the highest one so far; NULL: none */
	uint32_t repeats;   /* changes behind it that have no higher one */
	struct lg_error *err;
};

/* A piece of the text. */
struct span {
	const char *text;
	size_t len;
};

static enum lg_status refuse(const struct reading *reading, const char *text, const char *hint)
{
	(void)lg_fail(reading->err, LG_FORMAT, "%s", text);
	(void)lg_hint(reading->err, "%s", hint);
	reading->err->line = reading->line;
	return reading->err->status;
}

static bool is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\r';
}

static struct span trim(struct span span)
{
	while (span.len > 0 && is_blank(*span.text)) {
		span.text++;
		span.len--;
	}
	while (span.len > 0 && is_blank(span.text[span.len - 1]))
		span.len--;
	return span;
}

static struct span take_word(struct span *rest)
{
	struct span word = {rest->text, 0};

	while (word.len < rest->len && !is_blank(rest->text[word.len]))
		word.len++;
	rest->text += word.len;
	rest->len -= word.len;
	*rest = trim(*rest);
	return word;
}

/* `[a b]` at the beginning; false if it does not end. */
static bool take_dependencies(struct span *rest, struct span *out)
{
	const char *end;

	*out = (struct span){rest->text, 0};
	if (rest->len == 0 || *rest->text != '[')
		return true;
	end = memchr(rest->text, ']', rest->len);
	if (!end)
		return false;
	*out = (struct span){rest->text + 1, (size_t)(end - rest->text) - 1};
	rest->len -= out->len + 2;
	rest->text = end + 1;
	*rest = trim(*rest);
	return true;
}

/* 2012-07-16T17:25:07Z becomes 20120716172507; false if it is no such moment. */
static bool take_moment(struct span *rest, char out[LG_TIMESTAMP_CHARS + 1])
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
	struct span word = take_word(rest);
	size_t digits = 0;

	if (word.len != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (form[i] != 'd' ? word.text[i] != form[i]
				   : !isdigit((unsigned char)word.text[i]))
			return false;
		if (form[i] == 'd')
			out[digits++] = word.text[i];
	}
	out[digits] = '\0';
	return true;
}

static const char *next_version(struct reading *reading, const char *moment)
{
	if (!reading->moment || strcmp(moment, reading->moment) > 0) {
		reading->moment = lg_arena_add(reading->strings, moment);
		reading->repeats = 0;
		return reading->moment;
	}
	return lg_arena_addf(reading->strings, "%s.%u", reading->moment, ++reading->repeats);
}

static enum lg_status take_change(struct reading *reading, struct span line)
{
	struct sqitch_plan *plan = reading->plan;
	char moment[LG_TIMESTAMP_CHARS + 1];
	struct span name = take_word(&line);
	struct span depends;

	if (!take_dependencies(&line, &depends) || !take_moment(&line, moment))
		return refuse(reading, "this is no change, tag or pragma of sqitch",
			"a change is: NAME [DEPENDENCIES] 2026-01-05T09:30:00Z PLANNER <EMAIL>");
	plan->changes = lg_grow(plan->changes, plan->change_count, sizeof(*plan->changes));
	plan->changes[plan->change_count++] = (struct sqitch_change){
		.name = lg_arena_addn(reading->strings, name.text, name.len),
		.version = next_version(reading, moment),
		.depends = lg_arena_addn(reading->strings, depends.text, depends.len),
		.line = reading->line,
	};
	return LG_OK;
}

static enum lg_status take_tag(struct reading *reading, struct span line)
{
	struct sqitch_plan *plan = reading->plan;
	struct span name = take_word(&line);

	if (plan->change_count == 0)
		return refuse(reading, "a tag stands before the first change",
			"sqitch refuses it too: put it behind a change");
	plan->tags = lg_grow(plan->tags, plan->tag_count, sizeof(*plan->tags));
	plan->tags[plan->tag_count++] = (struct sqitch_tag){
		.name = lg_arena_addn(reading->strings, name.text + 1, name.len - 1),
		.change = plan->change_count - 1,
	};
	return LG_OK;
}

static void take_pragma(struct reading *reading, struct span line)
{
	const char *equals = memchr(line.text, '=', line.len);
	struct span key;
	struct span value;

	if (!equals)
		return;
	key = trim((struct span){line.text + 1, (size_t)(equals - line.text) - 1});
	value = trim((struct span){equals + 1, line.len - (size_t)(equals - line.text) - 1});
	if (key.len == strlen("project") && memcmp(key.text, "project", key.len) == 0)
		reading->plan->project = lg_arena_addn(reading->strings, value.text, value.len);
}

static enum lg_status take_line(struct reading *reading, struct span line)
{
	const char *note = memchr(line.text, '#', line.len);

	if (line.len > 0 && *line.text == '%') {
		take_pragma(reading, line);
		return LG_OK;
	}
	if (note)
		line.len = (size_t)(note - line.text);
	line = trim(line);
	if (line.len == 0)
		return LG_OK;
	if (*line.text == '@')
		return take_tag(reading, line);
	if (*line.text == '-')
		return refuse(reading, "a plan that reverts a change",
			"lockgate applies what stands in the plan: write a change that undoes the "
			"other one");
	if (*line.text == '+')
		line = trim((struct span){line.text + 1, line.len - 1});
	return take_change(reading, line);
}

static enum lg_status take_text(struct reading *reading, struct span text)
{
	while (text.len > 0) {
		const char *feed = memchr(text.text, '\n', text.len);
		size_t line = feed ? (size_t)(feed - text.text) : text.len;

		reading->line++;
		if (take_line(reading, trim((struct span){text.text, line})))
			return reading->err->status;
		line += feed != NULL;
		text.text += line;
		text.len -= line;
	}
	return LG_OK;
}

/* Names */

static int compare_changes(const void *a, const void *b)
{
	const struct sqitch_change *left = *(struct sqitch_change *const *)a;
	const struct sqitch_change *right = *(struct sqitch_change *const *)b;
	int order = strcmp(left->name, right->name);

	if (order == 0)
		order = (left->line > right->line) - (left->line < right->line);
	return order;
}

static void sort_names(struct sqitch_plan *plan)
{
	plan->by_name = lg_calloc(plan->change_count, sizeof(struct sqitch_change *));
	for (size_t i = 0; i < plan->change_count; i++) {
		plan->by_name[i] = &plan->changes[i];
		plan->changes[i].next = plan->change_count;
	}
	if (plan->change_count > 0)
		qsort(plan->by_name, plan->change_count, sizeof(struct sqitch_change *),
			compare_changes);
	for (size_t i = 1; i < plan->change_count; i++)
		if (strcmp(plan->by_name[i - 1]->name, plan->by_name[i]->name) == 0)
			plan->by_name[i - 1]->next = (size_t)(plan->by_name[i] - plan->changes);
}

const struct sqitch_change *sqitch_plan_find(const struct sqitch_plan *plan, const char *name)
{
	size_t low = 0;
	size_t high = plan->change_count;

	/* The first of several, which bsearch(3) need not find. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(plan->by_name[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < plan->change_count && strcmp(plan->by_name[low]->name, name) == 0
		       ? plan->by_name[low]
		       : NULL;
}

/* A change that stands there again must have been tagged before. */
static enum lg_status check_tag(
	struct reading *reading, const struct sqitch_change *change, size_t *from)
{
	const struct sqitch_plan *plan = reading->plan;
	size_t index = (size_t)(change - plan->changes);

	while (*from < plan->tag_count && plan->tags[*from].change < index)
		++*from;
	if (*from < plan->tag_count && plan->tags[*from].change < change->next)
		return LG_OK;
	reading->line = plan->changes[change->next].line;
	return refuse(reading, "a change stands there twice, and no tag between",
		"sqitch refuses it too: tag the plan before a change is reworked");
}

/* What one word between the brackets asks for. */
static enum lg_status check_dependency(
	struct reading *reading, const struct sqitch_change *change, struct span word)
{
	bool is_conflict = *word.text == '!';
	size_t skip = is_conflict || *word.text == ':';
	size_t len = word.len - skip;
	const char *text = word.text + skip;
	const char *colon = memchr(text, ':', len);
	const char *at = memchr(text, '@', len);
	LG_FREE_BY_SCOPE char *name = lg_strndup(text, at && at > text ? (size_t)(at - text) : len);
	const struct sqitch_change *found = sqitch_plan_find(reading->plan, name);
	bool is_before = found && found < change;

	reading->line = change->line;
	if (colon)
		return refuse(reading, "a change depends on another project",
			"lockgate sees one project: delete the dependency, and apply that "
			"project first");
	if (is_conflict && is_before)
		return refuse(reading, "a change conflicts with one before it",
			"sqitch refuses it too: delete the conflict, or one of the two");
	if (is_conflict || is_before || at == text)
		return LG_OK;
	return refuse(reading, "a change depends on one that does not stand before it",
		"sqitch refuses it too: move the change, or correct the dependency");
}

static enum lg_status check_dependencies(
	struct reading *reading, const struct sqitch_change *change)
{
	struct span rest = trim((struct span){change->depends, strlen(change->depends)});

	while (rest.len > 0) {
		struct span word = take_word(&rest);

		if (check_dependency(reading, change, word)) {
			(void)lg_wrap(reading->err, "'%s' [%.*s]", change->name,
				word.len < 200 ? (int)word.len : 200, word.text);
			return reading->err->status;
		}
	}
	return LG_OK;
}

static enum lg_status check(struct reading *reading)
{
	const struct sqitch_plan *plan = reading->plan;
	size_t tag = 0;

	for (size_t i = 0; i < plan->change_count; i++)
		if ((plan->changes[i].next < plan->change_count &&
			    check_tag(reading, &plan->changes[i], &tag)) ||
			check_dependencies(reading, &plan->changes[i]))
			return reading->err->status;
	return LG_OK;
}

enum lg_status sqitch_plan_read(struct sqitch_plan *plan, const char *text, size_t len,
	struct lg_arena *strings, struct lg_error *err)
{
	struct reading reading = {.plan = plan, .strings = strings, .err = err};

	*plan = (struct sqitch_plan){0};
	if (take_text(&reading, (struct span){text, len}))
		return err->status;
	sort_names(plan);
	return check(&reading);
}

void sqitch_plan_release(struct sqitch_plan *plan)
{
	free(LG_TAKE(plan->changes));
	free(LG_TAKE(plan->tags));
	free(LG_TAKE(plan->by_name));
	plan->change_count = 0;
	plan->tag_count = 0;
}

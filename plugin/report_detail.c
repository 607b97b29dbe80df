/* SPDX-License-Identifier: MIT */
#include "plugin/report_detail.h"

#include <string.h>

#include "base/utf8.h"
#include "bundles/compiled.h"
#include "plugin/report_fill.h"

static bool is_asked_for(const struct run *run)
{
	const struct report_choices *choices = &run->reporting.choices;

	for (size_t i = 0; i < choices->count; i++)
		if (choices->items[i].way == REPORT_FILE &&
			strcmp(choices->items[i].form->name, "html") == 0)
			return true;
	return false;
}

/* The beginning of the line behind the one at `at`; `end` where there is none. */
static const char *next_line(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline ? newline + 1 : end;
}

size_t excerpt_find(const struct body_view *text, uint32_t first_line, uint32_t line,
	const char **out_begin, uint32_t *out_line)
{
	const char *end = text->text + text->len;
	const char *begin = text->text;
	const char *place = begin;
	const char *stop;
	uint32_t from = first_line;
	size_t len;

	if (line < first_line)
		return 0;
	for (uint32_t at = first_line; at < line && place < end; at++) {
		place = next_line(place, end);
		if (at + 1 > from + EXCERPT_LINES) {
			begin = next_line(begin, end);
			from++;
		}
	}
	if (place == end)
		return 0;
	stop = next_line(place, end);
	for (size_t i = 0; i < EXCERPT_LINES; i++)
		stop = next_line(stop, end);
	/* Lines before it that are too long leave no room for the line itself. */
	if (place - begin > EXCERPT_MAX_BYTES / 2) {
		begin = place;
		from = line;
	}
	len = (size_t)(stop - begin);
	if (len > EXCERPT_MAX_BYTES)
		len = lg_utf8_valid_prefix(begin, EXCERPT_MAX_BYTES);
	*out_begin = begin;
	*out_line = from;
	return len;
}

/* The script that is in this file of the source and has this line; NULL if there is none. */
static const struct migration_part *find_part(struct run *run, const struct source *source,
	const struct migration *migration, const struct ci_finding *finding)
{
	const struct migration_part *parts[] = {
		&migration->up, &migration->down, &migration->check};
	const struct migration_part *found = NULL;

	for (size_t i = 0; i < LG_COUNT_OF(parts); i++)
		/* Lines of JavaScript are not those of the script that was made from it. */
		if (migration_has(parts[i]) && !compiled_is_source(parts[i]->file) &&
			parts[i]->first_line <= finding->line &&
			(!found || parts[i]->first_line > found->first_line) &&
			strcmp(source_file(source, parts[i]->file, &run->strings), finding->file) ==
				0)
			found = parts[i];
	return found;
}

static bool add_excerpt(struct run *run, struct source *source, struct ci_finding *finding)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	enum migration_kind kind = MIGRATION_VERSIONED;
	const struct migration *migration;
	const struct migration_part *part;
	struct lg_error ignored;
	const char *begin;
	size_t len;

	if (!migration_kind_parse(finding->kind, &kind))
		return false;
	migration = bundle_find(&source->bundle, kind, finding->version);
	part = migration ? find_part(run, source, migration, finding) : NULL;
	if (!part || source_load(source, &ignored) ||
		bundle_view(&source->bundle, part, &view, &ignored))
		return false;
	len = excerpt_find(&view, part->first_line, finding->line, &begin, &finding->excerpt_line);
	if (len)
		finding->excerpt = lg_arena_addn(&run->strings, begin, len);
	return len > 0;
}

static void add_excerpts(struct run *run)
{
	size_t count = run->report.finding_count;
	struct ci_finding *items = lg_arena_alloc(&run->strings, count * sizeof(*items));
	size_t found = 0;

	if (count > 0)
		memcpy(items, run->report.findings, count * sizeof(*items));
	for (size_t i = 0; i < count && found < EXCERPTS_MAX; i++) {
		if (!items[i].file || !items[i].line || !items[i].version || !items[i].kind)
			continue;
		if ((run->has_source && add_excerpt(run, &run->source, &items[i])) ||
			(run->base.path && add_excerpt(run, &run->base, &items[i])))
			found++;
	}
	run->report.findings = items;
}

static void add_history(struct run *run)
{
	LG_CLEANUP(history_release) struct history history;
	struct lg_error ignored;

	history_init(&history);
	if (!run->target || run->report.migrations ||
		run->target->driver->read_history(run->target, &history, &ignored))
		return;
	report_migrations(run, &history);
}

void report_detail(struct run *run)
{
	if (!is_asked_for(run))
		return;
	add_excerpts(run);
	add_history(run);
}

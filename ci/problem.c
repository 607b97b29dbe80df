/* SPDX-License-Identifier: MIT */
#include "ci/problem.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ci/phrase.h"

static void drop_hasher(struct lg_hasher *hasher)
{
	lg_hasher_release(hasher);
}

static void add_text(struct lg_hasher *hasher, const char *text)
{
	lg_hasher_add_sized(hasher, text ? text : "", text ? strlen(text) : 0);
}

static bool is_same(const char *left, const char *right)
{
	return left && right && strcmp(left, right) == 0;
}

/* How many of the same code were told of the same migration just before. */
static size_t count_before(const struct ci_problems *problems, const struct ci_problem *item)
{
	size_t count = 0;

	for (size_t i = problems->count; i > 0; i--) {
		if (!is_same(problems->items[i - 1].version, item->version))
			break;
		count += is_same(problems->items[i - 1].code, item->code);
	}
	return count;
}

/*
 * Neither the place nor the words, for lines move and hashes change while the matter stays; of
 * several of one code in one migration, all but the first have their number.
 */
static void set_fingerprint(struct ci_problem *problem, const char *kind, size_t before)
{
	LG_CLEANUP(drop_hasher) struct lg_hasher hasher;
	LG_FREE_BY_SCOPE char *number = lg_format("%zu", before);
	struct lg_digest digest;

	lg_hasher_init(&hasher);
	add_text(&hasher, problem->code);
	add_text(&hasher, kind);
	add_text(&hasher, problem->version ? problem->version : problem->name);
	if (before > 0)
		add_text(&hasher, number);
	digest = lg_hasher_finish(&hasher);
	lg_digest_format(&digest, problem->fingerprint);
}

static void add(struct ci_problems *problems, struct ci_problem item, const char *kind)
{
	set_fingerprint(&item, kind, count_before(problems, &item));
	problems->items = lg_grow(problems->items, problems->count, sizeof(*problems->items));
	problems->items[problems->count++] = item;
}

static void add_error(struct ci_problems *problems, const struct ci_report *report)
{
	const struct ci_error *error = report->error;
	struct ci_problem item = {
		.level = CI_PROBLEM_ERROR,
		.code = report->outcome,
		.version = error->version,
		.message = error->message,
	};

	if (error->version)
		item.name = ci_name_of(report, error->version);
	if (error->file)
		item.place = ci_place_of(report, error->file, error->line, error->column);
	add(problems, item, NULL);
}

static void add_findings(
	struct ci_problems *problems, const struct ci_report *report, bool is_blocking)
{
	for (size_t i = 0; i < report->finding_count; i++) {
		const struct ci_finding *item = &report->findings[i];

		if (ci_is_blocking(item) != is_blocking)
			continue;
		add(problems,
			(struct ci_problem){
				.level = is_blocking ? CI_PROBLEM_BLOCK : CI_PROBLEM_WARN,
				.code = item->code,
				.version = item->version,
				.name = item->name,
				.message = item->message,
				.hint = item->hint,
				.place = ci_place_of(report, item->file, item->line, item->column),
			},
			item->kind);
	}
}

struct ci_problems ci_problems_of(const struct ci_report *report)
{
	struct ci_problems problems = {0};

	if (report->error)
		add_error(&problems, report);
	add_findings(&problems, report, true);
	add_findings(&problems, report, false);
	return problems;
}

void ci_problems_release(struct ci_problems *problems)
{
	for (size_t i = 0; i < problems->count; i++)
		ci_place_release(&problems->items[i].place);
	free(problems->items);
	*problems = (struct ci_problems){0};
}

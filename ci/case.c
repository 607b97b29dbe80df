/* SPDX-License-Identifier: MIT */
#include "ci/case.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ci/phrase.h"

static void add(struct ci_cases *cases, struct ci_case item)
{
	item.order = cases->count;
	cases->items = lg_grow(cases->items, cases->count, sizeof(*cases->items));
	cases->items[cases->count++] = item;
}

/* They are the subject of `status` alone; elsewhere they are there for whoever shows a history. */
static void add_migrations(struct ci_cases *cases, const struct ci_report *report)
{
	if (strcmp(report->command, "status") != 0)
		return;
	for (size_t i = 0; i < report->migration_count; i++) {
		const struct ci_migration *item = &report->migrations[i];
		bool is_pending = strcmp(item->state, "pending") == 0;

		add(cases, (struct ci_case){
				   .state = is_pending ? CI_CASE_PENDING : CI_CASE_STANDS,
				   .kind = item->kind,
				   .version = item->version,
				   .name = item->name,
				   .file = item->file,
				   .duration_us = CI_UNKNOWN,
			   });
	}
}

static void add_plan(struct ci_cases *cases, const struct ci_report *report)
{
	for (size_t i = 0; i < report->plan_count; i++) {
		const struct ci_planned *item = &report->plan[i];

		add(cases, (struct ci_case){
				   .state = CI_CASE_PENDING,
				   .kind = item->kind,
				   .version = item->version,
				   .name = item->name,
				   .file = item->file,
				   .duration_us = CI_UNKNOWN,
			   });
	}
}

static void add_done(
	struct ci_cases *cases, enum ci_case_state state, const struct ci_done *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add(cases, (struct ci_case){
				   .state = state,
				   .kind = items[i].kind,
				   .version = items[i].version,
				   .name = items[i].name,
				   .duration_us = items[i].duration_us,
			   });
}

static void add_findings(struct ci_cases *cases, const struct ci_report *report)
{
	for (size_t i = 0; i < report->finding_count; i++) {
		const struct ci_finding *item = &report->findings[i];

		if (ci_is_blocking(item))
			add(cases, (struct ci_case){
					   .state = CI_CASE_REFUSED,
					   .kind = item->kind,
					   .version = item->version,
					   .name = item->name,
					   .file = item->file,
					   .duration_us = CI_UNKNOWN,
					   .finding = item,
				   });
	}
}

/* The kind of the version that an error is about, which only the plan knows. */
static const char *kind_of(const struct ci_report *report, const char *version)
{
	for (size_t i = 0; version && i < report->plan_count; i++)
		if (strcmp(report->plan[i].version, version) == 0)
			return report->plan[i].kind;
	return version ? "versioned" : NULL;
}

static void add_error(struct ci_cases *cases, const struct ci_report *report)
{
	const struct ci_error *error = report->error;
	bool is_failure = strcmp(report->outcome, "failed") == 0;

	if (!error)
		return;
	add(cases, (struct ci_case){
			   .state = is_failure ? CI_CASE_FAILED : CI_CASE_UNDECIDED,
			   .kind = kind_of(report, error->version),
			   .version = error->version,
			   .name = error->version ? ci_name_of(report, error->version) : NULL,
			   .file = error->file,
			   .duration_us = CI_UNKNOWN,
			   .error = error,
		   });
}

static int compare_texts(const char *left, const char *right)
{
	return strcmp(left ? left : "", right ? right : "");
}

static int by_migration(const void *left_item, const void *right_item)
{
	const struct ci_case *left = left_item;
	const struct ci_case *right = right_item;
	int order = compare_texts(left->version, right->version);

	if (!order)
		order = compare_texts(left->kind, right->kind);
	return order ? order : (left->order > right->order) - (left->order < right->order);
}

static int by_order(const void *left_item, const void *right_item)
{
	const struct ci_case *left = left_item;
	const struct ci_case *right = right_item;

	return (left->order > right->order) - (left->order < right->order);
}

static bool is_same(const struct ci_case *left, const struct ci_case *right)
{
	/* Two findings are two things to be told. */
	if (left->finding && right->finding)
		return false;
	return left->version && right->version && strcmp(left->version, right->version) == 0 &&
	       compare_texts(left->kind, right->kind) == 0;
}

/* `into` came first and keeps its place. */
static void merge(struct ci_case *into, const struct ci_case *from)
{
	if (from->state > into->state)
		into->state = from->state;
	if (!into->name)
		into->name = from->name;
	if (!into->file)
		into->file = from->file;
	if (into->duration_us == CI_UNKNOWN)
		into->duration_us = from->duration_us;
	if (!into->finding)
		into->finding = from->finding;
	if (!into->error)
		into->error = from->error;
}

static void unite(struct ci_cases *cases)
{
	size_t count = 0;

	qsort(cases->items, cases->count, sizeof(*cases->items), by_migration);
	for (size_t i = 0; i < cases->count; i++)
		if (count && is_same(&cases->items[count - 1], &cases->items[i]))
			merge(&cases->items[count - 1], &cases->items[i]);
		else
			cases->items[count++] = cases->items[i];
	cases->count = count;
	qsort(cases->items, cases->count, sizeof(*cases->items), by_order);
}

struct ci_cases ci_cases_of(const struct ci_report *report)
{
	struct ci_cases cases = {0};

	add_migrations(&cases, report);
	add_plan(&cases, report);
	add_done(&cases, CI_CASE_APPLIED, report->applied, report->applied_count);
	add_done(&cases, CI_CASE_REVERTED, report->reverted, report->reverted_count);
	add_findings(&cases, report);
	add_error(&cases, report);
	if (cases.count)
		unite(&cases);
	return cases;
}

void ci_cases_release(struct ci_cases *cases)
{
	free(cases->items);
	*cases = (struct ci_cases){0};
}

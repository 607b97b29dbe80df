/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "bundles/lint/lint.h"
#include "plugin/base.h"
#include "plugin/commands.h"
#include "plugin/present.h"

/* What reports call a run that has no target, so that none takes it for the gate's. */
static const char environment[] = "lint";

/* "index-not-concurrent" as "index not concurrent"; "a lock is held" as "A lock is held." */
static struct ci_rule report_rule(struct run *run, const struct lint_rule *rule)
{
	char *title = lg_arena_alloc(&run->strings, strlen(rule->code) + 1);
	const char *text = rule->text;

	for (size_t i = 0; rule->code[i]; i++)
		title[i] = rule->code[i];
	for (char *dash; (dash = strchr(title, '-'));)
		*dash = ' ';
	return (struct ci_rule){
		.code = rule->code,
		.title = title,
		.many = title,
		.text = lg_arena_addf(
			&run->strings, "%c%s.", toupper((unsigned char)*text), text + 1),
	};
}

static void report_rules(struct run *run)
{
	struct ci_rule *rules = lg_arena_alloc(&run->strings, LINT_CODE_COUNT * sizeof(*rules));

	for (size_t i = 0; i < LINT_CODE_COUNT; i++)
		rules[i] = report_rule(run, &lint_rules[i]);
	run->report.rules = rules;
	run->report.rule_count = LINT_CODE_COUNT;
	run->report.rules_manual = "docs/lint.md";
	run->report.environment = environment;
}

static void report_findings(struct run *run, const struct lint_list *list)
{
	struct ci_finding *items = lg_arena_alloc(&run->strings, list->count * sizeof(*items));

	for (size_t i = 0; i < list->count; i++) {
		const struct lint_finding *finding = &list->items[i];
		const struct migration *migration = finding->migration;
		bool is_blocking = finding->level == LINT_LEVEL_BLOCK;

		items[i] = (struct ci_finding){
			.code = lint_rules[finding->code].code,
			.severity = is_blocking ? "block" : "warn",
			.version = migration->version,
			.name = migration->name,
			.kind = migration_kind_name(migration->kind),
			.file = source_file(&run->source, migration->up.file, &run->strings),
			.line = finding->line,
			.column = finding->column,
			.message = lg_arena_add(&run->strings, finding->message),
			.hint = lint_rules[finding->code].remedy,
		};
		run->is_refused = run->is_refused || is_blocking;
	}
	run->report.findings = items;
	run->report.finding_count = list->count;
}

/* What the base has with the same content is not looked at again. */
static bool is_due(const struct run *run, const struct migration *migration)
{
	const struct migration *theirs = NULL;

	if (migration->kind == MIGRATION_SEED && !run->options.with_seeds)
		return false;
	if (run->options.base)
		theirs = bundle_find(&run->base.bundle, migration->kind, migration->version);
	return !theirs ||
	       !lg_digest_equal(&theirs->up.hashes.content, &migration->up.hashes.content);
}

static enum lg_status lint_all(
	struct run *run, struct lint_list *list, size_t *out_count, struct lg_error *err)
{
	const struct bundle *bundle = &run->source.bundle;

	for (size_t i = 0; i < bundle->count; i++) {
		const struct migration *migration = &bundle->migrations[i];

		if (!migration_has(&migration->up) || !is_due(run, migration))
			continue;
		if (lint_migration(bundle, migration, &run->lint_policy, list, err)) {
			(void)lg_about(err, migration->version);
			return source_place(&run->source, err);
		}
		++*out_count;
	}
	return LG_OK;
}

static void show(const struct run *run, size_t count)
{
	const char *plural = count == 1 ? "" : "s";
	size_t findings = run->report.finding_count;

	if (run->source.is_folder && !run->options.dialect)
		output_progress(&run->output, "note: the folder is read as PostgreSQL's SQL; for "
					      "SQLite say --dialect sqlite");
	present_findings(run);
	if (run->is_refused)
		present_verdict(run);
	else
		output_line(&run->output, TONE_GOOD, "ok: %zu migration%s looked at, %zu warning%s",
			count, plural, findings, findings == 1 ? "" : "s");
}

enum lg_status cmd_lint(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(lint_list_release) struct lint_list list = {0};
	enum lg_status status;
	size_t count = 0;

	report_rules(run);
	if (run_limit_arguments(run, 1, err) || run_set_policy(run, err))
		return err->status;
	status = run->options.base ? base_open_with_source(run, err)
				   : run_open_source(run, 0, SOURCE_OR_DEFAULT, err);
	if (status || source_load(&run->source, err) || lint_all(run, &list, &count, err))
		return err->status;
	report_findings(run, &list);
	show(run, count);
	return LG_OK;
}

/* SPDX-License-Identifier: MIT */
#include "plugin/present.h"

#include <string.h>

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* Line by line: a line end inside a text would be shown as one. */
static void present_difference(const struct output *output, const char *difference)
{
	for (const char *line = difference; *line;) {
		int len = (int)strcspn(line, "\n");
		enum tone tone = *line == '+' ? TONE_GOOD : *line == '-' ? TONE_BAD : TONE_PLAIN;

		output_line(output, tone, "    %.*s", len, line);
		line += len + (line[len] == '\n');
	}
}

static void present_finding(const struct run *run, const struct ci_finding *finding)
{
	const struct output *output = &run->output;
	enum tone tone = strcmp(finding->severity, "block") == 0 ? TONE_BAD : TONE_WARN;

	output_line(output, tone, "%s: %s%s%s%s%s", finding->severity, finding->code,
		finding->version ? " " : "", or_empty(finding->version), finding->name ? " " : "",
		or_empty(finding->name));
	if (finding->file && finding->line)
		output_line(output, TONE_PLAIN, "    %s:%u:%u", finding->file, finding->line,
			finding->column);
	output_line(output, TONE_PLAIN, "    %s", finding->message);
	if (finding->hint)
		output_line(output, TONE_DIM, "    -> %s", finding->hint);
	if (finding->difference && (output->is_verbose || run->report.drift))
		present_difference(output, finding->difference);
}

void present_findings(const struct run *run)
{
	for (size_t i = 0; i < run->report.finding_count; i++)
		present_finding(run, &run->report.findings[i]);
}

void present_done(const struct run *run, const char *verb, const struct ci_done *item)
{
	const char *name = output_distinct_name(item->version, item->name);

	output_line(&run->output, TONE_GOOD, "%s: %s%s%s (%.1f ms)", verb, item->version,
		*name ? " " : "", name, (double)item->duration_us / 1000);
}

void present_plan(const struct run *run)
{
	for (size_t i = 0; i < run->report.plan_count; i++) {
		const struct ci_planned *item = &run->report.plan[i];
		const char *name = output_distinct_name(item->version, item->name);

		output_line(&run->output, TONE_PLAIN, "pending: %s%s%s (%s, %u statement%s%s)",
			item->version, *name ? " " : "", name, or_empty(item->file),
			item->statements, item->statements == 1 ? "" : "s",
			item->is_transactional ? "" : ", outside a transaction");
	}
}

static size_t count_blocking(const struct ci_report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < report->finding_count; i++)
		count += strcmp(report->findings[i].severity, "block") == 0;
	return count;
}

void present_verdict(const struct run *run)
{
	const struct ci_report *report = &run->report;
	size_t blocking = count_blocking(report);

	if (blocking)
		output_line(&run->output, TONE_BAD, "refused: %zu finding%s block%s", blocking,
			blocking == 1 ? "" : "s", blocking == 1 ? "s" : "");
	else if (report->pending > 0)
		output_line(
			&run->output, TONE_GOOD, "ok: %lld pending", (long long)report->pending);
	else
		output_line(&run->output, TONE_GOOD, "ok: up to date at %s",
			report->current ? report->current : "no version");
}

static enum tone state_tone(const char *state)
{
	if (strcmp(state, "applied") == 0)
		return TONE_GOOD;
	if (strcmp(state, "pending") == 0)
		return TONE_WARN;
	return TONE_BAD;
}

void present_migrations(const struct run *run)
{
	const struct ci_report *report = &run->report;

	for (size_t i = 0; i < report->migration_count; i++) {
		const struct ci_migration *item = &report->migrations[i];
		const char *word = strcmp(item->kind, "versioned") == 0 ? "" : item->kind;

		output_line(&run->output, state_tone(item->state), "%-8s %-19.19s%s %s %s%s%s%s",
			item->state, item->applied_at ? item->applied_at : "-",
			item->applied_at ? "Z" : " ", item->version,
			strcmp(item->version, item->name) == 0 ? "" : item->name, *word ? " " : "",
			word, item->adopted_from ? " (adopted)" : "");
	}
	if (report->pending == CI_UNKNOWN)
		output_line(&run->output, TONE_PLAIN, "%zu in the history, current: %s",
			report->migration_count, report->current ? report->current : "none");
	else
		output_line(&run->output, TONE_PLAIN, "%lld pending, current: %s",
			(long long)report->pending, report->current ? report->current : "none");
}

void present_other_project(const struct run *run, const struct history *history)
{
	if (history->count > 0 || !history->other_project)
		return;
	output_progress(&run->output,
		"note: project '%s' has no history here, but project '%s' has: say --project %s",
		run->report.project, history->other_project, history->other_project);
}

/* SPDX-License-Identifier: MIT */
#include "plugin/base.h"

#include <string.h>

#include "base/diff.h"
#include "base/file.h"
#include "gate/compare.h"
#include "gate/simulate.h"
#include "plugin/present.h"
#include "plugin/report_fill.h"

/* What a report can bear: so many differences, of scripts of that size, so long each. */
enum { MAX_DIFFERENCES = 100, MAX_SCRIPT_BYTES = 1 << 20, MAX_DIFFERENCE_BYTES = 64 << 10 };

enum lg_status base_open(struct run *run, struct lg_error *err)
{
	/* Nothing of a base runs, so it need not be signed. */
	const struct archive_options archive = {.max_total_bytes = run->options.max_size};
	struct folder_options options;

	if (run_folder_options(run, &options, err))
		return err->status;
	if (source_open(run->options.base, &options, &archive, &run->base, err)) {
		(void)lg_wrap(err, "base");
		if (err->status == LG_IO)
			return lg_hint(err,
				"--base names the base branch's folder of migrations, or its "
				"bundle; where it has none yet, name an empty folder");
		return err->status;
	}
	return LG_OK;
}

/* Unless the options say what the SQL is, folders are read as that of the bundle. */
static void follow(struct run *run, const struct source *source)
{
	if (!source->is_folder && !run->options.dialect)
		run->options.dialect = bundle_engine_name(source->bundle.engine);
}

static enum lg_status check_projects(const struct run *run, struct lg_error *err)
{
	const char *base = run->base.bundle.project;
	const char *ours = run->source.bundle.project;

	if (run->base.is_folder || run->source.is_folder || strcmp(base, ours) == 0)
		return LG_OK;
	(void)lg_fail(err, LG_USAGE, "the base is of project '%s', and '%s' of project '%s'", base,
		run->source.path, ours);
	return lg_hint(err, "name two bundles of one project");
}

enum lg_status base_open_with_source(struct run *run, struct lg_error *err)
{
	bool is_first = !lg_is_directory(run->options.base);

	if (is_first) {
		if (base_open(run, err))
			return err->status;
		follow(run, &run->base);
	}
	if (run_open_source(run, 0, SOURCE_OR_DEFAULT, err))
		return err->status;
	if (!is_first) {
		follow(run, &run->source);
		if (base_open(run, err))
			return err->status;
	}
	return check_projects(run, err);
}

static enum lg_status diff_parts(struct run *run, const struct migration_part *theirs,
	const struct migration_part *ours, const char **out, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view old_view = {0};
	LG_CLEANUP(body_view_close) struct body_view new_view = {0};
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, MAX_DIFFERENCE_BYTES);
	if (theirs->size > MAX_SCRIPT_BYTES || ours->size > MAX_SCRIPT_BYTES)
		return LG_OK;
	if (bundle_view(&run->base.bundle, theirs, &old_view, err) ||
		bundle_view(&run->source.bundle, ours, &new_view, err))
		return err->status;
	lg_diff_unified(&(struct lg_diff_text){source_file(&run->base, theirs->file, &run->strings),
				old_view.text, old_view.len, theirs->first_line},
		&(struct lg_diff_text){source_file(&run->source, ours->file, &run->strings),
			new_view.text, new_view.len, ours->first_line},
		&text);
	while (text.is_over && text.len > 0 && text.text[text.len - 1] != '\n')
		lg_buf_cut(&text, text.len - 1);
	*out = text.is_over
		       ? lg_arena_addf(&run->strings, "%s… (the difference goes on)\n", text.text)
		       : lg_arena_addn(&run->strings, text.text, text.len);
	return LG_OK;
}

/* The difference that a finding is about; *out stays NULL where it is about none. */
static enum lg_status find_difference(
	struct run *run, const struct gate_finding *finding, const char **out, struct lg_error *err)
{
	bool is_down = finding->code == FINDING_DOWN_CHANGED;
	const struct migration *theirs;
	const struct migration *ours;

	if (finding->code != FINDING_CHECKSUM_CHANGED && finding->code != FINDING_COMMENT_CHANGED &&
		!is_down)
		return LG_OK;
	theirs = bundle_find(&run->base.bundle, finding->kind, finding->version);
	ours = bundle_find(&run->source.bundle, finding->kind, finding->version);
	if (!theirs || !ours ||
		(is_down && (!migration_has(&theirs->down) || !migration_has(&ours->down))))
		return LG_OK;
	if (source_load(&run->base, err))
		return lg_wrap(err, "base");
	if (source_load(&run->source, err))
		return err->status;
	return diff_parts(run, is_down ? &theirs->down : &theirs->up,
		is_down ? &ours->down : &ours->up, out, err);
}

/* The report's findings are those of the verdict, in its order. */
static enum lg_status add_differences(
	struct run *run, const struct gate_verdict *verdict, struct lg_error *err)
{
	size_t count = run->report.finding_count;
	struct ci_finding *items = lg_arena_alloc(&run->strings, count * sizeof(*items));
	size_t found = 0;

	if (count > 0)
		memcpy(items, run->report.findings, count * sizeof(*items));
	for (size_t i = 0; i < count && found < MAX_DIFFERENCES; i++) {
		if (find_difference(run, &verdict->findings[i], &items[i].difference, err))
			return err->status;
		found += items[i].difference != NULL;
	}
	run->report.findings = items;
	return LG_OK;
}

static void compare(const struct run *run, const struct history *history, struct gate_verdict *out)
{
	const struct gate_question question = {
		.bundle = &run->source.bundle,
		.history = history,
		.policy = &run->policy,
		.target_engine = run->base.bundle.engine,
		.with_seeds = run->options.with_seeds,
		.base = &run->base.bundle,
		.is_settled = true,
	};

	gate_compare(&question, out);
}

enum lg_status base_verify(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(history_release) struct history history;
	LG_CLEANUP(verdict_release) struct gate_verdict verdict;

	history_init(&history);
	verdict_init(&verdict);
	if (base_open_with_source(run, err))
		return err->status;
	history_simulate(&run->base.bundle, run->options.with_seeds, &history);
	compare(run, &history, &verdict);
	report_simulated(run, &verdict, &history);
	if (verdict.plan_count > 0 && source_load(&run->source, err))
		return err->status;
	if (add_differences(run, &verdict, err))
		return err->status;
	run->is_refused = verdict.is_blocked;
	output_progress(&run->output, "compared with the base '%s': %zu migration%s",
		run->base.path, run->base.bundle.count, run->base.bundle.count == 1 ? "" : "s");
	present_findings(run);
	present_plan(run);
	present_verdict(run);
	return LG_OK;
}

/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "ci/render/json.h"
#include "plugin/action.h"
#include "plugin/commands.h"
#include "plugin/exit_code.h"
#include "plugin/launch.h"
#include "plugin/report_detail.h"
#include "plugin/termination.h"

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static struct ci_error error_of(struct run *run, const struct lg_error *err)
{
	const char *message = err->text;

	if (err->hint[0])
		message = lg_arena_addf(&run->strings, "%s; %s", err->text, err->hint);
	return (struct ci_error){
		.message = message,
		.sqlstate = or_null(err->sqlstate),
		.file = or_null(err->file),
		.version = or_null(err->version),
		.line = err->line,
		.column = err->column,
	};
}

static void print_report(const struct run *run, const struct ci_report *report)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf document;
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	const struct ci_report clean = ci_redact_report(&run->reporting.secrets, report, &strings);

	lg_buf_init(&document, LG_BUF_MAX_BYTES);
	render_json(&clean, &document);
	(void)fwrite(document.text, 1, document.len, stdout);
}

/* Others are told only now that the outcome is fixed; that they were not can turn 0 into 6. */
static void tell(struct run *run, const struct command_row *row, struct ci_report *report)
{
	if (!reporting_finish(run, report))
		run->is_unreported = true;
	if (run->is_unreported && report->exit_code == EXIT_OK) {
		report->exit_code = EXIT_UNREPORTED;
		report->outcome = exit_code_name(EXIT_UNREPORTED);
	}
	if (run->output.is_json && (report->error || row->has_report))
		print_report(run, report);
}

/* Fixes the outcome, shows the error, and prints the document where one is asked for. */
static int finish(struct run *run, const struct command_row *row, enum lg_status status,
	const struct lg_error *err)
{
	int code = run->is_refused && !status ? EXIT_REFUSED
					      : exit_code_of(status, (int)*signals_stop());
	const struct ci_error error = error_of(run, err);
	struct ci_report report;

	output_settle(&run->output);
	live_stop(&run->live);
	run->output.live = NULL;
	run->report.exit_code = code;
	run->report.outcome = exit_code_name(code);
	run->report.total_us = lg_clock_monotonic_us() - run->started_us;
	report_detail(run);
	if (status)
		timeline_add(run, "failed", "%s", error.message);
	timeline_add(run, "ended", "%s", run->report.outcome);
	timeline_finish(run);
	report = run->report;
	report.error = status ? &error : NULL;
	if (status)
		output_error(&run->output, err);
	tell(run, row, &report);
	if (!output_finish() && report.exit_code == EXIT_OK) {
		(void)fputs("lockgate: all was done, but stdout did not take the result\n", stderr);
		report.exit_code = EXIT_UNDECIDED;
	}
	termination_write(run, &report);
	return report.exit_code;
}

/* What stands behind -- is not ours. */
static bool wants_json(const struct arguments *arguments)
{
	const char *variable = getenv("LOCKGATE_JSON");

	if (variable && (strcmp(variable, "true") == 0 || strcmp(variable, "1") == 0))
		return true;
	for (size_t i = 0; i < arguments->count && strcmp(arguments->items[i], "--") != 0; i++)
		if (strcmp(arguments->items[i], "--json") == 0)
			return true;
	return false;
}

static void prepare_output(struct run *run, const struct command_row *row)
{
	const struct options *options = &run->options;

	run->output = output_make(options->quiet, options->verbose, options->json && !options->help,
		options->no_color);
	run->output.leaves_stdout = row->bit == ON_RUN && !options->help;
}

static enum lg_status read_options(struct run *run, const struct command_row *row,
	enum action_entry entry, const struct arguments *arguments, struct lg_error *err)
{
	enum lg_status status = entry ? action_take_inputs(entry, row->bit, err) : LG_OK;

	/* Until the options are read, an error has to go somewhere all the same. */
	run->output = output_make(false, false, wants_json(arguments), false);
	if (status)
		return status;
	return options_read(arguments->items + 2, arguments->count - 2, row->bit, &run->strings,
		&run->options, err);
}

/* What lasts is shown where somebody looks on: on a terminal, not in a log. */
static void prepare_progress(struct run *run)
{
	const struct options *options = &run->options;
	const char *mark = getenv("CI");
	bool is_log = run->reporting.ci.service != CI_SERVICE_NONE ||
		      (!options->ci && mark && *mark && strcmp(mark, "false") != 0);

	if (!options->quiet && !is_log && live_is_possible())
		run->output.live = &run->live;
	run->fold.service = run->reporting.ci.service;
	if (fold_is_possible(run->fold.service))
		run->output.fold = &run->fold;
}

static enum lg_status run_command(struct run *run, const struct command_row *row,
	enum action_entry entry, const struct arguments *arguments, struct lg_error *err)
{
	struct options *options = &run->options;
	bool is_reported = row->has_report || row->bit == ON_BUNDLE;
	struct lg_error ignored = {0};
	enum lg_status status;

	if (read_options(run, row, entry, arguments, err)) {
		options->reports.count = 0;
		reporting_look(run);
		if (is_reported)
			lg_ignore(reporting_choose(run, &ignored));
		return err->status;
	}
	prepare_output(run, row);
	if (options->help) {
		command_help_one(&run->output, row);
		return LG_OK;
	}
	reporting_look(run);
	if (entry == ACTION_MAIN)
		action_mask(&run->reporting.secrets);
	prepare_progress(run);
	if (is_reported && reporting_choose(run, err)) {
		/* Where the mistake is in the sinks themselves, those that need no word are told.
		 */
		options->reports.count = 0;
		lg_ignore(reporting_choose(run, &ignored));
		return err->status;
	}
	status = row->function(run, err);
	if (status && entry == ACTION_MAIN && !run->target)
		action_explain(options, err);
	return status;
}

/* What is to be started after a run that has ended with `code`; NULL: nothing. */
static char *const *program_after(const struct run *run, int code)
{
	char *const *program = run->options.program;

	if (!program || !*program || !run->starts_on)
		return NULL;
	if (code >= EXIT_CANCELLED || !(run->starts_on & 1U << code)) {
		output_progress(&run->output, "'%s' is not started", *program);
		return NULL;
	}
	if (code != EXIT_OK)
		output_progress(&run->output, "'%s' is started all the same: --start-on", *program);
	return program;
}

/* Returns the exit code; *out_program is what to become now, NULL for nothing. */
static int run_main(
	enum action_entry entry, const struct arguments *arguments, char *const **out_program)
{
	static const struct command_row none = {.name = ""};
	const char *word = arguments->count > 1 ? arguments->items[1] : "";
	const struct command_row *row = command_find(word);
	LG_CLEANUP(run_release) struct run run;
	struct lg_error err = {0};
	enum lg_status status;
	int code;

	if (strcmp(word, "--version") == 0)
		row = command_find("version");
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		row = command_find("help");
	run_init(&run, row ? row->name : word);
	if (row) {
		status = run_command(&run, row, entry, arguments, &err);
		code = finish(&run, row, status, &err);
		*out_program = program_after(&run, code);
		return code;
	}
	run.output = output_make(false, false, wants_json(arguments), false);
	if (!*word)
		status = lg_hint((lg_fail(&err, LG_USAGE, "a command is missing"), &err),
			"'lockgate help' lists the commands");
	else
		status = command_fail_unknown(word, &err);
	return finish(&run, &none, status, &err);
}

int main(int argc, char **argv)
{
	enum action_entry entry = action_entry_of(argc > 0 ? argv[0] : "");
	LG_CLEANUP(arguments_release) struct arguments arguments = {0};
	struct inheritance inherited;
	char *const *program = NULL;
	int code;

	launch_prepare(&inherited);
	arguments = entry ? action_arguments(entry) : arguments_copy(argc, argv);
	code = run_main(entry, &arguments, &program);
	if (program)
		return launch(&inherited, program, exit_code_name(code));
	return action_exit_code(entry, code);
}

/* SPDX-License-Identifier: MIT */
#include "plugin/run.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "plugin/listeners.h"
#include "plugin/signals.h"
#include "plugin/signed_source.h"
#include "plugin/version.h"

static const char default_source[] = "migrations";
static const char default_project[] = "app";
static const char default_scope[] = "main";

void run_init(struct run *run, const char *command)
{
	*run = (struct run){
		.policy = policy_default(),
		.started_us = lg_clock_monotonic_us(),
		.report = {.tool_version = LOCKGATE_VERSION,
			.started_at_us = lg_clock_now_us(),
			.command = command,
			.pending = CI_UNKNOWN,
			.connect_us = CI_UNKNOWN,
			.lock_us = CI_UNKNOWN,
			.apply_us = CI_UNKNOWN},
	};
	live_init(&run->live);
	listeners_init(run);
	source_init(&run->source);
	source_init(&run->base);
}

void run_close_target(struct run *run)
{
	if (run->target)
		run->target->driver->close(run->target);
	run->target = NULL;
}

void run_release(struct run *run)
{
	live_stop(&run->live);
	timeline_release(&run->timeline);
	reporting_release(&run->reporting);
	run_close_target(run);
	source_release(&run->source);
	source_release(&run->base);
	trusting_release(&run->trusting);
	lg_arena_release(&run->strings);
}

const char *run_source_path(const struct run *run, size_t index, enum source_choice choice)
{
	if (index < run->options.positional_count)
		return run->options.positional[index];
	if (run->options.source)
		return run->options.source;
	return choice == SOURCE_IF_NAMED ? NULL : default_source;
}

/* A folder's SQL is that of --dialect, else of the target, else PostgreSQL's. */
static enum lg_status choose_dialect(
	const struct run *run, enum sql_dialect *out, struct lg_error *err)
{
	const struct target_driver *driver =
		run->options.db ? target_driver_find(run->options.db) : NULL;

	*out = SQL_POSTGRES;
	if (run->options.dialect && !bundle_engine_parse(run->options.dialect, out))
		return lg_hint(
			(lg_fail(err, LG_USAGE, "there is no dialect '%s'", run->options.dialect),
				err),
			"the dialects are postgres and sqlite");
	if (!run->options.dialect && driver)
		(void)bundle_engine_parse(driver->name, out);
	return LG_OK;
}

static enum lg_status check_name(const char *option, const char *name, struct lg_error *err)
{
	if (!name || bundle_name_is_valid(name))
		return LG_OK;
	return lg_hint((lg_fail(err, LG_USAGE, "'%s' is no name for '--%s'", name, option), err),
		"names are made of letters, digits, '_' and '-'");
}

static void report_source(struct run *run)
{
	const struct bundle *bundle = &run->source.bundle;
	char hex[LG_DIGEST_CHARS + 1];

	lg_digest_format(&bundle->id, hex);
	run->report_bundle = (struct ci_bundle){
		.id = lg_arena_addf(&run->strings, "sha256:%s", hex),
		.source = run->source.path,
		.migrations = bundle->count,
		.signed_by = bundle->signed_by,
	};
	run->report.bundle = &run->report_bundle;
	run->report.project = run->options.project ? run->options.project : bundle->project;
}

enum lg_status run_folder_options(
	const struct run *run, struct folder_options *out, struct lg_error *err)
{
	*out = (struct folder_options){
		.format = run->options.format,
		.variant = run->options.variant,
		.project = run->options.project,
		.max_total_bytes = run->options.max_size,
		.scratch_url = run->options.scratch_db,
		.runs_no_code = run->trusting.trust.list_count > 0,
		.stop = signals_stop(),
	};
	if (check_name("project", run->options.project, err))
		return err->status;
	return choose_dialect(run, &out->engine, err);
}

static void show_notes(struct run *run)
{
	const struct folder_result *packed = &run->source.skipped;

	for (size_t i = 0; i < packed->note_count; i++) {
		const struct folder_note *note = &packed->notes[i];
		const char *file = source_file(&run->source, note->file, &run->strings);

		if (note->line > 0)
			output_progress(
				&run->output, "note: %s:%u: %s", file, note->line, note->text);
		else
			output_progress(&run->output, "note: %s%s%s", file ? file : "",
				file ? ": " : "", note->text);
	}
}

enum lg_status run_open_source(
	struct run *run, size_t index, enum source_choice choice, struct lg_error *err)
{
	const char *path = run_source_path(run, index, choice);
	struct folder_options options;
	struct archive_options archive;

	if (signed_source_load(run, choice, err))
		return err->status;
	if (!path)
		return LG_OK;
	if (run_folder_options(run, &options, err))
		return err->status;
	/* What is packed now was not signed before: that comes next. */
	options.runs_no_code = options.runs_no_code && choice != SOURCE_TO_PACK;
	archive = signed_source_options(run, path, choice);
	if (source_open(path, &options, &archive, &run->source, err)) {
		show_notes(run);
		signed_source_report(run, err);
		if (err->status == LG_FORMAT && run->source.is_folder && !run->options.dialect &&
			!run->options.db)
			output_progress(&run->output, "note: the folder was read as PostgreSQL's "
						      "SQL; for SQLite say --dialect sqlite");
		return err->status;
	}
	show_notes(run);
	for (size_t i = 0; i < run->source.skipped.skip_count; i++)
		output_detail(&run->output, "skipped %s: %s", run->source.skipped.skips[i].file,
			run->source.skipped.skips[i].reason);
	run->has_source = true;
	if (run->source.bundle.count == 0)
		output_progress(&run->output, "note: '%s' has no migrations", path);
	report_source(run);
	return LG_OK;
}

/* What stands before the first colon of a URL; never more of it, for it may hold a password. */
static enum lg_status fail_scheme(const char *url, struct lg_error *err)
{
	static const struct {
		const char *scheme, *hint;
	} hints[] = {
		{"jdbc", "leave out 'jdbc:': postgres://USER@HOST/DATABASE, or sqlite:PATH"},
		{"mysql", "lockgate migrates PostgreSQL and SQLite, not MySQL"},
		{"mariadb", "lockgate migrates PostgreSQL and SQLite, not MariaDB"},
	};
	size_t len = strcspn(url, ":");
	bool is_scheme = url[len] && strspn(url, "abcdefghijklmnopqrstuvwxyz0123456789+") == len;

	if (!is_scheme)
		(void)lg_fail(err, LG_USAGE, "the target is not a URL that lockgate knows");
	else
		(void)lg_fail(err, LG_USAGE, "this lockgate has no driver for '%.*s' targets",
			(int)len, url);
	for (size_t i = 0; is_scheme && i < LG_COUNT_OF(hints); i++)
		if (strlen(hints[i].scheme) == len && strncmp(url, hints[i].scheme, len) == 0)
			return lg_hint(err, "%s", hints[i].hint);
	return lg_hint(err, "write postgres://USER@HOST/DATABASE, sqlite:PATH or "
			    "sqlite:///ABSOLUTE/PATH");
}

/* The session may end before the report is shown. */
static void report_target(struct run *run)
{
	const struct target_facts *facts = run->target->driver->facts(run->target);
	bool is_news = !run->report.target;

	run->report_target = (struct ci_target){
		.engine = bundle_engine_name(facts->engine),
		.database = lg_arena_add(&run->strings, facts->database),
		.server_version = lg_arena_add(&run->strings, facts->server_version),
	};
	run->report.target = &run->report_target;
	if (facts->is_absent && is_news)
		output_progress(&run->output,
			"note: the database '%s' does not exist; it counts as empty",
			facts->database);
}

enum lg_status run_open_target(struct run *run, bool is_read_only, struct lg_error *err)
{
	const char *url = run->options.db;
	const struct target_driver *driver = target_driver_find(url);
	int64_t started_us = lg_clock_monotonic_us();
	struct target_options options = {
		.url = url,
		.is_read_only = is_read_only,
		.lock_timeout_ms = run->options.lock_timeout_ms,
		.statement_timeout_ms = run->options.statement_timeout_ms,
		.wait_ms = run->options.wait_db_ms,
		.creates_missing = run->options.create_database && !is_read_only,
		.role = run->options.role,
		.stop = signals_stop(),
		.listener = &run->target_listener,
	};

	if (!driver)
		return fail_scheme(url, err);
	if (check_name("project", run->options.project, err) ||
		check_name("scope", run->options.scope, err))
		return err->status;
	if (!run->report.project)
		run->report.project = run->options.project ? run->options.project : default_project;
	run->report.scope = run->options.scope ? run->options.scope : default_scope;
	run->report.environment = run->options.environment;
	options.project = run->report.project;
	options.scope = run->report.scope;
	listeners_connecting(run);
	if (driver->open(&options, &run->target, err))
		return err->status;
	run->report.connect_us = lg_clock_monotonic_us() - started_us;
	report_target(run);
	listeners_connected(run);
	return LG_OK;
}

struct gate_request run_request(struct run *run)
{
	const struct ci_run *ci = &run->reporting.ci;
	const struct passwd *user = getpwuid(geteuid());
	char host[256] = "";

	(void)gethostname(host, sizeof(host) - 1);
	return (struct gate_request){
		.bundle = run->has_source ? &run->source.bundle : NULL,
		.policy = &run->policy,
		.plan_token = run->options.plan_token,
		.with_seeds = run->options.with_seeds,
		.is_single_transaction = run->options.single_transaction,
		.lock_wait_ms = run->options.lock_wait_ms,
		.keeps_in_step = run->options.keep_in_step,
		.history_table = run->options.history_table,
		.demands_signature = run->trusting.trust.list_count > 0,
		.batch = {.bundle_id = run->report_bundle.id,
			.signed_by = run->report_bundle.signed_by,
			.reason = run->options.reason,
			.tool = "lockgate " LOCKGATE_VERSION,
			.source = ci->source,
			.run_url = ci->run_url,
			.actor = ci->actor ? ci->actor
				 : user    ? lg_arena_add(&run->strings, user->pw_name)
					   : NULL,
			.host = lg_arena_add(&run->strings, host)},
		.listener = &run->gate_listener,
	};
}

/*
 * Every command takes the keys of the gate and of the linter, for a variable may hold both; what
 * is neither is held against those that the command looks at.
 */
static enum lg_status set_policy(struct run *run, const char *assignment, struct lg_error *err)
{
	if (lint_policy_knows(assignment) || (strcmp(run->report.command, "lint") == 0 &&
						     policy_set(&run->policy, assignment, err)))
		return lint_policy_set(&run->lint_policy, assignment, err);
	return policy_set(&run->policy, assignment, err);
}

enum lg_status run_set_policy(struct run *run, struct lg_error *err)
{
	const struct option_list *list = &run->options.policies;

	for (size_t i = 0; i < list->count; i++)
		if (set_policy(run, list->items[i], err))
			return err->status;
	return LG_OK;
}

enum lg_status run_limit_arguments(const struct run *run, size_t max, struct lg_error *err)
{
	if (run->options.positional_count <= max)
		return LG_OK;
	(void)lg_fail(err, LG_USAGE, "'%s' is one argument too many",
		run->options.positional[run->options.positional_count - 1]);
	return lg_hint(err, "'lockgate help %s' shows the form", run->report.command);
}

enum lg_status run_confirm(
	const struct run *run, bool has_selector, const char *question, struct lg_error *err)
{
	char answer[16];

	if (run->options.yes)
		return LG_OK;
	if (!isatty(STDIN_FILENO)) {
		if (has_selector)
			return LG_OK;
		(void)lg_fail(err, LG_USAGE, "nobody is there to be asked: %s?", question);
		return lg_hint(err,
			"say --yes, or select what is meant; 'lockgate help %s' lists "
			"how",
			run->report.command);
	}
	output_settle(&run->output);
	(void)fprintf(stderr, "%s? [y/N] ", question);
	if (fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
		return LG_OK;
	return lg_fail(err, LG_REFUSED, "not done: the answer was no");
}

/* SPDX-License-Identifier: MIT */
#include "plugin/reporting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/ulid.h"
#include "ci/delivery.h"
#include "ci/render/annotations.h"
#include "ci/send.h"
#include "plugin/exit_code.h"
#include "plugin/run.h"
#include "plugin/secrets.h"
#include "plugin/signals.h"
#include "plugin/version.h"

void reporting_release(struct reporting *reporting)
{
	ci_deliveries_release(&reporting->sent);
	http_client_close(reporting->client);
	if (reporting->has_outbox)
		outbox_release(&reporting->outbox);
	ci_secrets_release(&reporting->secrets);
}

/* What Actions and others call a thing that our own variables name too. */
static const char *either(const char *own, const char *generic)
{
	const char *value = own ? own : getenv(generic);

	return value && *value ? value : NULL;
}

static const char *current_folder(struct run *run)
{
	LG_FREE_BY_SCOPE char *folder = getcwd(NULL, 0);

	return folder ? lg_arena_add(&run->strings, folder) : NULL;
}

/* GitLab's runner takes no commands. */
static bool has_runner(enum ci_service service)
{
	return service != CI_SERVICE_NONE && service != CI_SERVICE_GITLAB;
}

/* The two forms of each of these: one for traces alone, one for all signals. */
static const char *otlp_url(struct run *run)
{
	const char *traces = either(NULL, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
	const char *base = either(NULL, "OTEL_EXPORTER_OTLP_ENDPOINT");
	size_t len = base ? strlen(base) : 0;

	if (traces || !base)
		return traces;
	while (len && base[len - 1] == '/')
		len--;
	return lg_arena_addf(&run->strings, "%.*s/v1/traces", (int)len, base);
}

static void look_for_collector(struct run *run)
{
	struct ci_settings *settings = &run->reporting.settings;
	const char *headers = either(NULL, "OTEL_EXPORTER_OTLP_TRACES_HEADERS");

	settings->otlp_url = otlp_url(run);
	settings->otlp_headers = either(headers, "OTEL_EXPORTER_OTLP_HEADERS");
	settings->otlp_service = either(NULL, "OTEL_SERVICE_NAME");
	settings->otlp_resource = either(NULL, "OTEL_RESOURCE_ATTRIBUTES");
	settings->traceparent = either(NULL, "TRACEPARENT");
	ci_secrets_add_url(&run->reporting.secrets, settings->otlp_url);
	secrets_collect_headers(settings->otlp_headers, &run->reporting.secrets);
}

void reporting_look(struct run *run)
{
	struct reporting *reporting = &run->reporting;
	struct options *options = &run->options;

	reporting->ci = ci_detect(options->ci, &run->strings);
	options->github_token = either(options->github_token, "GITHUB_TOKEN");
	secrets_collect(options, &reporting->secrets);
	run->report.run = &reporting->ci;
	run->report.folder = current_folder(run);
	run->output.secrets = &reporting->secrets;
	run->output.has_runner = has_runner(reporting->ci.service);
	reporting->settings = (struct ci_settings){
		.http = {.user_agent = "lockgate/" LOCKGATE_VERSION,
			.ca_file = either(options->ca_file, "SSL_CERT_FILE"),
			.allow_http = options->allow_http,
			.stop = signals_stop()},
		.run = &reporting->ci,
		.secrets = &reporting->secrets,
		.github_token = options->github_token,
		.github_api_version = options->github_api_version,
		.gitlab_token = options->gitlab_token,
		.slack_url = options->slack_url,
		.webhook_url = options->webhook_url,
		.webhook_secret = options->webhook_secret,
	};
	look_for_collector(run);
}

static const char *const comment_words[] = {[CI_COMMENT_CHANGES] = "changes",
	[CI_COMMENT_FAILURE] = "failure",
	[CI_COMMENT_ALWAYS] = "always",
	[CI_COMMENT_OFF] = "off"};

void reporting_add_comment_words(struct lg_buf *out)
{
	for (size_t i = 0; i < LG_COUNT_OF(comment_words); i++)
		lg_buf_addf(out, " %s", comment_words[i]);
}

static enum lg_status choose_comment(
	const char *word, enum ci_comment_policy *out, struct lg_error *err)
{
	for (size_t i = 0; word && i < LG_COUNT_OF(comment_words); i++)
		if (strcmp(comment_words[i], word) == 0) {
			*out = (enum ci_comment_policy)i;
			return LG_OK;
		}
	if (!word)
		return LG_OK;
	return lg_hint((lg_fail(err, LG_USAGE, "'%s' is no time to comment", word), err),
		"--comment takes always, changes, failure or off");
}

/* The head of such a request is anybody's code, and the secrets of the repository are there. */
static enum lg_status check_trust(const struct run *run, struct lg_error *err)
{
	if (!run->reporting.ci.is_pull_request_target || run->options.allow_untrusted)
		return LG_OK;
	(void)lg_fail(err, LG_USAGE,
		"on pull_request_target anybody's migrations would run with this repository's "
		"secrets");
	return lg_hint(err, "use the event pull_request; or, where nothing of the request is "
			    "checked out, say --allow-untrusted");
}

/* The id that all sinks know the report by; without any there is none. */
static enum lg_status name_report(struct run *run, struct lg_error *err)
{
	char ulid[LG_ULID_CHARS + 1];

	if (run->reporting.choices.count == 0)
		return LG_OK;
	if (lg_ulid_make(lg_clock_now_us(), ulid, err))
		return err->status;
	run->reporting.id = lg_arena_addf(&run->strings, "lgr-%s", ulid);
	run->report.id = run->reporting.id;
	return LG_OK;
}

/* What reporting cannot do in this run. */
static void note_limits(const struct run *run, size_t left)
{
	const struct reporting *reporting = &run->reporting;

	if (reporting->ci.event_problem)
		output_progress(&run->output, "note: %s; reports go to the commit that is built",
			reporting->ci.event_problem);
	if (left)
		output_progress(&run->output,
			"note: %zu sink%s left out: the run of a fork has no secrets and may not "
			"write",
			left, left == 1 ? " is" : "s are");
	if (reporting->secrets.is_short)
		output_progress(&run->output,
			"warning: a secret of less than %d characters cannot be kept out of reports",
			CI_SECRET_MIN_BYTES);
}

enum lg_status reporting_choose(struct run *run, struct lg_error *err)
{
	struct reporting *reporting = &run->reporting;
	const struct options *options = &run->options;
	size_t left = 0;

	if (options->ci && !ci_service_is_known(options->ci))
		return lg_hint(
			(lg_fail(err, LG_USAGE, "there is no CI service '%s'", options->ci), err),
			"--ci takes github, gitea, gitlab or none");
	if (choose_comment(options->comment, &reporting->settings.comment, err) ||
		report_choose(&options->reports, &reporting->settings, &run->strings,
			&reporting->choices, &left, err) ||
		name_report(run, err))
		return err->status;
	note_limits(run, left);
	return check_trust(run, err);
}

/* False if it was not taken. */
static bool write_file(
	struct run *run, const struct report_choice *choice, const struct ci_report *report)
{
	struct lg_error err = {0};
	enum lg_status status = choice->way == REPORT_SUMMARY
					? ci_summary_append(choice->path, report, &err)
					: ci_file_write(choice->form, choice->path, report, &err);

	if (status)
		output_warning(&run->output, "sink '%s': %s", report_choice_name(choice), err.text);
	return !status;
}

static void write_annotations(const struct ci_report *report)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	render_annotations(report, &text);
	output_commands(&text);
}

/* Returns how many that are required were not taken. */
static size_t write_local(struct run *run, const struct ci_report *report)
{
	const struct report_choices *choices = &run->reporting.choices;
	size_t missing = 0;

	for (size_t i = 0; i < choices->count; i++) {
		const struct report_choice *choice = &choices->items[i];

		if (choice->way == REPORT_ANNOTATIONS)
			write_annotations(report);
		if ((choice->way == REPORT_SUMMARY || choice->way == REPORT_FILE) &&
			!write_file(run, choice, report) && choice->is_required) {
			reporting_demand(run, report_choice_name(choice));
			missing++;
		}
	}
	return missing;
}

/* People look at the summary, not at the log: what nobody was told stands there too. */
static void note_missing(const struct run *run)
{
	const struct report_choices *choices = &run->reporting.choices;
	const struct ci_deliveries *sent = &run->reporting.sent;

	for (size_t i = 0; i < choices->count; i++)
		for (size_t j = 0; choices->items[i].way == REPORT_SUMMARY && j < sent->count;
			j++) {
			const struct ci_delivery *item = &sent->items[j];
			LG_FREE_BY_SCOPE char *text = NULL;
			struct lg_error ignored = {0};

			if (item->result == CI_DELIVERED)
				continue;
			text = lg_format("sink '%s' has not taken the report%s: %s",
				item->sink->name, item->result == CI_DEAD ? "" : " yet",
				item->problem);
			lg_ignore(ci_summary_note(choices->items[i].path, text, &ignored));
		}
}

static bool write_outputs(struct run *run, const struct ci_report *report, size_t left)
{
	const struct report_choices *choices = &run->reporting.choices;
	struct lg_error err = {0};

	for (size_t i = 0; i < choices->count; i++)
		if (choices->items[i].way == REPORT_OUTPUTS &&
			ci_outputs_append(choices->items[i].path, report, left, &err)) {
			output_warning(&run->output, "sink 'outputs': %s", err.text);
			return !choices->items[i].is_required;
		}
	return true;
}

void reporting_demand(const struct run *run, const char *sink)
{
	if (run->report.exit_code == EXIT_OK)
		output_warning(&run->output,
			"sink '%s' is required and has not taken the report: exit status %d, though "
			"all else is done",
			sink, EXIT_UNREPORTED);
}

/* What needs no network comes first: it is done before anything can end the process. */
bool reporting_finish(struct run *run, const struct ci_report *report)
{
	struct reporting *reporting = &run->reporting;
	struct lg_arena strings = {0};
	struct ci_report clean;
	size_t missing;
	size_t left;

	if (!reporting->id)
		return true;
	clean = ci_redact_report(&reporting->secrets, report, &strings);
	missing = write_local(run, &clean);
	left = reporting_mail(run, &clean, &missing);
	note_missing(run);
	if (missing && clean.exit_code == EXIT_OK) {
		clean.exit_code = EXIT_UNREPORTED;
		clean.outcome = exit_code_name(EXIT_UNREPORTED);
	}
	if (!write_outputs(run, &clean, left))
		missing++;
	lg_arena_release(&strings);
	return missing == 0;
}

/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ci/delivery.h"
#include "ci/send.h"
#include "plugin/reporting.h"
#include "plugin/run.h"

enum { START_BUDGET_MS = 2000 };

/* Where messages wait: what the job of Actions keeps, or the user's own place for such things. */
const char *reporting_outbox_folder(struct run *run)
{
	const char *home = getenv("HOME");
	const char *state = getenv("XDG_STATE_HOME");

	if (run->options.outbox)
		return run->options.outbox;
	if (run->reporting.ci.service == CI_SERVICE_GITHUB && home && *home == '/')
		return lg_arena_addf(&run->strings, "%s/.lockgate/outbox", home);
	if (state && *state == '/')
		return lg_arena_addf(&run->strings, "%s/lockgate/outbox", state);
	if (home && *home == '/')
		return lg_arena_addf(&run->strings, "%s/.local/state/lockgate/outbox", home);
	return "/var/lib/lockgate/outbox";
}

struct outbox *reporting_outbox(struct run *run)
{
	struct reporting *reporting = &run->reporting;

	if (!reporting->has_outbox)
		outbox_open(&reporting->outbox, reporting_outbox_folder(run));
	reporting->has_outbox = true;
	return &reporting->outbox;
}

/* The same advice is worth saying once a run. */
static void advise(struct run *run, const char *sink, const char *advice)
{
	LG_FREE_BY_SCOPE char *text = lg_format("sink '%s': %s", sink, advice);

	run->target_listener.advice(run, text);
}

static void tell(
	void *context, const struct ci_delivery *delivery, const struct ci_attempt *attempt)
{
	struct run *run = context;

	if (attempt->advice[0] && attempt->result == CI_DELIVERED)
		advise(run, delivery->sink->name, attempt->advice);
	switch (attempt->result) {
	case CI_DELIVERED:
		output_detail(&run->output, "sink '%s' has taken the report", delivery->sink->name);
		break;
	case CI_RETRY:
	case CI_STOPPED:
		output_detail(&run->output, "sink '%s': %s (try %u)", delivery->sink->name,
			attempt->problem, delivery->attempts);
		break;
	case CI_DEAD:
		output_warning(&run->output, "sink '%s' refuses the report: %s%s%s",
			delivery->sink->name, attempt->problem, attempt->hint[0] ? "; " : "",
			attempt->hint);
		break;
	}
}

void reporting_send(
	struct run *run, struct outbox *outbox, struct ci_deliveries *deliveries, int64_t budget_ms)
{
	struct reporting *reporting = &run->reporting;
	struct ci_sending sending = {
		.settings = &reporting->settings,
		.outbox = outbox,
		.budget_ms = budget_ms,
		.tell = tell,
		.context = run,
	};
	struct lg_error err = {0};

	if (!reporting->client &&
		http_client_open(&reporting->settings.http, &reporting->client, &err)) {
		output_warning(&run->output, "reports stay where they are: %s", err.text);
		return;
	}
	sending.client = reporting->client;
	ci_send(&sending, deliveries->items, deliveries->count);
}

/* What this sink has to say becomes a file, before anything is sent. */
static void compose(struct run *run, struct outbox *outbox, const struct report_choice *choice,
	const struct ci_report *report, enum ci_phase phase, struct ci_deliveries *out)
{
	struct ci_delivery *delivery;
	struct lg_error err = {0};

	out->items = lg_grow(out->items, out->count, sizeof(*out->items));
	delivery = &out->items[out->count];
	ci_delivery_init(delivery);
	delivery->sink = choice->sink;
	delivery->is_required = choice->is_required;
	delivery->created_at_s = lg_clock_now_us() / 1000000;
	(void)snprintf(delivery->message.id, sizeof(delivery->message.id), "%s%s",
		run->reporting.id, phase == CI_STARTED ? "-started" : "");
	choice->sink->compose(&run->reporting.settings, report, phase, &delivery->message);
	if (!delivery->message.body.len) {
		ci_delivery_release(delivery);
		return;
	}
	out->count++;
	if (outbox_put(outbox, delivery, &err))
		output_detail(&run->output, "%s; the report is kept in memory", err.text);
}

void reporting_compose(struct run *run, struct outbox *outbox, const struct ci_report *report,
	enum ci_phase phase, struct ci_deliveries *out)
{
	const struct report_choices *choices = &run->reporting.choices;

	for (size_t i = 0; i < choices->count; i++)
		if (choices->items[i].way == REPORT_SINK)
			compose(run, outbox, &choices->items[i], report, phase, out);
}

static bool has_sinks(const struct report_choices *choices)
{
	for (size_t i = 0; i < choices->count; i++)
		if (choices->items[i].way == REPORT_SINK)
			return true;
	return false;
}

/* A state that was told of the beginning is not worth a second try: its end comes anyhow. */
static void forget_started(struct reporting *reporting)
{
	struct ci_deliveries *sent = &reporting->sent;
	size_t kept = 0;

	for (size_t i = 0; i < sent->count; i++) {
		struct ci_delivery *item = &sent->items[i];

		if (item->result == CI_RETRY && !item->sink->is_state) {
			sent->items[kept++] = *item;
			continue;
		}
		if (item->result == CI_RETRY)
			outbox_remove(&reporting->outbox, item);
		ci_delivery_release(item);
	}
	sent->count = kept;
}

void reporting_start(struct run *run)
{
	struct reporting *reporting = &run->reporting;
	struct lg_arena strings = {0};
	int64_t budget_ms = run->options.report_timeout_ms;
	struct ci_report report;

	if (!has_sinks(&reporting->choices) || reporting->has_started)
		return;
	reporting->has_started = true;
	report = ci_redact_report(&reporting->secrets, &run->report, &strings);
	report.outcome = "running";
	reporting_compose(run, reporting_outbox(run), &report, CI_STARTED, &reporting->sent);
	reporting_send(run, reporting_outbox(run), &reporting->sent,
		budget_ms < START_BUDGET_MS ? budget_ms : START_BUDGET_MS);
	lg_arena_release(&strings);
}

/* Without a file, the log is the last place where a report can be kept. */
static void keep_in_log(const struct run *run, const struct ci_delivery *delivery)
{
	LG_FREE_BY_SCOPE char *text = NULL;

	if (delivery->name)
		return;
	text = delivery_format(delivery);
	output_record(&run->output, "lockgate-report", text);
}

/* Counts those that were not taken, and those of them that are required. */
static size_t count_left(struct run *run, size_t *out_required)
{
	struct ci_deliveries *sent = &run->reporting.sent;
	size_t left = 0;

	for (size_t i = 0; i < sent->count; i++) {
		const struct ci_delivery *item = &sent->items[i];

		if (item->result == CI_DELIVERED)
			continue;
		if (item->is_required)
			reporting_demand(run, item->sink->name);
		*out_required += item->is_required;
		keep_in_log(run, item);
		left += item->result == CI_RETRY;
	}
	return left;
}

static void warn_of_left(struct run *run, size_t left)
{
	const struct outbox *outbox = reporting_outbox(run);

	if (left && outbox->pending >= 0)
		output_warning(&run->output,
			"%zu report%s not delivered yet and wait%s in '%s': "
			"'lockgate report flush' sends them",
			left, left == 1 ? " is" : "s are", left == 1 ? "s" : "", outbox->folder);
	else if (left)
		output_warning(&run->output, "%zu report%s not delivered; %s", left,
			left == 1 ? " was" : "s were", outbox->problem);
	if (outbox->overflow)
		output_warning(&run->output, "%zu old report%s moved to '%s/dead' for want of room",
			outbox->overflow, outbox->overflow == 1 ? " was" : "s were",
			outbox->folder);
}

size_t reporting_mail(struct run *run, const struct ci_report *report, size_t *out_missing)
{
	struct reporting *reporting = &run->reporting;
	size_t left;

	if (!has_sinks(&reporting->choices))
		return 0;
	forget_started(reporting);
	reporting_compose(run, reporting_outbox(run), report, CI_FINISHED, &reporting->sent);
	reporting_send(
		run, reporting_outbox(run), &reporting->sent, run->options.report_timeout_ms);
	left = count_left(run, out_missing);
	warn_of_left(run, left);
	return left;
}

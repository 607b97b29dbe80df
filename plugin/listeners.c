/* SPDX-License-Identifier: MIT */
#include "plugin/listeners.h"

#include <stdio.h>
#include <string.h>

/* What may last; of steps each is one. */
enum topic { TOPIC_DATABASE, TOPIC_HISTORY, TOPIC_LOCK, TOPIC_OTHERS, TOPIC_STEPS };

static bool wants_lines(const struct run *run)
{
	return !run->output.live || run->output.is_verbose;
}

static const char *or_unknown(const char *text)
{
	return *text ? text : "?";
}

static void show_lock(const struct run *run, const struct target_holder *holder)
{
	const char *application = holder->application;

	output_live(&run->output, TOPIC_LOCK, "",
		"waiting for the lock: process %lld of %s%s%s%s on %s since %.19s%s%s%s",
		(long long)holder->pid, or_unknown(holder->user), *application ? " (" : "",
		application, *application ? ")" : "", or_unknown(holder->host),
		or_unknown(holder->since), *holder->since ? "Z" : "",
		*holder->migration ? ", at " : "", holder->migration);
}

/* Somebody else holds the lock. */
static void hear_waiting(void *context, const struct target_holder *holder)
{
	struct run *run = context;
	const char *at = *holder->migration ? ", at " : "";
	long long pid = holder->pid;

	if (wants_lines(run))
		output_progress(&run->output,
			"waiting for the lock: held by process %lld of %s on %s since %s%s%s", pid,
			or_unknown(holder->user), or_unknown(holder->host),
			or_unknown(holder->since), at, holder->migration);
	show_lock(run, holder);
	timeline_add(run, "waiting", "lock held by process %lld of %s on %s since %s%s%s", pid,
		or_unknown(holder->user), or_unknown(holder->host), or_unknown(holder->since), at,
		holder->migration);
}

/* The step that is under way, as far as it is known. */
static void show_step(const struct run *run)
{
	const struct run_step *step = &run->step;
	char statements[64] = "";
	char detail[LIVE_DETAIL_BYTES];

	if (step->first && step->first == step->last)
		(void)snprintf(statements, sizeof(statements), ": statement %u of %u", step->last,
			step->statements);
	else if (step->first)
		(void)snprintf(statements, sizeof(statements), ": statements %u-%u of %u",
			step->first, step->last, step->statements);
	(void)snprintf(detail, sizeof(detail), "%s", statements);
	if (step->tries)
		(void)snprintf(detail, sizeof(detail), "%s, retry %u of %u%s", statements,
			step->tries, step->max_tries, step->is_pausing ? " soon" : "");
	output_live(&run->output, TOPIC_STEPS + (int64_t)step->number, detail, "[%zu/%zu] %s%s%s",
		step->number, step->total, step->version, *step->name ? " " : "", step->name);
}

static void hear_statement(void *context, uint32_t index, uint32_t total)
{
	struct run *run = context;
	struct run_step *step = &run->step;

	output_detail(&run->output, "    statement %u of %u", index, total);
	if (!step->first || step->is_sent)
		step->first = index;
	step->last = index;
	step->statements = total;
	step->is_sent = false;
}

static void hear_sent(void *context)
{
	struct run *run = context;

	run->step.is_sent = true;
	run->step.is_pausing = false;
	if (run->step.version)
		show_step(run);
}

static void begin_fold(const struct run *run, size_t total)
{
	const struct ci_report *report = &run->report;

	output_fold(&run->output, "lockgate %s: %zu migration%s, database '%s'%s%s%s",
		report->command, total, total == 1 ? "" : "s",
		report->target ? report->target->database : "?", report->environment ? " (" : "",
		report->environment ? report->environment : "", report->environment ? ")" : "");
}

static void hear_begin(
	void *context, const char *version, const char *name, size_t number, size_t total)
{
	struct run *run = context;
	struct run_step *step = &run->step;
	const char *shown = output_distinct_name(version, name);

	/* A step that is tried again after a wait is no news. */
	if (step->number == number && step->total == total) {
		show_step(run);
		return;
	}
	*step = (struct run_step){
		.version = lg_arena_add(&run->strings, version),
		.name = lg_arena_add(&run->strings, shown),
		.number = number,
		.total = total,
	};
	begin_fold(run, total);
	if (wants_lines(run))
		output_progress(&run->output, "[%zu/%zu] %s %s", number, total, version, shown);
	show_step(run);
	timeline_add(run, "begins", "[%zu/%zu] %s %s", number, total, version, shown);
}

static void hear_end(void *context, const char *version, const char *name, int64_t duration_us)
{
	struct run *run = context;

	(void)name;
	output_detail(&run->output, "    %s took %.1f ms", version, (double)duration_us / 1000);
	timeline_add(run, "ends", "%s after %.1f ms", version, (double)duration_us / 1000);
}

static void hear_notice(void *context, const struct target_notice *notice)
{
	struct run *run = context;

	if (!notice->is_warning) {
		output_detail(&run->output, "    %s", notice->text);
		return;
	}
	output_progress(&run->output, "warning: %s", notice->text);
	timeline_add(run, "warning", "%s", notice->text);
}

/* True if `text` is not what was told last; then it is now. */
static bool is_news(struct run *run, const char **last, const char *text)
{
	if (*last && strcmp(*last, text) == 0)
		return false;
	*last = lg_arena_add(&run->strings, text);
	return true;
}

static void hear_unreachable(void *context, const char *why)
{
	struct run *run = context;

	if (!run->waits_for_others)
		output_live(&run->output, TOPIC_DATABASE, "", "waiting for the database: %s", why);
	if (!is_news(run, &run->last_obstacle, why))
		return;
	if (wants_lines(run))
		output_progress(&run->output, "waiting for the database: %s", why);
	timeline_add(run, "unreachable", "%s", why);
}

void listeners_waiting(struct run *run, const char *whom, const char *why)
{
	run->waits_for_others = true;
	output_live(&run->output, TOPIC_OTHERS, "", "waiting for %s: %s", whom, why);
	if (!is_news(run, &run->last_obstacle, why))
		return;
	if (wants_lines(run))
		output_progress(&run->output, "waiting for %s: %s", whom, why);
	timeline_add(run, "waiting", "for %s: %s", whom, why);
}

static void hear_others(void *context, const char *why)
{
	listeners_waiting(context, "another run", why);
}

static void hear_advice(void *context, const char *text)
{
	struct run *run = context;

	if (!is_news(run, &run->last_advice, text))
		return;
	output_progress(&run->output, "advice: %s", text);
	timeline_add(run, "advice", "%s", text);
}

static void hear_retrying(
	void *context, uint32_t number, uint32_t total, int64_t pause_ms, const char *why)
{
	struct run *run = context;

	output_progress(&run->output, "%s: trying again in %.1f s (%u of %u)", why,
		(double)pause_ms / 1000, number, total);
	run->step.tries = number;
	run->step.max_tries = total;
	run->step.is_pausing = true;
	run->step.first = 0;
	if (run->step.version)
		show_step(run);
	timeline_add(run, "retrying", "%s: again in %.1f s (%u of %u)", why,
		(double)pause_ms / 1000, number, total);
}

static void hear_locked(void *context)
{
	struct run *run = context;

	output_live(&run->output, TOPIC_HISTORY, "", "reading the history again");
	timeline_add(run, "locked", "%s", "");
}

/* Whoever waits for others looks again and again: that is no news. */
void listeners_connecting(struct run *run)
{
	if (!run->waits_for_others)
		output_live(&run->output, TOPIC_DATABASE, "", "connecting to the database");
}

void listeners_connected(struct run *run)
{
	const struct ci_target *target = run->report.target;

	if (run->waits_for_others)
		return;
	output_live(&run->output, TOPIC_HISTORY, "", "reading the history");
	timeline_add(run, "connected", "%s %s, database '%s'", target->engine,
		target->server_version, target->database);
}

void listeners_verified(struct run *run, const struct gate_verdict *verdict)
{
	timeline_add(run, "verified", "%zu pending, %zu finding%s%s", verdict->plan_count,
		verdict->finding_count, verdict->finding_count == 1 ? "" : "s",
		verdict->is_blocked ? ": refused" : "");
}

void listeners_unrecorded(struct run *run, const struct lg_error *failure)
{
	if (failure->status)
		output_warning(&run->output,
			"the schema that this run leaves is not recorded, so 'lockgate drift' will "
			"ask: %s",
			failure->text);
}

void listeners_init(struct run *run)
{
	run->target_listener = (struct target_listener){
		.waiting = hear_waiting,
		.statement = hear_statement,
		.sent = hear_sent,
		.notice = hear_notice,
		.unreachable = hear_unreachable,
		.advice = hear_advice,
		.retrying = hear_retrying,
		.context = run,
	};
	run->gate_listener = (struct gate_listener){
		.locked = hear_locked,
		.begins = hear_begin,
		.ends = hear_end,
		.retries = hear_retrying,
		.waits = hear_others,
		.context = run,
	};
}

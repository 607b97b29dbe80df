/* SPDX-License-Identifier: MIT */
#include "plugin/listeners.h"

#include <string.h>

/* Somebody else holds the lock. */
static void show_waiting(void *context, const struct target_holder *holder)
{
	const struct run *run = context;

	output_progress(&run->output,
		"waiting for the lock: held by process %lld of %s on %s since %s%s%s",
		(long long)holder->pid, *holder->user ? holder->user : "?",
		*holder->host ? holder->host : "?", *holder->since ? holder->since : "?",
		*holder->migration ? ", at " : "", holder->migration);
}

static void show_statement(void *context, uint32_t index, uint32_t total)
{
	const struct run *run = context;

	output_detail(&run->output, "    statement %u of %u", index, total);
}

static void show_begin(
	void *context, const char *version, const char *name, size_t number, size_t total)
{
	struct run *run = context;

	/* A step that is tried again after a wait is no news. */
	if (run->last_number == number && run->last_total == total)
		return;
	run->last_number = number;
	run->last_total = total;
	output_progress(&run->output, "[%zu/%zu] %s %s", number, total, version,
		output_distinct_name(version, name));
}

static void show_end(void *context, const char *version, const char *name, int64_t duration_us)
{
	const struct run *run = context;

	(void)name;
	output_detail(&run->output, "    %s took %.1f ms", version, (double)duration_us / 1000);
}

static void show_notice(void *context, const struct target_notice *notice)
{
	const struct run *run = context;

	if (notice->is_warning)
		output_progress(&run->output, "warning: %s", notice->text);
	else
		output_detail(&run->output, "    %s", notice->text);
}

/* True if `text` is not what was told last; then it is now. */
static bool is_news(struct run *run, const char **last, const char *text)
{
	if (*last && strcmp(*last, text) == 0)
		return false;
	*last = lg_arena_add(&run->strings, text);
	return true;
}

static void show_unreachable(void *context, const char *why)
{
	struct run *run = context;

	if (is_news(run, &run->last_obstacle, why))
		output_progress(&run->output, "waiting for the database: %s", why);
}

static void show_others(void *context, const char *why)
{
	struct run *run = context;

	if (is_news(run, &run->last_obstacle, why))
		output_progress(&run->output, "waiting for another run: %s", why);
}

static void show_advice(void *context, const char *text)
{
	struct run *run = context;

	if (is_news(run, &run->last_advice, text))
		output_progress(&run->output, "advice: %s", text);
}

static void show_retrying(
	void *context, uint32_t number, uint32_t total, int64_t pause_ms, const char *why)
{
	const struct run *run = context;

	output_progress(&run->output, "%s: trying again in %.1f s (%u of %u)", why,
		(double)pause_ms / 1000, number, total);
}

void listeners_init(struct run *run)
{
	run->target_listener = (struct target_listener){
		.waiting = show_waiting,
		.statement = show_statement,
		.notice = show_notice,
		.unreachable = show_unreachable,
		.advice = show_advice,
		.retrying = show_retrying,
		.context = run,
	};
	run->gate_listener = (struct gate_listener){
		.begins = show_begin,
		.ends = show_end,
		.waits = show_others,
		.context = run,
	};
}

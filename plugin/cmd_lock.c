/* SPDX-License-Identifier: MIT */
#include <jansson.h>

#include "gate/batch.h"
#include "plugin/commands.h"

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static void print_document(const struct target_holder *holder)
{
	json_t *details = json_null();
	json_t *document;

	if (holder->is_held)
		details = json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}", "pid",
			(json_int_t)holder->pid, "user", text_or_null(holder->user), "application",
			text_or_null(holder->application), "host", text_or_null(holder->host),
			"since", text_or_null(holder->since), "migration",
			text_or_null(holder->migration));
	document = json_pack("{s:b, s:o}", "held", holder->is_held, "holder", details);
	(void)json_dumpf(document, stdout, JSON_INDENT(2));
	(void)fputc('\n', stdout);
	json_decref(document);
}

static void print_text(const struct run *run, const struct target_holder *holder)
{
	if (!holder->is_held) {
		output_line(&run->output, TONE_GOOD, "the lock is free");
		return;
	}
	output_line(&run->output, TONE_WARN, "held by process %lld of %s on %s since %s%s%s",
		(long long)holder->pid, *holder->user ? holder->user : "?",
		*holder->host ? holder->host : "?", *holder->since ? holder->since : "?",
		*holder->migration ? ", at " : "", holder->migration);
}

/* Ends the holder's run, and leaves in the history who did so and why. */
static enum lg_status break_lock(struct run *run, struct target_holder *out, struct lg_error *err)
{
	const struct target_driver *driver = run->target->driver;
	const struct gate_request request = run_request(run);
	struct gate_batch batch;
	const char *detail;

	if (driver->break_lock(run->target, run->options.lock_wait_ms, out, err) || !out->is_held)
		return err->status;
	detail = lg_arena_addf(&run->strings, "process %lld of %s on %s, since %s: %s",
		(long long)out->pid, out->user, out->host, out->since, run->options.reason);
	if (driver->lock(run->target, run->options.lock_wait_ms, err) ||
		batch_begin(&batch, run->target, "lock", &request, err))
		return err->status;
	return batch_finish(
		&batch, driver->note(run->target, batch.id, NULL, "lock broken", detail, err), err);
}

enum lg_status cmd_lock(struct run *run, struct lg_error *err)
{
	bool is_breaking = run->options.break_lock;
	struct target_holder holder = {0};

	if (run_limit_arguments(run, 0, err))
		return err->status;
	if (is_breaking && !run->options.reason)
		return lg_hint((lg_fail(err, LG_USAGE, "--break needs --reason TEXT"), err),
			"the history keeps who broke the lock, and why");
	if (is_breaking && run_confirm(run, false, "end the run that holds the lock", err))
		return err->status;
	if (run_open_target(run, !is_breaking, err))
		return err->status;
	if (is_breaking ? break_lock(run, &holder, err)
			: run->target->driver->holder(run->target, &holder, err))
		return err->status;
	if (is_breaking && holder.is_held)
		output_progress(&run->output, "the lock was broken: process %lld has ended",
			(long long)holder.pid);
	if (is_breaking)
		holder = (struct target_holder){0};
	output_settle(&run->output);
	if (run->options.json)
		print_document(&holder);
	else
		print_text(run, &holder);
	return LG_OK;
}

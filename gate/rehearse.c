/* SPDX-License-Identifier: MIT */
#include "gate/rehearse.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gate/rehearse_check.h"
#include "gate/stretch.h"

void rehearsal_init(struct gate_rehearsal *rehearsal)
{
	*rehearsal = (struct gate_rehearsal){0};
	decision_init(&rehearsal->decision);
}

void rehearsal_release(struct gate_rehearsal *rehearsal)
{
	decision_release(&rehearsal->decision);
	lg_arena_release(&rehearsal->strings);
	free(LG_TAKE(rehearsal->statements));
}

static const struct trace_lock *keep_locks(
	struct gate_rehearsal *rehearsal, const struct statement_trace *trace)
{
	struct trace_lock *locks =
		lg_arena_alloc(&rehearsal->strings, trace->lock_count * sizeof(*locks));

	for (size_t i = 0; i < trace->lock_count; i++)
		locks[i] = (struct trace_lock){
			.mode = lg_arena_add(&rehearsal->strings, trace->locks[i].mode),
			.relation = lg_arena_add(&rehearsal->strings, trace->locks[i].relation),
		};
	return locks;
}

static const char *const *keep_names(
	struct gate_rehearsal *rehearsal, const struct statement_trace *trace)
{
	const char **names =
		lg_arena_alloc(&rehearsal->strings, trace->rewritten_count * sizeof(*names));

	for (size_t i = 0; i < trace->rewritten_count; i++)
		names[i] = lg_arena_add(&rehearsal->strings, trace->rewritten[i]);
	return names;
}

static void take(void *context, const struct statement_trace *trace)
{
	struct gate_rehearsal *rehearsal = context;
	struct rehearsed_statement *item;

	rehearsal->statements =
		lg_grow(rehearsal->statements, rehearsal->count, sizeof(*rehearsal->statements));
	item = &rehearsal->statements[rehearsal->count++];
	*item = (struct rehearsed_statement){.migration = rehearsal->under_way, .trace = *trace};
	item->trace.locks = keep_locks(rehearsal, trace);
	item->trace.rewritten = keep_names(rehearsal, trace);
}

static enum lg_status run_step(struct target *target, const struct gate_request *request,
	struct gate_rehearsal *out, size_t index, struct lg_error *err)
{
	const struct gate_verdict *verdict = &out->decision.verdict;
	const struct gate_listener *listener = request->listener;
	const struct migration *migration = verdict->plan[index].migration;
	const struct statement_tracer tracer = {.took = take, .context = out};
	LG_CLEANUP(stretch_close) struct gate_stretch stretch = {.batch_id = ""};
	struct in_step none = {0};
	int64_t started_us = lg_clock_monotonic_us();

	out->under_way = migration;
	if (listener)
		listener->begins(listener->context, migration->version, migration->name, index + 1,
			verdict->plan_count);
	if (stretch_open(&stretch, request, &verdict->plan[index], 1, &none, err))
		return err->status;
	stretch.steps->joins = index > 0;
	stretch.steps->leaves_open = index + 1 < verdict->plan_count;
	if (target->driver->rehearse(target, stretch.steps, &tracer, err))
		return err->status;
	if (listener)
		listener->ends(listener->context, migration->version, migration->name,
			lg_clock_monotonic_us() - started_us);
	return LG_OK;
}

/* Some statements fail only because the migrations before them have not ended yet. */
static enum lg_status explain(const struct gate_rehearsal *out, struct lg_error *err)
{
	char advice[LG_ERROR_HINT_CHARS];
	bool is_of_sharing =
		strcmp(err->sqlstate, "55P04") == 0 || strcmp(err->sqlstate, "55006") == 0;

	if (err->status != LG_FAILED)
		return err->status;
	if (is_of_sharing && out->under_way != out->decision.verdict.plan[0].migration)
		return lg_hint(err,
			"nothing was kept; a rehearsal is one transaction, in which this fails "
			"behind the migrations before %s: rehearse once these are applied",
			err->version);
	(void)snprintf(advice, sizeof(advice), "%s", err->hint);
	return lg_hint(err, "nothing was kept, for it was a rehearsal; %s",
		*advice ? advice : "mend the script before it is applied");
}

static enum lg_status run_plan(struct target *target, const struct gate_request *request,
	struct gate_rehearsal *out, struct lg_error *err)
{
	for (size_t i = 0; i < out->decision.verdict.plan_count; i++)
		if (run_step(target, request, out, i, err))
			return explain(out, err);
	return LG_OK;
}

static enum lg_status demand_database(const struct target *target, struct lg_error *err)
{
	if (!target->driver->facts(target)->is_absent)
		return LG_OK;
	(void)lg_fail(err, LG_USAGE, "there is no database '%s' to rehearse on",
		target->driver->facts(target)->database);
	return lg_hint(err, "leave --rehearse out, or name a database that is there");
}

enum lg_status gate_rehearse(struct target *target, const struct gate_request *request,
	struct gate_rehearsal *out, struct lg_error *err)
{
	int64_t started_us = lg_clock_monotonic_us();
	int64_t locked_us;
	enum lg_status status;

	if (demand_database(target, err) || gate_lock(target, request, err))
		return err->status;
	locked_us = lg_clock_monotonic_us();
	out->lock_us = locked_us - started_us;
	if (gate_decide_locked(target, request, &out->decision, err))
		return err->status;
	if (out->decision.verdict.is_blocked || out->decision.verdict.plan_count == 0)
		return LG_OK;
	if (rehearse_check(&out->decision.verdict, request->bundle, err))
		return err->status;
	status = run_plan(target, request, out, err);
	out->run_us = lg_clock_monotonic_us() - locked_us;
	return status;
}

/* SPDX-License-Identifier: MIT */
#include "plugin/wait_schema.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gate/decide.h"
#include "plugin/listeners.h"
#include "plugin/report_fill.h"
#include "plugin/signals.h"

enum { FIRST_PAUSE_MS = 250, LONGEST_PAUSE_MS = 2000 };

/* What somebody else's apply, adopt or resolve takes away; nothing helps against the others. */
static bool may_pass(enum finding_code code)
{
	return code == FINDING_PENDING || code == FINDING_OUT_OF_ORDER || code == FINDING_DIRTY ||
	       code == FINDING_UNMANAGED || code == FINDING_WRONG_PROJECT;
}

/* True if waiting changes nothing any more. */
static bool is_final(const struct gate_verdict *verdict)
{
	for (size_t i = 0; i < verdict->finding_count; i++)
		if (verdict->findings[i].severity == FINDING_BLOCK &&
			!may_pass(verdict->findings[i].code))
			return true;
	return !verdict->is_blocked;
}

/*
 * A database that was there and is not now restarts or is busy: no SQLSTATE, or one of a class that
 * says so (connection, resources, object in use, operator).
 */
static bool is_passing(const struct lg_error *err)
{
	static const char *const classes[] = {"08", "53", "55", "57"};

	if (err->status != LG_DATABASE)
		return false;
	for (size_t i = 0; i < LG_COUNT_OF(classes); i++)
		if (strncmp(err->sqlstate, classes[i], strlen(classes[i])) == 0)
			return true;
	return !err->sqlstate[0];
}

static enum lg_status look(struct run *run, const struct gate_request *request,
	struct gate_decision *out, struct lg_error *err)
{
	enum lg_status status = gate_decide(run->target, request, false, out, err);

	run_close_target(run);
	return status;
}

/* Owned by the caller, release with free(). */
static char *describe(const struct gate_verdict *verdict)
{
	if (verdict->plan_count == 0)
		return lg_strdup(verdict->findings[0].message);
	return lg_format("%zu migration%s, the first is %s", verdict->plan_count,
		verdict->plan_count == 1 ? "" : "s", verdict->plan[0].migration->version);
}

static enum lg_status sleep_between(uint32_t *pause_ms, int64_t left_ms, struct lg_error *err)
{
	int64_t wait_ms = *pause_ms / 2 + lg_jitter(*pause_ms);

	lg_clock_sleep_ms(wait_ms < left_ms ? wait_ms : left_ms);
	if (*signals_stop())
		return lg_fail(err, LG_CANCELLED, "stopped while waiting for the schema");
	*pause_ms = *pause_ms * 2 < LONGEST_PAUSE_MS ? *pause_ms * 2 : LONGEST_PAUSE_MS;
	return LG_OK;
}

/* Looks, from the session that is open on, until there is an end. */
static enum lg_status look_until(struct run *run, const struct gate_request *request,
	int64_t deadline_us, struct gate_decision *decision, struct lg_error *err)
{
	uint32_t pause_ms = FIRST_PAUSE_MS;
	enum lg_status status = look(run, request, decision, err);

	while (status ? is_passing(err) : !is_final(&decision->verdict)) {
		int64_t left_ms = (deadline_us - lg_clock_monotonic_us()) / 1000;
		LG_FREE_BY_SCOPE char *what =
			status ? lg_strdup(err->text) : describe(&decision->verdict);

		if (left_ms <= 0)
			return status;
		listeners_waiting(run, "others", what);
		if (sleep_between(&pause_ms, left_ms, err))
			return err->status;
		status = run_open_target(run, true, err);
		if (!status)
			status = look(run, request, decision, err);
	}
	return status;
}

enum lg_status wait_for_schema(struct run *run, struct lg_error *err)
{
	int64_t deadline_us = lg_clock_monotonic_us() + run->options.wait_schema_ms * 1000;
	const struct gate_request request = run_request(run);
	LG_CLEANUP(decision_release) struct gate_decision decision;

	decision_init(&decision);
	if (run_open_target(run, true, err) ||
		look_until(run, &request, deadline_us, &decision, err))
		return err->status;
	listeners_verified(run, &decision.verdict);
	report_decision(run, &decision);
	run->is_refused = decision.verdict.is_blocked;
	return LG_OK;
}

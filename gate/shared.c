/* SPDX-License-Identifier: MIT */

/* Pure: no I/O, no clock. */

#include "gate/shared.h"

#include <stdio.h>

static enum lg_status fail_step(const struct gate_step *step, struct lg_error *err)
{
	const struct migration_part *up = &step->migration->up;

	(void)lg_place(err, up->file, up->first_line, 1);
	return lg_about(err, step->migration->version);
}

static enum lg_status fail_journaled(
	const struct gate_step *step, const char *option, struct lg_error *err)
{
	const char *version = step->migration->version;

	(void)lg_fail(err, LG_USAGE,
		"version '%s' runs outside of transactions, so it can share none with others",
		version);
	(void)lg_hint(err, "leave %s out, or apply %s by itself first", option, version);
	return fail_step(step, err);
}

static enum lg_status fail_foreign_keys(
	const struct gate_step *step, const char *option, struct lg_error *err)
{
	(void)lg_fail(err, LG_USAGE,
		"version '%s' wants foreign keys switched otherwise than those before it, which a "
		"transaction does not allow",
		step->migration->version);
	(void)lg_hint(err, "leave %s out, or apply those before it first", option);
	return fail_step(step, err);
}

enum lg_status shared_check(
	const struct gate_verdict *verdict, const char *option, struct lg_error *err)
{
	const struct gate_step *first = verdict->plan;

	for (size_t i = 0; i < verdict->plan_count; i++) {
		const struct gate_step *step = &verdict->plan[i];
		const struct directives *directives = &step->migration->up.directives;

		if (!directives->is_transactional)
			return fail_journaled(step, option, err);
		if ((directives->foreign_keys == FOREIGN_KEYS_ON) !=
			(first->migration->up.directives.foreign_keys == FOREIGN_KEYS_ON))
			return fail_foreign_keys(step, option, err);
	}
	return LG_OK;
}

enum lg_status shared_explain(const struct gate_verdict *verdict, struct lg_error *err)
{
	char advice[LG_ERROR_HINT_CHARS];

	if (verdict->plan_count < 2 || (err->status != LG_FAILED && err->status != LG_CANCELLED))
		return err->status;
	(void)snprintf(advice, sizeof(advice), "%s", err->hint);
	return lg_hint(err,
		"nothing of the %zu migrations was kept, for they share a transaction%s%s",
		verdict->plan_count, *advice ? "; " : "", advice);
}

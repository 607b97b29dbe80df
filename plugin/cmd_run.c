/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "plugin/commands.h"
#include "plugin/exit_code.h"
#include "plugin/present.h"
#include "plugin/wait_schema.h"

enum run_mode { MODE_APPLY, MODE_VERIFY, MODE_WAIT, MODE_COUNT };

static const char *const mode_names[MODE_COUNT] = {
	[MODE_APPLY] = "apply",
	[MODE_VERIFY] = "verify",
	[MODE_WAIT] = "wait",
};

static enum lg_status choose_mode(const char *name, enum run_mode *out, struct lg_error *err)
{
	*out = MODE_APPLY;
	if (!name)
		return LG_OK;
	while (*out < MODE_COUNT && strcmp(mode_names[*out], name) != 0)
		(*out)++;
	if (*out < MODE_COUNT)
		return LG_OK;
	(void)lg_fail(err, LG_USAGE, "there is no mode '%s'", name);
	return lg_hint(err, "--mode takes apply, verify or wait");
}

static const enum exit_code outcomes[] = {EXIT_FAILED, EXIT_UNDECIDED, EXIT_REFUSED};

void run_mode_add_words(struct lg_buf *out)
{
	for (size_t i = 0; i < MODE_COUNT; i++)
		lg_buf_addf(out, " %s", mode_names[i]);
}

void run_outcome_add_words(struct lg_buf *out)
{
	for (size_t i = 0; i < LG_COUNT_OF(outcomes); i++)
		lg_buf_addf(out, " %s", exit_code_name((int)outcomes[i]));
}

/* Adds the outcomes of a list such as "failed,undecided" to those that start CMD. */
static enum lg_status choose_outcomes(const char *list, unsigned int *out, struct lg_error *err)
{
	for (const char *at = list; at; at = *at ? at + 1 : NULL) {
		size_t len = strcspn(at, ",");
		bool is_found = false;

		for (size_t i = 0; i < LG_COUNT_OF(outcomes); i++) {
			const char *name = exit_code_name((int)outcomes[i]);

			if (strlen(name) != len || strncmp(name, at, len) != 0)
				continue;
			*out |= 1U << outcomes[i];
			is_found = true;
		}
		if (!is_found)
			return lg_hint((lg_fail(err, LG_USAGE, "CMD cannot be started on '%.*s'",
						(int)len, at),
					       err),
				"--start-on takes failed, undecided and refused, with commas");
		at += len;
	}
	return LG_OK;
}

static enum lg_status check_program(const struct run *run, struct lg_error *err)
{
	if (run->options.program && *run->options.program)
		return LG_OK;
	(void)lg_fail(err, LG_USAGE, "it is not said what to start");
	return lg_hint(err, "put it at the end, behind two dashes: lockgate run … -- CMD ARG…");
}

static enum lg_status run_wait(struct run *run, struct lg_error *err)
{
	if (run_limit_arguments(run, 1, err) || run_set_policy(run, err) ||
		run_open_source(run, 0, SOURCE_OR_DEFAULT, err))
		return err->status;
	run->policy.levels[POLICY_PENDING] = POLICY_BLOCK;
	if (wait_for_schema(run, err))
		return err->status;
	present_findings(run);
	present_plan(run);
	present_verdict(run);
	return LG_OK;
}

enum lg_status cmd_run(struct run *run, struct lg_error *err)
{
	unsigned int starts_on = 1U << EXIT_OK;
	enum run_mode mode;

	if (check_program(run, err) || choose_mode(run->options.mode, &mode, err) ||
		choose_outcomes(run->options.start_on, &starts_on, err))
		return err->status;
	run->starts_on = starts_on;
	switch (mode) {
	case MODE_VERIFY:
		/* The options' policies are set later, and win. */
		run->policy.levels[POLICY_PENDING] = POLICY_BLOCK;
		return cmd_verify(run, err);
	case MODE_WAIT:
		return run_wait(run, err);
	case MODE_APPLY:
	case MODE_COUNT:
		break;
	}
	return cmd_apply(run, err);
}

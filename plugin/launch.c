/* SPDX-License-Identifier: MIT */
#include "plugin/launch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "plugin/exit_code.h"
#include "plugin/output.h"

static const char own_prefix[] = "LOCKGATE_";

/* A dump of this process could hold a password. The hard limit stays, so this can be undone. */
static void forbid_core_files(struct rlimit *out_before)
{
	struct rlimit none;

	if (getrlimit(RLIMIT_CORE, out_before) != 0)
		return;
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = out_before->rlim_max};
	(void)setrlimit(RLIMIT_CORE, &none);
}

void launch_prepare(struct inheritance *out)
{
	*out = (struct inheritance){0};
	signals_install(&out->signals);
	forbid_core_files(&out->core_files);
}

/* Our variables may name a target or hold its password: they are not the program's business. */
static void hand_over_environment(const char *outcome)
{
	char **kept = environ;

	for (char **at = environ; at && *at; at++)
		if (strncmp(*at, own_prefix, strlen(own_prefix)) != 0)
			*kept++ = *at;
	if (kept)
		*kept = NULL;
	(void)setenv("LOCKGATE_OUTCOME", outcome, 1);
}

static int fail_to_start(const char *name)
{
	const struct output output = output_make(false, false, false, true);
	int code = errno == ENOENT ? LAUNCH_NOT_FOUND : LAUNCH_NOT_EXECUTABLE;
	struct lg_error err;

	(void)lg_fail_errno(&err, "cannot start '%s'", name);
	output_error(&output, &err);
	return code;
}

int launch(const struct inheritance *inherited, char *const *command, const char *outcome)
{
	int stop;

	hand_over_environment(outcome);
	(void)setrlimit(RLIMIT_CORE, &inherited->core_files);
	stop = signals_hand_over(&inherited->signals);
	if (stop)
		return EXIT_CANCELLED + stop;
	(void)execvp(command[0], command);
	return fail_to_start(command[0]);
}

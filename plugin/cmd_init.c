/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "plugin/commands.h"

enum lg_status cmd_init(struct run *run, struct lg_error *err)
{
	const struct target_driver *driver;

	if (run->options.print && run->options.json)
		return lg_fail(err, LG_USAGE, "--print and --json exclude each other");
	if (run_limit_arguments(run, 0, err) || run_open_target(run, run->options.print, err))
		return err->status;
	driver = run->target->driver;
	if (run->options.print) {
		for (const char *const *statement = driver->layout; *statement; statement++)
			output_bytes(*statement, strlen(*statement));
		return LG_OK;
	}
	if (driver->lock(run->target, run->options.lock_wait_ms, err) ||
		driver->init(run->target, err))
		return err->status;
	output_line(&run->output, TONE_GOOD, "ok: the history is there");
	return LG_OK;
}

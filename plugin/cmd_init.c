/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "plugin/commands.h"

enum lg_status cmd_init(struct run *run, struct lg_error *err)
{
	const struct target_driver *driver;

	if (run->options.print && (run->options.json || run->options.reader))
		return lg_fail(err, LG_USAGE, "--print excludes --json and --reader");
	if (run_limit_arguments(run, 0, err) || run_open_target(run, run->options.print, err))
		return err->status;
	driver = run->target->driver;
	if (run->options.print) {
		for (const char *const *statement = driver->layout; *statement; statement++)
			output_bytes(&run->output, *statement, strlen(*statement));
		return LG_OK;
	}
	if (driver->lock(run->target, run->options.lock_wait_ms, err) ||
		driver->init(run->target, err))
		return err->status;
	if (run->options.reader && driver->grant_reader(run->target, run->options.reader, err))
		return err->status;
	output_line(&run->output, TONE_GOOD, "ok: the history is there");
	if (run->options.reader)
		output_line(
			&run->output, TONE_GOOD, "ok: role '%s' may read it", run->options.reader);
	return LG_OK;
}

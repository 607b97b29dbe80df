/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "plugin/commands.h"

enum lg_status cmd_new(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf paths;
	const char *folder = run_source_path(run, 1, SOURCE_OR_DEFAULT);

	lg_buf_init(&paths, LG_BUF_MAX_BYTES);
	if (run->options.positional_count == 0)
		return lg_hint((lg_fail(err, LG_USAGE, "the migration needs a name"), err),
			"lockgate new NAME, for instance: lockgate new create_users");
	if (folder_new(folder, run->options.format, run->options.positional[0], lg_clock_now_us(),
		    &paths, err))
		return err->status;
	output_bytes(&run->output, paths.text, paths.len);
	return LG_OK;
}

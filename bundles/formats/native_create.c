/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "bundles/formats/native.h"
#include "bundles/limits.h"
#include "bundles/version.h"
#include "bundles/version_step.h"

static char *next_version(const struct folder_list *list, int64_t moment_us)
{
	LG_FREE_BY_SCOPE char *highest = lg_calloc(1, LG_TIMESTAMP_CHARS + 1);
	bool is_taken = false;

	lg_clock_timestamp(moment_us, highest);
	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->items[i].name;
		size_t span = version_span(name);
		LG_FREE_BY_SCOPE char *version = lg_strndup(name, span);

		if (span == 0 || name[span] != '_' || version_compare(version, highest) < 0)
			continue;
		free(highest);
		highest = LG_TAKE(version);
		is_taken = true;
	}
	return is_taken ? version_after(highest, highest) : LG_TAKE(highest);
}

static enum lg_status create_file(
	const char *path, const char *text, struct lg_buf *out_paths, struct lg_error *err)
{
	if (lg_file_create(path, text, err))
		return err->status;
	lg_buf_adds(out_paths, path);
	lg_buf_addc(out_paths, '\n');
	return LG_OK;
}

enum lg_status native_create(const char *path, const struct folder_list *list, const char *name,
	int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *version = next_version(list, moment_us);
	LG_FREE_BY_SCOPE char *stem = lg_format("%s_%s", version, name);
	LG_FREE_BY_SCOPE char *up = lg_format("%s/%s.up.sql", path, stem);
	LG_FREE_BY_SCOPE char *down = lg_format("%s/%s.down.sql", path, stem);
	LG_FREE_BY_SCOPE char *up_text = lg_format(
		"-- %s: what the change is, and why.\n"
		"--\n"
		"-- Runs in one transaction; no BEGIN or COMMIT here. Directives, such as a\n"
		"-- lock timeout, go into this first block of comments (man lockgate).\n\n",
		stem);
	LG_FREE_BY_SCOPE char *down_text = lg_format(
		"-- %s: what takes the change back.\n"
		"--\n"
		"-- Delete this file if nothing can: revert then refuses instead of doing\n"
		"-- nothing.\n\n",
		stem);

	if (strlen(stem) + strlen(".down.sql") > BUNDLE_MAX_NAME_CHARS)
		return lg_fail(err, LG_USAGE,
			"the name is too long: '%s.down.sql' has more than %d "
			"characters",
			stem, BUNDLE_MAX_NAME_CHARS);
	if (create_file(up, up_text, out_paths, err))
		return err->status;
	if (create_file(down, down_text, out_paths, err)) {
		/* Half a migration would be taken for one that cannot be reverted. */
		(void)unlink(up);
		return err->status;
	}
	return LG_OK;
}

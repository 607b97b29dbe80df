/* SPDX-License-Identifier: MIT */
#include "bundles/formats/foreign_create.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "bundles/limits.h"
#include "bundles/version.h"
#include "bundles/version_step.h"

char *foreign_last_version(const struct folder_list *list)
{
	char *highest = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->items[i].name;
		size_t span = strspn(name, "0123456789");
		LG_FREE_BY_SCOPE char *version = lg_strndup(name, span);

		if (span == 0 || name[span] != '_' ||
			(highest && version_compare(version, highest) < 0))
			continue;
		free(highest);
		highest = LG_TAKE(version);
	}
	return highest;
}

char *foreign_next_version(const struct folder_list *list, int64_t moment_us)
{
	LG_FREE_BY_SCOPE char *last = foreign_last_version(list);
	char *now;

	if (last)
		return version_after_at(last, last, moment_us);
	now = lg_calloc(1, LG_TIMESTAMP_CHARS + 1);
	lg_clock_timestamp(moment_us, now);
	return now;
}

static enum lg_status check_name(const char *prefix, const char *name, struct lg_error *err)
{
	if (strlen(prefix) + strlen(name) <= BUNDLE_MAX_NAME_CHARS)
		return LG_OK;
	return lg_fail(err, LG_USAGE, "the name is too long: '%s%s' has more than %d characters",
		prefix, name, BUNDLE_MAX_NAME_CHARS);
}

static void remove_files(const char *path, const struct foreign_script *scripts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		LG_FREE_BY_SCOPE char *file = lg_format("%s/%s", path, scripts[i].name);

		(void)unlink(file);
	}
}

enum lg_status foreign_create(const char *path, const struct foreign_script *scripts, size_t count,
	struct lg_buf *out_paths, struct lg_error *err)
{
	for (size_t i = 0; i < count; i++)
		if (check_name("", scripts[i].name, err))
			return err->status;
	for (size_t i = 0; i < count; i++) {
		LG_FREE_BY_SCOPE char *file = lg_format("%s/%s", path, scripts[i].name);

		if (lg_file_create(file, scripts[i].text, err)) {
			/* Half a migration would be taken for one that cannot be reverted. */
			remove_files(path, scripts, i);
			return err->status;
		}
	}
	for (size_t i = 0; i < count; i++)
		lg_buf_addf(out_paths, "%s/%s\n", path, scripts[i].name);
	return LG_OK;
}

enum lg_status foreign_create_in(const char *path, const char *folder,
	const struct foreign_script *scripts, size_t count, struct lg_buf *out_paths,
	struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *below = lg_format("%s/%s", path, folder);
	LG_FREE_BY_SCOPE char *prefix = lg_format("%s/", folder);

	for (size_t i = 0; i < count; i++)
		if (check_name(prefix, scripts[i].name, err))
			return err->status;
	if (mkdir(below, 0777) != 0)
		return lg_fail_errno(err, "cannot create folder '%s'", below);
	if (foreign_create(below, scripts, count, out_paths, err)) {
		(void)rmdir(below);
		return err->status;
	}
	return LG_OK;
}

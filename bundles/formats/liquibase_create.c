/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bundles/formats/foreign_create.h"
#include "bundles/formats/liquibase.h"
#include "bundles/version_step.h"

static enum lg_status refuse(
	const struct liquibase_file *last, const char *name, struct lg_error *err)
{
	(void)lg_fail(err, LG_USAGE,
		"the changelogs have no numbers in their names, so there is no name for the next");
	return lg_hint(err,
		"add a line --changeset AUTHOR:%s, and the SQL below it, at the end of '%s'", name,
		last->file);
}

/* The last file's name with the next number and another description; NULL if it has no number. */
static char *next_file(const struct liquibase_file *last, const char *name, int64_t moment_us)
{
	const char *slash = strrchr(last->listed, '/');
	const char *base = slash ? slash + 1 : last->listed;
	size_t offset = 0;
	size_t span = liquibase_version_span(base, &offset);
	LG_FREE_BY_SCOPE char *version = lg_strndup(base + offset, span);
	LG_FREE_BY_SCOPE char *next = NULL;
	char separator = base[offset + span];

	if (span == 0)
		return NULL;
	next = version_after_at(version, version, moment_us);
	return lg_format("%.*s%s%c%s.sql", (int)(base + offset - last->listed), last->listed, next,
		separator == '-' ? '-' : '_', name);
}

static char *first_file(const char *name, int64_t moment_us)
{
	char version[LG_TIMESTAMP_CHARS + 1];

	lg_clock_timestamp(moment_us, version);
	return lg_format("%s_%s.sql", version, name);
}

enum lg_status liquibase_create(const char *path, const struct folder_list *list, const char *name,
	int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	LG_CLEANUP(folder_reader_release) struct folder_reader reader = {.fd = -1};
	LG_CLEANUP(folder_result_release) struct folder_result result = {0};
	LG_CLEANUP(liquibase_files_release) struct liquibase_files files = {0};
	LG_CLEANUP(bundle_release) struct bundle bundle;
	LG_FREE_BY_SCOPE char *file = NULL;
	LG_FREE_BY_SCOPE char *text = lg_format("--liquibase formatted sql\n\n"
						"--changeset lockgate:%s\n\n\n--rollback \n",
		name);

	bundle_init(&bundle);
	reader.bundle = &bundle;
	reader.result = &result;
	if (folder_reader_open(&reader, path, err) ||
		liquibase_files_find(&reader, list, &files, err))
		return err->status;
	file = files.count > 0 ? next_file(&files.items[files.count - 1], name, moment_us)
			       : first_file(name, moment_us);
	if (!file)
		return refuse(&files.items[files.count - 1], name, err);
	return foreign_create(path, &(const struct foreign_script){file, text}, 1, out_paths, err);
}

/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bundles/formats/flyway.h"
#include "bundles/formats/flyway_walk.h"
#include "bundles/formats/foreign_create.h"
#include "bundles/version.h"
#include "bundles/version_step.h"

/* The one with the highest version; NULL if none has a version. */
static const struct flyway_file *highest(const struct flyway_walk *walk)
{
	const struct flyway_file *found = NULL;

	for (size_t i = 0; i < walk->file_count; i++) {
		const struct flyway_file *file = &walk->files[i];

		if (file->kind != MIGRATION_REPEATABLE &&
			(!found || version_compare(file->file.version, found->file.version) > 0))
			found = file;
	}
	return found;
}

/* As Flyway's file names have it. Owned by the caller, release with free(). */
static char *next_version(const struct flyway_walk *walk, int64_t moment_us)
{
	const struct flyway_file *last = highest(walk);
	char *version;

	if (!last) {
		version = lg_calloc(1, LG_TIMESTAMP_CHARS + 1);
		lg_clock_timestamp(moment_us, version);
		return version;
	}
	version = version_after_at(last->file.version, last->file.version, moment_us);
	for (char *at = version; *at && strchr(last->raw_version, '_'); at++)
		if (*at == '.')
			*at = '_';
	return version;
}

static bool has_undo(const struct flyway_walk *walk)
{
	for (size_t i = 0; i < walk->file_count; i++)
		if (walk->files[i].file.role == SCRIPT_DOWN)
			return true;
	return false;
}

static enum lg_status create_files(const char *path, const struct flyway_walk *walk,
	const char *name, int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	const struct flyway_settings *settings = &walk->settings;
	LG_FREE_BY_SCOPE char *version = next_version(walk, moment_us);
	LG_FREE_BY_SCOPE char *up =
		lg_format("%s%s%s%s.sql", settings->versioned, version, settings->separator, name);
	LG_FREE_BY_SCOPE char *undo =
		lg_format("%s%s%s%s.sql", settings->undo, version, settings->separator, name);
	const struct foreign_script scripts[] = {{up, ""}, {undo, ""}};

	/* Flyway runs undo scripts for those alone who pay for it: a folder shows who has them. */
	return foreign_create(path, scripts, has_undo(walk) ? 2 : 1, out_paths, err);
}

enum lg_status flyway_create(const char *path, const struct folder_list *list, const char *name,
	int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	LG_CLEANUP(folder_reader_release) struct folder_reader reader = {.fd = -1};
	LG_CLEANUP(folder_result_release) struct folder_result result = {0};
	LG_CLEANUP(flyway_walk_release)
	struct flyway_walk walk = {.walk = {.reader = &reader, .root = list}};
	LG_CLEANUP(bundle_release) struct bundle bundle;

	bundle_init(&bundle);
	reader.bundle = &bundle;
	reader.result = &result;
	if (folder_reader_open(&reader, path, err) ||
		flyway_settings_read(&reader, &walk.settings, err) || flyway_walk_fill(&walk, err))
		return err->status;
	return create_files(path, &walk, name, moment_us, out_paths, err);
}

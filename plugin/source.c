/* SPDX-License-Identifier: MIT */
#include "plugin/source.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

void source_init(struct source *source)
{
	*source = (struct source){0};
	bundle_init(&source->bundle);
}

void source_release(struct source *source)
{
	archive_reader_free(source->reader);
	folder_result_release(&source->skipped);
	bundle_release(&source->bundle);
	source->reader = NULL;
}

/* What bears no signature is refused before a program that it comes with could run. */
static enum lg_status refuse_unsigned(
	const struct archive_options *archive, struct source *out, struct lg_error *err)
{
	if (!archive->trust || archive->signature ||
		!trust_judge(archive->trust, &out->bundle, err))
		return LG_OK;
	(void)lg_hint(err, "name a signature over the folder's manifest with --signature FILE, or "
			   "take a bundle that is signed");
	return lg_wrap(err, "folder '%s'", out->path);
}

static enum lg_status judge_folder(
	const struct archive_options *archive, struct source *out, struct lg_error *err)
{
	if ((archive->signature && bundle_add_signature(&out->bundle, archive->signature, err)) ||
		(archive->trust && trust_judge(archive->trust, &out->bundle, err)))
		return lg_wrap(err, "folder '%s'", out->path);
	return LG_OK;
}

enum lg_status source_open(const char *path, const struct folder_options *folder,
	const struct archive_options *archive, struct source *out, struct lg_error *err)
{
	if (access(path, F_OK) != 0)
		return lg_hint((lg_fail_errno(err, "there is no source '%s'", path), err),
			"SOURCE is a folder of migrations, or a bundle that 'lockgate bundle' made");
	out->path = path;
	out->is_folder = lg_is_directory(path);
	if (out->is_folder) {
		if (refuse_unsigned(archive, out, err))
			return err->status;
		if (folder_pack(path, folder, &out->bundle, &out->skipped, err))
			return source_place(out, err);
		return judge_folder(archive, out, err);
	}
	if (archive_open(path, archive, &out->bundle, &out->reader, err)) {
		if (err->status == LG_FORMAT && !err->hint[0])
			(void)lg_hint(err, "make the bundle anew with 'lockgate bundle'");
		return source_place(out, err);
	}
	return LG_OK;
}

enum lg_status source_load(struct source *source, struct lg_error *err)
{
	if (source->bundle.has_bodies)
		return LG_OK;
	if (archive_read_bodies(source->reader, err))
		return source_place(source, err);
	return LG_OK;
}

/* The folder's path without slashes at its end. */
static int path_len(const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return (int)len;
}

const char *source_file(const struct source *source, const char *file, struct lg_arena *strings)
{
	if (!file || !source->is_folder)
		return file;
	return lg_arena_addf(strings, "%.*s/%s", path_len(source->path), source->path, file);
}

enum lg_status source_place(const struct source *source, struct lg_error *err)
{
	bool is_about_source = err->status == LG_FORMAT || err->status == LG_LIMIT;
	LG_FREE_BY_SCOPE char *file = NULL;

	if (!source->path)
		return err->status;
	if (!source->is_folder && is_about_source && !strstr(err->text, source->path))
		return lg_wrap(err, "bundle '%s'", source->path);
	if (!source->is_folder || !err->file[0])
		return err->status;
	file = lg_format("%.*s/%s", path_len(source->path), source->path, err->file);
	(void)snprintf(err->file, sizeof(err->file), "%s", file);
	return err->status;
}

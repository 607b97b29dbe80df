/* SPDX-License-Identifier: MIT */
#include "bundles/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "bundles/frame.h"
#include "bundles/limits.h"
#include "bundles/manifest.h"

/* What libarchive's callback needs; the error it met is kept, for libarchive cannot carry it. */
struct sink {
	struct frame_writer *frame;
	struct lg_error err;
};

static void drop_archive(struct archive **slot)
{
	(void)archive_write_free(*slot);
}

static void drop_entry(struct archive_entry **slot)
{
	archive_entry_free(*slot);
}

static void drop_frame(struct frame_writer **slot)
{
	frame_writer_free(*slot);
}

static la_ssize_t take_block(struct archive *archive, void *context, const void *bytes, size_t len)
{
	struct sink *sink = context;

	if (frame_write(sink->frame, bytes, len, &sink->err) == LG_OK)
		return (la_ssize_t)len;
	archive_set_error(archive, EIO, "the sink failed");
	return -1;
}

/* The sink's own error where there is one, else what libarchive says. */
static enum lg_status blame(const struct sink *sink, struct archive *archive, struct lg_error *err)
{
	const char *reason = archive_error_string(archive);

	if (sink->err.status) {
		*err = sink->err;
		return err->status;
	}
	return lg_fail(err, LG_INTERNAL, "libarchive: %s", reason ? reason : "no reason given");
}

static int set_up(struct archive *archive, struct sink *sink)
{
	int result = archive_write_set_format_ustar(archive);

	if (result == ARCHIVE_OK)
		result = archive_write_add_filter_none(archive);
	if (result == ARCHIVE_OK)
		result = archive_write_set_bytes_in_last_block(archive, 1);
	if (result == ARCHIVE_OK)
		result = archive_write_open(archive, sink, NULL, take_block, NULL);
	return result;
}

static int write_header(struct archive *archive, const char *name, uint64_t size)
{
	LG_CLEANUP(drop_entry) struct archive_entry *entry = archive_entry_new();

	if (!entry)
		return ARCHIVE_FATAL;
	archive_entry_set_pathname(entry, name);
	archive_entry_set_size(entry, (la_int64_t)size);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_uid(entry, 0);
	archive_entry_set_gid(entry, 0);
	archive_entry_set_mtime(entry, 0, 0);
	return archive_write_header(archive, entry);
}

static int write_body(struct archive *archive, struct body_view *view)
{
	size_t at = 0;

	while (at < view->len) {
		size_t left = view->len - at;
		size_t len = left < BUNDLE_WINDOW_BYTES ? left : BUNDLE_WINDOW_BYTES;

		if (archive_write_data(archive, view->text + at, len) != (la_ssize_t)len)
			return ARCHIVE_FATAL;
		at += len;
		body_view_forget(view, at);
	}
	return ARCHIVE_OK;
}

static int write_text(struct archive *archive, const char *name, const char *text, size_t len)
{
	struct body_view view = body_view_of_text(text, len);

	if (write_header(archive, name, len) != ARCHIVE_OK)
		return ARCHIVE_FATAL;
	return write_body(archive, &view);
}

static int write_front(struct archive *archive, const struct bundle *bundle)
{
	const struct lg_buf *manifest = &bundle->manifest;
	int result = write_text(archive, "manifest", manifest->text, manifest->len);

	for (size_t i = 0; i < bundle->signature_count && result == ARCHIVE_OK; i++) {
		const struct bundle_signature *signature = &bundle->signatures[i];

		result = write_text(archive, signature->name, signature->bytes, signature->len);
	}
	return result;
}

static enum lg_status write_entries(const struct bundle *bundle, struct archive *archive,
	struct sink *sink, struct lg_error *err)
{
	struct manifest_cursor cursor = {.bundle = bundle};
	struct manifest_entry entry;

	if (write_front(archive, bundle) != ARCHIVE_OK)
		return blame(sink, archive, err);
	while (manifest_next(&cursor, &entry)) {
		LG_CLEANUP(body_view_close) struct body_view view = {0};

		if (bundle_view(bundle, entry.part, &view, err))
			return err->status;
		if (write_header(archive, entry.name, entry.part->size) != ARCHIVE_OK ||
			write_body(archive, &view) != ARCHIVE_OK)
			return blame(sink, archive, err);
	}
	if (archive_write_close(archive) != ARCHIVE_OK)
		return blame(sink, archive, err);
	return LG_OK;
}

static enum lg_status write_frame(
	const struct bundle *bundle, int fd, struct lg_digest *out_sha256, struct lg_error *err)
{
	LG_CLEANUP(drop_frame) struct frame_writer *frame = NULL;
	LG_CLEANUP(drop_archive) struct archive *archive = NULL;
	struct sink sink = {0};

	if (frame_writer_new(fd, &frame, err))
		return err->status;
	sink.frame = frame;
	archive = archive_write_new();
	if (!archive || set_up(archive, &sink) != ARCHIVE_OK)
		return lg_fail(err, LG_INTERNAL, "cannot set libarchive up");
	if (write_entries(bundle, archive, &sink, err)) {
		/* What is half done must not be completed while it is released. */
		(void)archive_write_fail(archive);
		return err->status;
	}
	return frame_write_end(frame, out_sha256, err);
}

enum lg_status archive_write(const struct bundle *bundle, const char *path,
	struct lg_digest *out_sha256, struct lg_error *err)
{
	LG_CLEANUP(lg_replacement_release) struct lg_replacement file = {.fd = -1};
	struct lg_digest sha256 = {{0}};

	if (lg_replacement_begin(&file, path, err))
		return err->status;
	if (write_frame(bundle, file.fd, &sha256, err))
		return lg_wrap(err, "bundle '%s'", path);
	if (lg_replacement_commit(&file, err))
		return err->status;
	*out_sha256 = sha256;
	return LG_OK;
}

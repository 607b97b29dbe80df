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

/* What libarchive hands to the compressor at once. */
enum { BLOCK_BYTES = 128 * 1024 };

struct writer {
	struct frame_writer *frame;
	struct archive *archive;
	struct archive_entry *entry; /* all of a header but name and size */
	struct lg_error err;         /* of the callback: libarchive cannot carry it */
};

static void drop_writer(struct writer *writer)
{
	archive_entry_free(writer->entry);
	(void)archive_write_free(writer->archive);
	frame_writer_free(writer->frame);
}

static la_ssize_t take_block(struct archive *archive, void *context, const void *bytes, size_t len)
{
	struct writer *writer = context;

	/* libarchive completes an archive when it is freed; after an error nothing more goes out.
	 */
	if (writer->err.status == LG_OK &&
		frame_write(writer->frame, bytes, len, &writer->err) == LG_OK)
		return (la_ssize_t)len;
	archive_set_error(archive, EIO, "the sink failed");
	return -1;
}

/* The callback's own error where there is one, else what libarchive says. */
static enum lg_status blame(const struct writer *writer, struct lg_error *err)
{
	const char *reason = archive_error_string(writer->archive);

	if (writer->err.status) {
		*err = writer->err;
		return err->status;
	}
	return lg_fail(err, LG_INTERNAL, "libarchive: %s", reason ? reason : "no reason given");
}

static enum lg_status set_up(struct writer *writer, int fd, struct lg_error *err)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	writer->archive = archive;
	writer->entry = entry;
	if (!archive || !entry || archive_write_set_format_ustar(archive) != ARCHIVE_OK ||
		archive_write_add_filter_none(archive) != ARCHIVE_OK ||
		archive_write_set_bytes_per_block(archive, BLOCK_BYTES) != ARCHIVE_OK ||
		archive_write_set_bytes_in_last_block(archive, 1) != ARCHIVE_OK ||
		archive_write_open(archive, writer, NULL, take_block, NULL) != ARCHIVE_OK)
		return lg_fail(err, LG_INTERNAL, "cannot set libarchive up");
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_uid(entry, 0);
	archive_entry_set_gid(entry, 0);
	archive_entry_set_mtime(entry, 0, 0);
	return frame_writer_new(fd, &writer->frame, err);
}

static enum lg_status write_entry(
	struct writer *writer, const char *name, struct body_view *view, struct lg_error *err)
{
	size_t at = 0;

	archive_entry_set_pathname(writer->entry, name);
	archive_entry_set_size(writer->entry, (la_int64_t)view->len);
	if (archive_write_header(writer->archive, writer->entry) != ARCHIVE_OK)
		return blame(writer, err);
	while (at < view->len) {
		size_t left = view->len - at;
		size_t len = left < BUNDLE_WINDOW_BYTES ? left : BUNDLE_WINDOW_BYTES;

		if (archive_write_data(writer->archive, view->text + at, len) != (la_ssize_t)len)
			return blame(writer, err);
		at += len;
		body_view_forget(view, at);
	}
	return LG_OK;
}

static enum lg_status write_front(
	struct writer *writer, const struct bundle *bundle, struct lg_error *err)
{
	struct body_view view = body_view_of_text(bundle->manifest.text, bundle->manifest.len);

	if (write_entry(writer, "manifest", &view, err))
		return err->status;
	for (size_t i = 0; i < bundle->signature_count; i++) {
		const struct bundle_signature *signature = &bundle->signatures[i];

		view = body_view_of_text(signature->bytes, signature->len);
		if (write_entry(writer, signature->name, &view, err))
			return err->status;
	}
	return LG_OK;
}

static enum lg_status write_entries(
	struct writer *writer, const struct bundle *bundle, struct lg_error *err)
{
	struct manifest_cursor cursor = {.bundle = bundle};
	struct manifest_entry entry;

	if (write_front(writer, bundle, err))
		return err->status;
	while (manifest_next(&cursor, &entry)) {
		LG_CLEANUP(body_view_close) struct body_view view = {0};

		if (bundle_view(bundle, entry.part, &view, err) ||
			write_entry(writer, entry.name, &view, err))
			return err->status;
	}
	if (archive_write_close(writer->archive) != ARCHIVE_OK)
		return blame(writer, err);
	return LG_OK;
}

static enum lg_status write_frame(
	const struct bundle *bundle, int fd, struct lg_digest *out_sha256, struct lg_error *err)
{
	LG_CLEANUP(drop_writer) struct writer writer = {0};

	if (set_up(&writer, fd, err))
		return err->status;
	if (write_entries(&writer, bundle, err))
		return err->status;
	return frame_write_end(writer.frame, out_sha256, err);
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

/* SPDX-License-Identifier: MIT */
#include "bundles/entry_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/frame.h"

enum { CHUNK_BYTES = 64 * 1024 };

struct entry_reader {
	struct frame_reader *frame;
	struct archive *archive;

	/* Read ahead of libarchive: filling of the entry before, then one block, at the end two. */
	unsigned char ahead[3 * USTAR_BLOCK_BYTES];
	size_t ahead_len;
	bool is_checked; /* libarchive may have it */

	uint64_t body_left;  /* to be served, of the entry that was checked last */
	size_t padding_left; /* behind it */
	size_t entries;      /* opened so far */
	struct lg_error err; /* what happened inside libarchive's callback */
	unsigned char chunk[CHUNK_BYTES];
};

void entry_reader_free(struct entry_reader *reader)
{
	if (!reader)
		return;
	(void)archive_read_free(reader->archive);
	frame_reader_free(reader->frame);
	free(reader);
}

static void drop_reader(struct entry_reader **slot)
{
	entry_reader_free(*slot);
}

enum lg_status entry_reader_open(const char *path, struct entry_reader **out, struct lg_error *err)
{
	LG_CLEANUP(drop_reader) struct entry_reader *reader = lg_calloc(1, sizeof(*reader));

	if (frame_reader_open(path, &reader->frame, err))
		return err->status;
	*out = LG_TAKE(reader);
	return LG_OK;
}

size_t entry_reader_count(const struct entry_reader *reader)
{
	return reader->entries;
}

/* Segments */

static bool is_zeros(const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i])
			return false;
	return true;
}

static enum lg_status read_padding(
	struct entry_reader *reader, unsigned char *out, struct lg_error *err)
{
	if (frame_read(reader->frame, out, reader->padding_left, err))
		return err->status;
	if (!is_zeros(out, reader->padding_left))
		return lg_fail(err, LG_FORMAT, "the filling behind entry %zu is not zero",
			reader->entries);
	reader->padding_left = 0;
	return LG_OK;
}

/* Leaves the next piece for libarchive in *out. */
static enum lg_status next_segment(
	struct entry_reader *reader, const void **out, size_t *out_len, struct lg_error *err)
{
	*out = reader->chunk;
	if (reader->is_checked) {
		*out = reader->ahead;
		*out_len = reader->ahead_len;
		reader->ahead_len = 0;
		reader->is_checked = false;
		return LG_OK;
	}
	if (reader->body_left > 0) {
		*out_len =
			reader->body_left < CHUNK_BYTES ? (size_t)reader->body_left : CHUNK_BYTES;
		reader->body_left -= *out_len;
		return frame_read(reader->frame, reader->chunk, *out_len, err);
	}
	if (reader->padding_left > 0) {
		*out_len = reader->padding_left;
		return read_padding(reader, reader->chunk, err);
	}
	return lg_fail(err, LG_INTERNAL, "libarchive asks for what was not checked");
}

static la_ssize_t give_segment(struct archive *archive, void *context, const void **out)
{
	struct entry_reader *reader = context;
	size_t len = 0;

	if (next_segment(reader, out, &len, &reader->err) == LG_OK)
		return (la_ssize_t)len;
	archive_set_error(archive, EIO, "the source failed");
	return -1;
}

/* The callback's own error where there is one, else what libarchive says. */
static enum lg_status blame(struct entry_reader *reader, struct lg_error *err)
{
	const char *reason = archive_error_string(reader->archive);

	if (reader->err.status) {
		*err = reader->err;
		return err->status;
	}
	return lg_fail(err, LG_FORMAT, "libarchive: %s", reason ? reason : "no reason given");
}

enum lg_status entry_peek(
	struct entry_reader *reader, struct ustar_block *out, struct lg_error *err)
{
	size_t padding = reader->padding_left;

	if (reader->ahead_len == 0) {
		if (read_padding(reader, reader->ahead, err) ||
			frame_read(reader->frame, reader->ahead + padding, USTAR_BLOCK_BYTES, err))
			return err->status;
		reader->ahead_len = padding + USTAR_BLOCK_BYTES;
	}
	memcpy(out->bytes, reader->ahead + reader->ahead_len - USTAR_BLOCK_BYTES,
		USTAR_BLOCK_BYTES);
	return LG_OK;
}

/* Entries */

static enum lg_status compare_header(
	struct entry_reader *reader, const char *name, uint64_t size, struct lg_error *err)
{
	struct ustar_block found;
	struct ustar_block own = ustar_header(name, size);
	const char *difference;

	if (entry_peek(reader, &found, err))
		return err->status;
	if (is_zeros(found.bytes, USTAR_BLOCK_BYTES))
		return lg_fail(err, LG_FORMAT, "the archive ends where it should stand");
	difference = ustar_difference(&found, &own);
	if (difference)
		return lg_fail(
			err, LG_FORMAT, "the header's %s is not as lockgate writes it", difference);
	return LG_OK;
}

/* libarchive must have understood the header as we did. */
static enum lg_status compare_entry(struct entry_reader *reader, struct archive_entry *entry,
	const char *name, uint64_t size, struct lg_error *err)
{
	const char *path = archive_entry_pathname(entry);

	if (!path || strcmp(path, name) != 0 || archive_entry_size(entry) != (la_int64_t)size ||
		archive_entry_filetype(entry) != AE_IFREG ||
		archive_format(reader->archive) != ARCHIVE_FORMAT_TAR_USTAR)
		return lg_fail(err, LG_FORMAT, "libarchive reads its header otherwise");
	return LG_OK;
}

/* libarchive reads when it is opened, so this waits for the first block to be checked. */
static enum lg_status start_libarchive(struct entry_reader *reader, struct lg_error *err)
{
	reader->archive = archive_read_new();
	if (!reader->archive || archive_read_support_format_tar(reader->archive) != ARCHIVE_OK)
		return lg_fail(err, LG_INTERNAL, "cannot set libarchive up");
	if (archive_read_open(reader->archive, reader, NULL, give_segment, NULL) != ARCHIVE_OK)
		return blame(reader, err);
	return LG_OK;
}

enum lg_status entry_open(
	struct entry_reader *reader, const char *name, uint64_t size, struct lg_error *err)
{
	struct archive_entry *entry;

	reader->entries++;
	if (compare_header(reader, name, size, err))
		return err->status;
	reader->is_checked = true;
	reader->body_left = size;
	reader->padding_left = ustar_padding(size);
	if (!reader->archive && start_libarchive(reader, err))
		return err->status;
	if (archive_read_next_header(reader->archive, &entry) != ARCHIVE_OK)
		return blame(reader, err);
	return compare_entry(reader, entry, name, size, err);
}

enum lg_status entry_read(struct entry_reader *reader, uint64_t at, const void **out,
	size_t *out_len, struct lg_error *err)
{
	la_int64_t offset = 0;
	int result = archive_read_data_block(reader->archive, out, out_len, &offset);

	if (result == ARCHIVE_EOF) {
		*out_len = 0;
		return LG_OK;
	}
	if (result != ARCHIVE_OK)
		return blame(reader, err);
	if (offset != (la_int64_t)at || *out_len == 0)
		return lg_fail(err, LG_INTERNAL, "libarchive skips bytes");
	return LG_OK;
}

enum lg_status entry_read_end(struct entry_reader *reader, struct lg_error *err)
{
	struct ustar_block block = {{0}};
	struct archive_entry *entry;

	if (entry_peek(reader, &block, err))
		return lg_wrap(err, "end of the archive");
	if (!is_zeros(block.bytes, USTAR_BLOCK_BYTES))
		return lg_fail(err, LG_FORMAT,
			"an entry that the manifest does not know follows entry %zu",
			reader->entries);
	if (frame_read(reader->frame, block.bytes, USTAR_BLOCK_BYTES, err))
		return lg_wrap(err, "end of the archive");
	if (!is_zeros(block.bytes, USTAR_BLOCK_BYTES))
		return lg_fail(err, LG_FORMAT, "the archive's second end block is not zero");
	memcpy(reader->ahead + reader->ahead_len, block.bytes, USTAR_BLOCK_BYTES);
	reader->ahead_len += USTAR_BLOCK_BYTES;
	reader->is_checked = true;
	if (archive_read_next_header(reader->archive, &entry) != ARCHIVE_EOF)
		return blame(reader, err);
	return frame_read_end(reader->frame, err);
}

/* SPDX-License-Identifier: MIT */
#include "bundles/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/frame.h"
#include "bundles/limits.h"
#include "bundles/manifest.h"
#include "bundles/ustar.h"

/*
 * The stream is cut into segments: header block, body, padding, end. Each one but the bodies is
 * held against what our writer would have written, and only then may libarchive see it. So
 * libarchive meets nothing but plain ustar entries, whatever the file holds.
 */

enum { CHUNK_BYTES = 256 * 1024 };

#define SIGNATURE_PREFIX "signature."
enum { SIGNATURE_SUFFIX_CHARS = 32 };

struct archive_reader {
	struct bundle *bundle;
	uint64_t max_total_bytes;
	struct frame_reader *frame;
	struct archive *archive;
	struct lg_hasher hasher;

	/* Read ahead of libarchive: filling of the entry before, then one block, at the end two. */
	unsigned char ahead[3 * USTAR_BLOCK_BYTES];
	size_t ahead_len;
	bool is_checked; /* libarchive may have it */

	uint64_t body_left;  /* to be served, of the entry that was checked last */
	size_t padding_left; /* behind it */
	size_t entries;      /* checked so far */
	struct lg_error err; /* what happened inside libarchive's callback */
	unsigned char chunk[CHUNK_BYTES];
};

void archive_reader_free(struct archive_reader *reader)
{
	if (!reader)
		return;
	(void)archive_read_free(reader->archive);
	frame_reader_free(reader->frame);
	lg_hasher_release(&reader->hasher);
	free(reader);
}

static void drop_reader(struct archive_reader **slot)
{
	archive_reader_free(*slot);
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
	struct archive_reader *reader, unsigned char *out, struct lg_error *err)
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
	struct archive_reader *reader, const void **out, size_t *out_len, struct lg_error *err)
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
	struct archive_reader *reader = context;
	size_t len = 0;

	if (next_segment(reader, out, &len, &reader->err) == LG_OK)
		return (la_ssize_t)len;
	archive_set_error(archive, EIO, "the source failed");
	return -1;
}

/* The callback's own error where there is one, else what libarchive says. */
static enum lg_status blame(struct archive_reader *reader, struct lg_error *err)
{
	const char *reason = archive_error_string(reader->archive);

	if (reader->err.status) {
		*err = reader->err;
		return err->status;
	}
	return lg_fail(err, LG_FORMAT, "libarchive: %s", reason ? reason : "no reason given");
}

/* Reads the block that follows, unless it is there already. */
static enum lg_status read_block(
	struct archive_reader *reader, struct ustar_block *out, struct lg_error *err)
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
	struct archive_reader *reader, const char *name, uint64_t size, struct lg_error *err)
{
	struct ustar_block found;
	struct ustar_block own = ustar_header(name, size);
	const char *difference;

	if (read_block(reader, &found, err))
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
static enum lg_status compare_entry(struct archive_reader *reader, struct archive_entry *entry,
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
static enum lg_status start_libarchive(struct archive_reader *reader, struct lg_error *err)
{
	reader->archive = archive_read_new();
	if (!reader->archive || archive_read_support_format_tar(reader->archive) != ARCHIVE_OK)
		return lg_fail(err, LG_INTERNAL, "cannot set libarchive up");
	if (archive_read_open(reader->archive, reader, NULL, give_segment, NULL) != ARCHIVE_OK)
		return blame(reader, err);
	return LG_OK;
}

/* Goes to the entry that comes next, which must have that name and size. */
static enum lg_status open_entry(
	struct archive_reader *reader, const char *name, uint64_t size, struct lg_error *err)
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

/* The entry's next bytes, borrowed; *out_len is 0 behind the last. `at` are those before. */
static enum lg_status next_bytes(struct archive_reader *reader, uint64_t at, const void **out,
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

static enum lg_status read_text(
	struct archive_reader *reader, struct lg_buf *out, struct lg_error *err)
{
	const void *bytes;
	size_t len;

	do {
		if (next_bytes(reader, out->len, &bytes, &len, err))
			return err->status;
		lg_buf_add(out, bytes, len);
	} while (len > 0);
	return lg_buf_status(out, "the entry", err);
}

/* Manifest and signatures */

static enum lg_status read_manifest(struct archive_reader *reader, struct lg_error *err)
{
	struct ustar_block block;
	uint64_t size;

	if (read_block(reader, &block, err))
		return lg_wrap(err, "entry 1, 'manifest'");
	size = ustar_size(&block);
	if (size > BUNDLE_MAX_MANIFEST_BYTES)
		return lg_fail(err, LG_LIMIT, "the manifest has %ju bytes, more than %ju",
			(uintmax_t)size, (uintmax_t)BUNDLE_MAX_MANIFEST_BYTES);
	if (open_entry(reader, "manifest", size, err) ||
		read_text(reader, &reader->bundle->manifest, err))
		return lg_wrap(err, "entry 1, 'manifest'");
	return LG_OK;
}

static enum lg_status check_signature(
	const struct bundle *bundle, const char *name, uint64_t size, struct lg_error *err)
{
	const char *suffix = name + strlen(SIGNATURE_PREFIX);
	const size_t count = bundle->signature_count;
	size_t chars = strspn(suffix, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (chars == 0 || chars > SIGNATURE_SUFFIX_CHARS || suffix[chars])
		return lg_fail(err, LG_FORMAT,
			"a signature's name is not '" SIGNATURE_PREFIX "' and 1 to %d of a-z0-9-",
			SIGNATURE_SUFFIX_CHARS);
	if (count == BUNDLE_MAX_SIGNATURES)
		return lg_fail(err, LG_LIMIT, "more than %d signatures", BUNDLE_MAX_SIGNATURES);
	if (count > 0 && strcmp(bundle->signatures[count - 1].name, name) >= 0)
		return lg_fail(err, LG_FORMAT, "signatures are twice or not in order");
	if (size > BUNDLE_MAX_SIGNATURE_BYTES)
		return lg_fail(err, LG_LIMIT, "a signature has %ju bytes, more than %ju",
			(uintmax_t)size, (uintmax_t)BUNDLE_MAX_SIGNATURE_BYTES);
	return LG_OK;
}

static enum lg_status read_signature(
	struct archive_reader *reader, const char *name, uint64_t size, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf bytes;
	struct bundle *bundle = reader->bundle;

	lg_buf_init(&bytes, BUNDLE_MAX_SIGNATURE_BYTES);
	if (check_signature(bundle, name, size, err) || open_entry(reader, name, size, err) ||
		read_text(reader, &bytes, err))
		return err->status;
	bundle->signatures[bundle->signature_count++] = (struct bundle_signature){
		.name = lg_arena_add(&bundle->strings, name),
		.bytes = lg_arena_addn(&bundle->strings, bytes.text, bytes.len),
		.len = bytes.len,
	};
	return LG_OK;
}

static enum lg_status read_signatures(struct archive_reader *reader, struct lg_error *err)
{
	for (;;) {
		struct ustar_block block;
		char name[USTAR_NAME_CHARS + 1];

		if (read_block(reader, &block, err))
			return err->status;
		ustar_name(&block, name);
		if (strncmp(name, SIGNATURE_PREFIX, strlen(SIGNATURE_PREFIX)) != 0)
			return LG_OK;
		if (read_signature(reader, name, ustar_size(&block), err))
			return lg_wrap(err, "entry %zu, a signature", reader->entries);
	}
}

static enum lg_status check_total(const struct archive_reader *reader, struct lg_error *err)
{
	struct manifest_cursor cursor = {.bundle = reader->bundle};
	struct manifest_entry entry;
	uint64_t total = 0;

	while (manifest_next(&cursor, &entry))
		total += entry.part->size;
	if (total <= reader->max_total_bytes)
		return LG_OK;
	(void)lg_fail(err, LG_LIMIT, "the scripts have %ju bytes together, more than %ju",
		(uintmax_t)total, (uintmax_t)reader->max_total_bytes);
	return lg_hint(err, "raise the limit with --max-size if the bundle is yours");
}

static enum lg_status read_front(
	struct archive_reader *reader, const char *path, struct lg_error *err)
{
	if (frame_reader_open(path, &reader->frame, err) || read_manifest(reader, err) ||
		read_signatures(reader, err) || manifest_parse(reader->bundle, err))
		return err->status;
	return check_total(reader, err);
}

enum lg_status archive_open(const char *path, uint64_t max_total_bytes, struct bundle *out,
	struct archive_reader **out_reader, struct lg_error *err)
{
	LG_CLEANUP(drop_reader) struct archive_reader *reader = lg_calloc(1, sizeof(*reader));

	reader->bundle = out;
	reader->max_total_bytes = max_total_bytes ? max_total_bytes : BUNDLE_MAX_TOTAL_BYTES;
	lg_hasher_init(&reader->hasher);
	if (read_front(reader, path, err))
		return lg_wrap(err, "bundle '%s'", path);
	*out_reader = LG_TAKE(reader);
	return LG_OK;
}

/* Bodies */

static enum lg_status store_body(
	struct archive_reader *reader, const struct migration_part *part, struct lg_error *err)
{
	struct body_store *store = reader->bundle->bodies;
	struct lg_digest raw;
	const void *bytes;
	uint64_t at = 0;
	size_t len;

	assert(body_store_size(store) == part->offset);
	do {
		if (next_bytes(reader, at, &bytes, &len, err) ||
			body_store_add(store, bytes, len, err))
			return err->status;
		lg_hasher_add(&reader->hasher, bytes, len);
		at += len;
	} while (len > 0);
	raw = lg_hasher_finish(&reader->hasher);
	if (!lg_digest_equal(&raw, &part->hashes.raw))
		return lg_fail(
			err, LG_FORMAT, "its bytes are not those of the manifest's 'raw' hash");
	return LG_OK;
}

static enum lg_status compare_facts(
	const struct script_facts *facts, const struct migration_part *part, struct lg_error *err)
{
	if (!lg_digest_equal(&facts->hashes.content, &part->hashes.content))
		return lg_fail(
			err, LG_FORMAT, "its text is not that of the manifest's 'content' hash");
	if (!lg_digest_equal(&facts->hashes.tokens, &part->hashes.tokens))
		return lg_fail(
			err, LG_FORMAT, "its tokens are not those of the manifest's 'tokens' hash");
	if (facts->statements != part->statements)
		return lg_fail(err, LG_FORMAT, "it has %ju statements, not %ju as in the manifest",
			(uintmax_t)facts->statements, (uintmax_t)part->statements);
	return LG_OK;
}

static enum lg_status scan_body(
	struct archive_reader *reader, const struct manifest_entry *entry, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct bundle *bundle = reader->bundle;
	struct script_facts facts;

	if (bundle_view(bundle, entry->part, &view, err))
		return err->status;
	if (script_scan(&view, bundle->engine, entry->role, &bundle->strings, &facts, err))
		return lg_place(err, entry->part->file,
			err->line ? err->line + entry->part->first_line - 1 : 0, err->column);
	return compare_facts(&facts, entry->part, err);
}

static enum lg_status read_body(
	struct archive_reader *reader, const struct manifest_entry *entry, struct lg_error *err)
{
	if (open_entry(reader, entry->name, entry->part->size, err) == LG_OK &&
		store_body(reader, entry->part, err) == LG_OK &&
		scan_body(reader, entry, err) == LG_OK)
		return LG_OK;
	(void)lg_about(err, entry->migration->version);
	return lg_wrap(
		err, "entry %zu, '%s' (%s)", reader->entries, entry->name, entry->part->file);
}

static enum lg_status read_end(struct archive_reader *reader, struct lg_error *err)
{
	struct ustar_block block = {{0}};
	struct archive_entry *entry;

	if (read_block(reader, &block, err))
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

enum lg_status archive_read_bodies(struct archive_reader *reader, struct lg_error *err)
{
	struct manifest_cursor cursor = {.bundle = reader->bundle};
	struct manifest_entry entry;

	assert(!reader->bundle->has_bodies);
	while (manifest_next(&cursor, &entry))
		if (read_body(reader, &entry, err))
			return lg_wrap(err, "bundle");
	if (read_end(reader, err))
		return lg_wrap(err, "bundle");
	reader->bundle->has_bodies = true;
	return LG_OK;
}

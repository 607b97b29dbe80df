/* SPDX-License-Identifier: MIT */
#include "bundles/frame.h"

#include <stdbool.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/file.h"
#include "base/mem.h"
#include "bundles/limits.h"

enum {
	CHUNK_BYTES = 128 * 1024, /* ZSTD_DStreamInSize() and ZSTD_CStreamOutSize() are this */
	MAGIC_BYTES = 4,
	LEVEL = 1, /* scripts are small: higher levels take longer and gain little */
};

struct frame_reader {
	int fd;
	ZSTD_DCtx *context;
	ZSTD_inBuffer input; /* of `chunk` */
	bool is_over;        /* the frame's last byte was read */
	unsigned char chunk[CHUNK_BYTES];
};

void frame_reader_free(struct frame_reader *reader)
{
	if (!reader)
		return;
	lg_fd_drop(&reader->fd);
	(void)ZSTD_freeDCtx(reader->context);
	free(reader);
}

static void drop_reader(struct frame_reader **slot)
{
	frame_reader_free(*slot);
}

/* Reads on in the file; at its end the input stays empty. */
static enum lg_status fill(struct frame_reader *reader, struct lg_error *err)
{
	size_t got = 0;

	if (lg_fd_read(reader->fd, reader->chunk, CHUNK_BYTES, &got, err))
		return err->status;
	reader->input = (ZSTD_inBuffer){.src = reader->chunk, .size = got};
	return LG_OK;
}

static bool is_zstd_magic(const unsigned char *bytes)
{
	return memcmp(bytes, "\x28\xB5\x2F\xFD", MAGIC_BYTES) == 0;
}

static bool is_skippable_magic(const unsigned char *bytes)
{
	return (bytes[0] & 0xf0) == 0x50 && memcmp(bytes + 1, "\x2A\x4D\x18", 3) == 0;
}

enum lg_status frame_reader_open(const char *path, struct frame_reader **out, struct lg_error *err)
{
	LG_CLEANUP(drop_reader) struct frame_reader *reader = lg_calloc(1, sizeof(*reader));

	reader->fd = -1;
	reader->context = ZSTD_createDCtx();
	if (!reader->context || ZSTD_isError(ZSTD_DCtx_setParameter(reader->context,
					ZSTD_d_windowLogMax, BUNDLE_MAX_WINDOW_LOG)))
		return lg_fail(err, LG_INTERNAL, "cannot set libzstd up");
	if (lg_file_open(path, &reader->fd, err) || fill(reader, err))
		return err->status;
	if (reader->input.size == 0)
		return lg_fail(err, LG_FORMAT, "the file is empty");
	if (reader->input.size < MAGIC_BYTES || !is_zstd_magic(reader->chunk))
		return lg_fail(err, LG_FORMAT, "the file does not begin with a zstd frame");
	*out = LG_TAKE(reader);
	return LG_OK;
}

/*
 * Decompresses into `output` from what the input holds or the file still has, until at least one
 * byte was made or the frame is over.
 */
static enum lg_status advance(
	struct frame_reader *reader, ZSTD_outBuffer *output, struct lg_error *err)
{
	size_t before = output->pos;

	while (output->pos == before && !reader->is_over) {
		size_t left;

		left = ZSTD_decompressStream(reader->context, output, &reader->input);
		if (ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge)
			return lg_fail(err, LG_LIMIT,
				"the zstd frame needs a window above %d bytes",
				1 << BUNDLE_MAX_WINDOW_LOG);
		if (ZSTD_isError(left))
			return lg_fail(err, LG_FORMAT, "the zstd frame is damaged: %s",
				ZSTD_getErrorName(left));
		reader->is_over = left == 0;
		if (output->pos > before || reader->is_over)
			break;
		if (reader->input.pos == reader->input.size && fill(reader, err))
			return err->status;
		if (reader->input.size == 0)
			return lg_fail(err, LG_FORMAT, "the file is cut short");
	}
	return LG_OK;
}

enum lg_status frame_read(
	struct frame_reader *reader, void *bytes, size_t size, struct lg_error *err)
{
	ZSTD_outBuffer output = {.dst = bytes, .size = size};

	while (output.pos < size) {
		if (reader->is_over)
			return lg_fail(err, LG_FORMAT, "the zstd frame ends too early");
		if (advance(reader, &output, err))
			return err->status;
	}
	return LG_OK;
}

static enum lg_status name_what_follows(
	const unsigned char *bytes, size_t len, struct lg_error *err)
{
	if (len >= MAGIC_BYTES && is_zstd_magic(bytes))
		return lg_fail(err, LG_FORMAT, "a second zstd frame follows the first");
	if (len >= MAGIC_BYTES && is_skippable_magic(bytes))
		return lg_fail(err, LG_FORMAT, "a skippable zstd frame follows the first");
	return lg_fail(err, LG_FORMAT, "bytes follow the zstd frame");
}

enum lg_status frame_read_end(struct frame_reader *reader, struct lg_error *err)
{
	unsigned char byte;
	ZSTD_outBuffer output = {.dst = &byte, .size = 1};
	const ZSTD_inBuffer *input = &reader->input;

	if (!reader->is_over && advance(reader, &output, err))
		return err->status;
	if (output.pos > 0)
		return lg_fail(err, LG_FORMAT, "data follows the archive's end");
	if (input->pos == input->size && fill(reader, err))
		return err->status;
	if (input->pos < input->size)
		return name_what_follows(reader->chunk + input->pos, input->size - input->pos, err);
	return LG_OK;
}

struct frame_writer {
	int fd;
	ZSTD_CCtx *context;
	struct lg_hasher hasher;
	unsigned char chunk[CHUNK_BYTES];
};

void frame_writer_free(struct frame_writer *writer)
{
	if (!writer)
		return;
	(void)ZSTD_freeCCtx(writer->context);
	lg_hasher_release(&writer->hasher);
	free(writer);
}

static void drop_writer(struct frame_writer **slot)
{
	frame_writer_free(*slot);
}

enum lg_status frame_writer_new(int fd, struct frame_writer **out, struct lg_error *err)
{
	/* All that decides the bytes is said, for defaults differ between versions. */
	static const struct {
		ZSTD_cParameter parameter;
		int value;
	} settings[] = {
		{ZSTD_c_compressionLevel, LEVEL},
		{ZSTD_c_checksumFlag, 1},
		{ZSTD_c_contentSizeFlag, 0},
		{ZSTD_c_dictIDFlag, 0},
	};
	LG_CLEANUP(drop_writer) struct frame_writer *writer = lg_calloc(1, sizeof(*writer));

	writer->fd = fd;
	lg_hasher_init(&writer->hasher);
	writer->context = ZSTD_createCCtx();
	if (!writer->context)
		return lg_fail(err, LG_INTERNAL, "cannot set libzstd up");
	for (size_t i = 0; i < LG_COUNT_OF(settings); i++)
		if (ZSTD_isError(ZSTD_CCtx_setParameter(
			    writer->context, settings[i].parameter, settings[i].value)))
			return lg_fail(err, LG_INTERNAL, "cannot set libzstd up");
	*out = LG_TAKE(writer);
	return LG_OK;
}

/* Compresses all of `input`; *out_left is what libzstd still holds back. */
static enum lg_status compress(struct frame_writer *writer, ZSTD_inBuffer *input,
	ZSTD_EndDirective directive, size_t *out_left, struct lg_error *err)
{
	ZSTD_outBuffer output = {.dst = writer->chunk, .size = CHUNK_BYTES};

	*out_left = ZSTD_compressStream2(writer->context, &output, input, directive);
	if (ZSTD_isError(*out_left))
		return lg_fail(err, LG_INTERNAL, "libzstd cannot compress: %s",
			ZSTD_getErrorName(*out_left));
	lg_hasher_add(&writer->hasher, writer->chunk, output.pos);
	return lg_fd_write(writer->fd, writer->chunk, output.pos, err);
}

enum lg_status frame_write(
	struct frame_writer *writer, const void *bytes, size_t len, struct lg_error *err)
{
	ZSTD_inBuffer input = {.src = bytes, .size = len};
	size_t left = 0;

	while (input.pos < input.size)
		if (compress(writer, &input, ZSTD_e_continue, &left, err))
			return err->status;
	return LG_OK;
}

enum lg_status frame_write_end(
	struct frame_writer *writer, struct lg_digest *out_sha256, struct lg_error *err)
{
	ZSTD_inBuffer input = {.src = "", .size = 0};
	size_t left = 0;

	do
		if (compress(writer, &input, ZSTD_e_end, &left, err))
			return err->status;
	while (left > 0);
	*out_sha256 = lg_hasher_finish(&writer->hasher);
	return LG_OK;
}

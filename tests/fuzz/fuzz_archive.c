/* SPDX-License-Identifier: MIT */
/*
 * The ustar stream in a bundle, which the target puts into a zstd frame. The first byte says whether
 * the checksums of headers are mended, so that changes to other fields of them are seen too.
 */

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/frame.h"
#include "bundles/ustar.h"
#include "tests/fuzz/bundle_input.h"
#include "tests/fuzz/input.h"

enum { CHECKSUM_OFFSET = 148, CHECKSUM_BYTES = 8, MAGIC_OFFSET = 257 };

static void drop_writer(struct frame_writer **slot)
{
	frame_writer_free(*slot);
}

/* POSIX.1-1988, 10.1.1: the sum of the bytes, with blanks in its own place. */
static void mend(uint8_t *block)
{
	static const char digits[] = "01234567";
	unsigned sum = 0;

	memset(block + CHECKSUM_OFFSET, ' ', CHECKSUM_BYTES);
	for (size_t i = 0; i < USTAR_BLOCK_BYTES; i++)
		sum += block[i];
	for (int i = 5; i >= 0; i--, sum /= 8)
		block[CHECKSUM_OFFSET + i] = (uint8_t)digits[sum % 8];
	block[CHECKSUM_OFFSET + 6] = '\0';
}

static void mend_all(uint8_t *stream, size_t len)
{
	for (size_t at = 0; at + USTAR_BLOCK_BYTES <= len; at += USTAR_BLOCK_BYTES)
		if (memcmp(stream + at + MAGIC_OFFSET, "ustar", 5) == 0)
			mend(stream + at);
}

/* Leaves the frame in slot 1; owned by the caller, release with free(). */
static char *wrap(const uint8_t *stream, size_t len, size_t *out_len)
{
	LG_CLEANUP(drop_writer) struct frame_writer *writer = NULL;
	struct lg_digest digest;
	struct lg_error err = {0};
	int fd = input_file_fd(1);

	assert(frame_writer_new(fd, &writer, &err) == LG_OK);
	assert(frame_write(writer, stream, len, &err) == LG_OK);
	assert(frame_write_end(writer, &digest, &err) == LG_OK);
	return input_file_read(1, out_len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	LG_FREE_BY_SCOPE uint8_t *stream = NULL;
	LG_FREE_BY_SCOPE char *frame = NULL;
	size_t len = 0;

	if (size == 0)
		return 0;
	stream = lg_malloc(size);
	memcpy(stream, data + 1, size - 1);
	if (data[0] & 1)
		mend_all(stream, size - 1);
	frame = wrap(stream, size - 1, &len);
	bundle_input_read(frame, len);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * The ustar stream in a bundle, which the target puts into a zstd frame. The first byte says
 * whether the checksums of headers are mended, so that changes to other fields of them are seen
 * too.
 */

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/ustar.h"
#include "tests/fuzz/bundle_input.h"
#include "tests/fuzz/input.h"

enum { CHECKSUM_OFFSET = 148, CHECKSUM_BYTES = 8, MAGIC_OFFSET = 257 };
enum { FRAME_BYTES = 9, BLOCK_MAX_BYTES = 128 * 1024 };

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

/* RFC 8878, 3.1.1: a window of 128 KiB, and one block that is not compressed. */
static uint8_t *wrap(const uint8_t *stream, size_t len)
{
	uint8_t *frame = lg_malloc(FRAME_BYTES + len);
	const uint32_t block = 1U | (uint32_t)len << 3;
	const uint8_t head[FRAME_BYTES] = {0x28, 0xB5, 0x2F, 0xFD, 0, 0x38, (uint8_t)block,
		(uint8_t)(block >> 8), (uint8_t)(block >> 16)};

	memcpy(frame, head, sizeof(head));
	memcpy(frame + sizeof(head), stream, len);
	return frame;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	LG_FREE_BY_SCOPE uint8_t *stream = NULL;
	LG_FREE_BY_SCOPE uint8_t *frame = NULL;

	if (size == 0 || size > BLOCK_MAX_BYTES)
		return 0;
	stream = lg_malloc(size);
	memcpy(stream, data + 1, size - 1);
	if (data[0] & 1)
		mend_all(stream, size - 1);
	frame = wrap(stream, size - 1);
	bundle_input_read(frame, FRAME_BYTES + size - 1);
	return 0;
}

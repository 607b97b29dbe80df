/* SPDX-License-Identifier: MIT */
#include "bundles/ustar.h"

#include <assert.h>
#include <string.h>

/*
 * The fields of a header in the order in which a reader is told of them: the type first, for a
 * link or an extension is told by it and not by what it does to the others.
 */
static const struct field {
	const char *noun;
	size_t offset, len;
} fields[] = {
	{"type", 156, 1},
	{"magic", 257, 8},
	{"name", 0, 100},
	{"prefix", 345, 155},
	{"size", 124, 12},
	{"mode", 100, 8},
	{"owner", 108, 8},
	{"group", 116, 8},
	{"time", 136, 12},
	{"link name", 157, 100},
	{"owner's name", 265, 32},
	{"group's name", 297, 32},
	{"device number", 329, 16},
	{"filling", 500, 12},
	{"checksum", 148, 8},
};

enum { SIZE_OFFSET = 124, SIZE_DIGITS = 11, CHECKSUM_OFFSET = 148, CHECKSUM_DIGITS = 6 };

static void put_octal(unsigned char *field, size_t digits, uint64_t number)
{
	while (digits > 0) {
		field[--digits] = (unsigned char)('0' + number % 8);
		number /= 8;
	}
}

static void put(struct ustar_block *block, size_t offset, const char *text)
{
	memcpy(block->bytes + offset, text, strlen(text));
}

struct ustar_block ustar_header(const char *name, uint64_t size)
{
	struct ustar_block block = {{0}};
	uint64_t sum = 0;

	assert(strlen(name) <= USTAR_NAME_CHARS && size < UINT64_C(1) << 33);
	put(&block, 0, name);
	put(&block, 100, "000644 ");
	put(&block, 108, "000000 ");
	put(&block, 116, "000000 ");
	put(&block, 124, "00000000000 ");
	put(&block, 136, "00000000000 ");
	put(&block, 148, "        ");
	put(&block, 156, "0");
	put(&block, 257, "ustar");
	put(&block, 263, "00");
	put(&block, 329, "000000 ");
	put(&block, 337, "000000 ");
	put_octal(block.bytes + SIZE_OFFSET, SIZE_DIGITS, size);

	for (size_t i = 0; i < USTAR_BLOCK_BYTES; i++)
		sum += block.bytes[i];
	put_octal(block.bytes + CHECKSUM_OFFSET, CHECKSUM_DIGITS, sum);
	block.bytes[CHECKSUM_OFFSET + CHECKSUM_DIGITS] = '\0';
	return block;
}

const char *ustar_difference(const struct ustar_block *a, const struct ustar_block *b)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (memcmp(a->bytes + fields[i].offset, b->bytes + fields[i].offset,
			    fields[i].len) != 0)
			return fields[i].noun;
	return NULL;
}

uint64_t ustar_size(const struct ustar_block *block)
{
	uint64_t size = 0;

	for (size_t i = 0; i < SIZE_DIGITS; i++) {
		unsigned char digit = block->bytes[SIZE_OFFSET + i];

		if (digit < '0' || digit > '7')
			return 0;
		size = size * 8 + (uint64_t)(digit - '0');
	}
	return size;
}

void ustar_name(const struct ustar_block *block, char out[USTAR_NAME_CHARS + 1])
{
	memcpy(out, block->bytes, USTAR_NAME_CHARS);
	out[USTAR_NAME_CHARS] = '\0';
}

size_t ustar_padding(uint64_t size)
{
	return (size_t)(-size % USTAR_BLOCK_BYTES);
}

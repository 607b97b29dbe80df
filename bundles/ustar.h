/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_USTAR_H
#define LOCKGATE_BUNDLES_USTAR_H

/*
 * The one header block that an entry of a bundle can have: POSIX.1-1988, ustar, with every field
 * fixed but name, size and checksum, byte for byte as libarchive writes it. FORMAT.md, section
 * "Container". Pure.
 */

#include <stddef.h>
#include <stdint.h>

enum {
	USTAR_BLOCK_BYTES = 512,
	USTAR_NAME_CHARS = 100,
};

struct ustar_block {
	unsigned char bytes[USTAR_BLOCK_BYTES];
};

/* `name` has at most USTAR_NAME_CHARS characters, `size` is below 8 GiB. */
struct ustar_block ustar_header(const char *name, uint64_t size);

/*
 * The name of the first field in which the blocks differ, as a noun for a sentence; NULL when
 * they are equal.
 */
const char *ustar_difference(const struct ustar_block *a, const struct ustar_block *b);

/* What the block says the size is; 0 where it says none in our form. */
uint64_t ustar_size(const struct ustar_block *block);

/* Copies the name, up to its NUL. */
void ustar_name(const struct ustar_block *block, char out[USTAR_NAME_CHARS + 1]);

/* How many bytes fill the last block behind `size` bytes. */
size_t ustar_padding(uint64_t size);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_ENTRY_READER_H
#define LOCKGATE_BUNDLES_ENTRY_READER_H

/*
 * The entries of a bundle file, one after the other: libarchive over the ustar stream in the zstd
 * frame. FORMAT.md, section "Container".
 *
 * The stream is cut into segments: header block, body, filling, end. Each one but the bodies is
 * held against what our writer would have written, and only then may libarchive see it. So
 * libarchive meets nothing but plain ustar entries, whatever the file holds.
 *
 * Errors of all functions: LG_FORMAT and LG_LIMIT (not a stream that we write), LG_IO,
 * LG_INTERNAL.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "bundles/ustar.h"

struct entry_reader; /* owned by whoever opened it */

LG_MUST_USE
enum lg_status entry_reader_open(const char *path, struct entry_reader **out, struct lg_error *err);
void entry_reader_free(struct entry_reader *reader); /* NULL is allowed */

/* How many entries were opened so far, the one that failed included. */
size_t entry_reader_count(const struct entry_reader *reader);

/*
 * The block that stands where the next header should; the bytes of the entry before must have
 * been read. Nothing about it is checked.
 */
LG_MUST_USE
enum lg_status entry_peek(
	struct entry_reader *reader, struct ustar_block *out, struct lg_error *err);

/* Goes to the entry that comes next, which must have that name and size. */
LG_MUST_USE
enum lg_status entry_open(
	struct entry_reader *reader, const char *name, uint64_t size, struct lg_error *err);

/*
 * The next bytes of the entry, borrowed until the next call; *out_len is 0 behind the last. `at`
 * is how many were read before.
 */
LG_MUST_USE
enum lg_status entry_read(struct entry_reader *reader, uint64_t at, const void **out,
	size_t *out_len, struct lg_error *err);

/* Demands that stream, frame and file end here. */
LG_MUST_USE enum lg_status entry_read_end(struct entry_reader *reader, struct lg_error *err);

#endif

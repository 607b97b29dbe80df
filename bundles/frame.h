/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FRAME_H
#define LOCKGATE_BUNDLES_FRAME_H

/*
 * The outer stage of a bundle file: exactly one zstd frame (RFC 8878), nothing before and nothing
 * behind it. FORMAT.md, section "Container".
 */

#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"

struct frame_reader; /* owned by whoever opened it */

/* Errors: LG_IO, LG_FORMAT (the file does not begin with a zstd frame). */
LG_MUST_USE
enum lg_status frame_reader_open(const char *path, struct frame_reader **out, struct lg_error *err);
void frame_reader_free(struct frame_reader *reader); /* NULL is allowed */

/*
 * Reads exactly `size` bytes of content. Errors: LG_IO, LG_FORMAT (damaged, cut short, or the
 * frame ends earlier), LG_LIMIT (the frame needs a window above 2^BUNDLE_MAX_WINDOW_LOG bytes).
 */
LG_MUST_USE
enum lg_status frame_read(
	struct frame_reader *reader, void *bytes, size_t size, struct lg_error *err);

/* Demands that the frame and the file end here. Errors: as frame_read(). */
LG_MUST_USE enum lg_status frame_read_end(struct frame_reader *reader, struct lg_error *err);

struct frame_writer; /* owned by whoever made it */

/* Writes a frame to `fd`, which is borrowed. Errors: LG_INTERNAL. */
LG_MUST_USE
enum lg_status frame_writer_new(int fd, struct frame_writer **out, struct lg_error *err);
void frame_writer_free(struct frame_writer *writer); /* NULL is allowed */

/* Errors: LG_IO, LG_INTERNAL. */
LG_MUST_USE
enum lg_status frame_write(
	struct frame_writer *writer, const void *bytes, size_t len, struct lg_error *err);

/* Ends the frame; *out_sha256 becomes the digest of all bytes written to `fd`. Errors: as above. */
LG_MUST_USE
enum lg_status frame_write_end(
	struct frame_writer *writer, struct lg_digest *out_sha256, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_ARCHIVE_H
#define LOCKGATE_BUNDLES_ARCHIVE_H

/*
 * Bundle files: one zstd frame (RFC 8878) around a ustar stream (POSIX.1-1988), through libarchive.
 * Normative: FORMAT.md, section "Container".
 *
 * Reading is strict: one pass, bounded, and every byte that is not the body of a script must be
 * the one that our writer would have written. Nothing is believed before it was checked, and
 * nothing may run before archive_read_bodies() has returned LG_OK.
 */

#include <stdint.h>

#include "bundles/bundle.h"
#include "bundles/trust.h"

struct archive_reader; /* owned by whoever opened it */

struct archive_options {
	uint64_t max_total_bytes;                 /* 0: BUNDLE_MAX_TOTAL_BYTES */
	const struct trust *trust;                /* who must have signed; NULL: anybody, nobody */
	const struct bundle_signature *signature; /* one more, from beside it; NULL: none */
};

/*
 * Opens a bundle file and reads its manifest and signatures into `out`, which comes from
 * bundle_init() and must outlive the reader. The signatures are judged before the manifest is
 * parsed. The reader is owned by the caller, release with archive_reader_free().
 * Errors: LG_FORMAT and LG_LIMIT (not an acceptable bundle), LG_IO.
 */
LG_MUST_USE
enum lg_status archive_open(const char *path, const struct archive_options *options,
	struct bundle *out, struct archive_reader **out_reader, struct lg_error *err);

/*
 * Reads and verifies the bodies and the end of the file: hashes, statements, order, padding,
 * nothing behind. Sets `has_bodies`. Call once. Errors: as archive_open().
 */
LG_MUST_USE
enum lg_status archive_read_bodies(struct archive_reader *reader, struct lg_error *err);

void archive_reader_free(struct archive_reader *reader); /* NULL is allowed */

/*
 * Writes a bundle that has its bodies to `path`, replacing it as a whole, and sets *out_sha256 to
 * the digest of the file. Equal bundles make equal bytes with equal libraries. Errors: LG_IO,
 * LG_INTERNAL.
 */
LG_MUST_USE
enum lg_status archive_write(const struct bundle *bundle, const char *path,
	struct lg_digest *out_sha256, struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_BODY_H
#define LOCKGATE_BUNDLES_BODY_H

/*
 * Where the bytes of scripts are kept between being verified and being run.
 *
 * A store takes bytes in at its end and never changes them. It lives in memory up to
 * BUNDLE_MEMORY_BYTES and moves into a nameless temporary file above that, so what was hashed is
 * what runs, and no path is read a second time. A view makes one range of the store readable as
 * contiguous text; many views may be open, but none while bytes are being added.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct body_store; /* owned by whoever made it */

LG_MUST_USE struct body_store *body_store_new(void);
void body_store_free(struct body_store *store); /* NULL is allowed */

/* How many bytes the store holds: the offset of what is added next. */
uint64_t body_store_size(const struct body_store *store);

/* Errors: LG_IO (the temporary file cannot be made or is full). */
LG_MUST_USE
enum lg_status body_store_add(
	struct body_store *store, const void *bytes, size_t len, struct lg_error *err);

/* A range of a store, or of any text in memory, ready to be read. */
struct body_view {
	const char *text; /* not NULL; not ended by a NUL */
	size_t len;
	void *mapping; /* NULL when the text is in memory */
	size_t mapping_bytes;
	size_t forgotten; /* whole pages before this offset of the mapping were given back */
};

/*
 * Opens the range; release it with body_view_close(). Errors: LG_IO (it cannot be mapped).
 */
LG_MUST_USE
enum lg_status body_view_open(struct body_view *view, const struct body_store *store,
	uint64_t offset, uint64_t size, struct lg_error *err);

/* `text` is borrowed and must outlive the view. */
struct body_view body_view_of_text(const char *text, size_t len);

/* Gives the memory of pages before `offset` back; they stay readable, at the price of a read. */
void body_view_forget(struct body_view *view, size_t offset);

/* From `offset` on the text will be read, and given back, once more. */
void body_view_rewind(struct body_view *view, size_t offset);

void body_view_close(struct body_view *view);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_BUF_H
#define LOCKGATE_BASE_BUF_H

/*
 * Text that grows, up to a ceiling.
 *
 * `text` is never NULL after lg_buf_init() and always ends in a NUL that `len` does not count.
 * What would pass the ceiling is dropped and remembered, so a caller may add many times and ask
 * once, with lg_buf_status(). Release with lg_buf_release() (by scope: LG_CLEANUP).
 */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/error.h"

struct lg_buf {
	char *text;
	size_t len;
	size_t room;
	size_t max_bytes;
	bool is_over; /* something did not fit below `max_bytes` */
};

enum { LG_BUF_MAX_BYTES = 1 << 30 }; /* for texts that only our own code makes */

void lg_buf_init(struct lg_buf *buf, size_t max_bytes);
void lg_buf_release(struct lg_buf *buf);
void lg_buf_clear(struct lg_buf *buf);

void lg_buf_add(struct lg_buf *buf, const void *bytes, size_t len);
void lg_buf_addc(struct lg_buf *buf, char character);
/* Adds the text between two `quote`s, with each that stands in it doubled. */
void lg_buf_add_quoted(struct lg_buf *buf, const char *text, char quote);
LG_PRINTF(2, 3) void lg_buf_addf(struct lg_buf *buf, const char *format, ...);

/* Here, for the length of a literal is known where it is added. */
static inline void lg_buf_adds(struct lg_buf *buf, const char *text)
{
	lg_buf_add(buf, text, strlen(text));
}

/* Cuts the text to `len` bytes, which is at most its length. */
static inline void lg_buf_cut(struct lg_buf *buf, size_t len)
{
	buf->len = len;
	buf->text[len] = '\0';
}

/* The text is owned by the caller, release with free(); `buf` is empty afterwards. */
LG_MUST_USE char *lg_buf_take(struct lg_buf *buf);

/* LG_LIMIT when something did not fit; `subject` names the text in the sentence. */
LG_MUST_USE
enum lg_status lg_buf_status(const struct lg_buf *buf, const char *subject, struct lg_error *err);

#endif

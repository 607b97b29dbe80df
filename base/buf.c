/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_ROOM_BYTES = 64 };

void lg_buf_init(struct lg_buf *buf, size_t max_bytes)
{
	*buf = (struct lg_buf){.max_bytes = max_bytes, .room = FIRST_ROOM_BYTES};
	buf->text = lg_calloc(1, FIRST_ROOM_BYTES);
}

void lg_buf_release(struct lg_buf *buf)
{
	free(buf->text);
	*buf = (struct lg_buf){0};
}

void lg_buf_clear(struct lg_buf *buf)
{
	lg_buf_cut(buf, 0);
	buf->is_over = false;
}

static void grow(struct lg_buf *buf, size_t len)
{
	while (buf->room - buf->len <= len)
		buf->room *= 2;
	buf->text = lg_realloc(buf->text, buf->room);
}

/* Makes room for `len` bytes and the NUL; false when the ceiling forbids it. */
static bool make_room(struct lg_buf *buf, size_t len)
{
	if (len > buf->max_bytes - buf->len) {
		buf->is_over = true;
		return false;
	}
	if (buf->room - buf->len <= len)
		grow(buf, len);
	return true;
}

void lg_buf_add(struct lg_buf *buf, const void *bytes, size_t len)
{
	if (!len || !make_room(buf, len))
		return;
	memcpy(buf->text + buf->len, bytes, len);
	lg_buf_cut(buf, buf->len + len);
}

void lg_buf_addc(struct lg_buf *buf, char character)
{
	if (!make_room(buf, 1))
		return;
	buf->text[buf->len] = character;
	lg_buf_cut(buf, buf->len + 1);
}

void lg_buf_add_quoted(struct lg_buf *buf, const char *text, char quote)
{
	lg_buf_addc(buf, quote);
	for (; *text; text++) {
		if (*text == quote)
			lg_buf_addc(buf, quote);
		lg_buf_addc(buf, *text);
	}
	lg_buf_addc(buf, quote);
}

void lg_buf_addf(struct lg_buf *buf, const char *format, ...)
{
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (len < 0 || !make_room(buf, (size_t)len))
		return;

	va_start(arguments, format);
	(void)vsnprintf(buf->text + buf->len, (size_t)len + 1, format, arguments);
	va_end(arguments);
	buf->len += (size_t)len;
}

char *lg_buf_take(struct lg_buf *buf)
{
	char *text = buf->text;

	lg_buf_init(buf, buf->max_bytes);
	return text;
}

enum lg_status lg_buf_status(const struct lg_buf *buf, const char *subject, struct lg_error *err)
{
	if (buf->is_over)
		return lg_fail(
			err, LG_LIMIT, "%s is longer than %zu bytes", subject, buf->max_bytes);
	return LG_OK;
}

/* SPDX-License-Identifier: MIT */
#include "ci/escape_hidden.h"

#include "base/utf8.h"

/* Of a character of two or three bytes: all that are hidden have no more. */
static unsigned int code_point(const unsigned char *byte, size_t size)
{
	if (size == 2)
		return (byte[0] & 0x1fU) << 6 | (byte[1] & 0x3fU);
	return (byte[0] & 0xfU) << 12 | (byte[1] & 0x3fU) << 6 | (byte[2] & 0x3fU);
}

void ci_add_shown(const char *text, size_t size, struct lg_buf *out)
{
	const unsigned char *byte = (const unsigned char *)text;

	if (size && !lg_utf8_is_hidden(text, size))
		lg_buf_add(out, text, size);
	else if (size <= 1)
		lg_buf_addf(out, "\\x%02x", byte[0]);
	else
		lg_buf_addf(out, "\\u%04x", code_point(byte, size));
}

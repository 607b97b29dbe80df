/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/mem.h"

enum { ENCODED_LINE = 48 }; /* bytes encoded at once; a multiple of three */

void lg_base64_encode(const void *bytes, size_t len, struct lg_buf *out)
{
	const unsigned char *at = bytes;
	unsigned char text[ENCODED_LINE / 3 * 4 + 1];

	for (size_t done = 0; done < len; done += ENCODED_LINE) {
		size_t part = len - done < ENCODED_LINE ? len - done : ENCODED_LINE;
		int chars = EVP_EncodeBlock(text, at + done, (int)part);

		lg_buf_add(out, text, (size_t)chars);
	}
}

bool lg_base64_decode(const char *text, size_t chars, uint8_t *out, size_t size, size_t *out_len)
{
	LG_FREE_BY_SCOPE unsigned char *room = NULL;
	size_t padding = 0;
	size_t len;

	/* libcrypto leaves out blanks around and takes padding anywhere. */
	if (chars % 4 || chars > (size_t)INT32_MAX || memchr(text, ' ', chars) ||
		memchr(text, '\n', chars) || memchr(text, '\r', chars) || memchr(text, '\t', chars))
		return false;
	while (padding < 2 && padding < chars && text[chars - 1 - padding] == '=')
		padding++;
	if (memchr(text, '=', chars - padding))
		return false;
	room = lg_malloc(chars + 1);
	if (chars && EVP_DecodeBlock(room, (const unsigned char *)text, (int)chars) < 0)
		return false;
	len = chars / 4 * 3 - padding;
	if (len > size)
		return false;
	memcpy(out, room, len);
	*out_len = len;
	return true;
}

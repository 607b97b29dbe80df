/* SPDX-License-Identifier: MIT */
#include "bundles/scan.h"

#include <string.h>

/* clang-format off */
enum {
	B = SQL_CHAR_BLANK,
	W = SQL_CHAR_WORD_START | SQL_CHAR_WORD,
	H = SQL_CHAR_WORD_START | SQL_CHAR_WORD | SQL_CHAR_HEX,
	D = SQL_CHAR_DIGIT | SQL_CHAR_WORD | SQL_CHAR_HEX,
	M = SQL_CHAR_WORD, /* the dollar sign */
	O = SQL_CHAR_OPERATOR,
	Q = SQL_CHAR_OPERATOR | SQL_CHAR_ODD_OPERATOR,
};

const uint8_t sql_char_classes[256] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, B, B, B, B, B, 0, 0, /* 00 */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* 10 */
	B, Q, 0, Q, M, Q, Q, 0, 0, 0, O, O, 0, O, 0, O, /* 20 */
	D, D, D, D, D, D, D, D, D, D, 0, 0, O, O, O, Q, /* 30 */
	Q, H, H, H, H, H, H, W, W, W, W, W, W, W, W, W, /* 40 */
	W, W, W, W, W, W, W, W, W, W, W, 0, 0, 0, Q, W, /* 50 */
	Q, H, H, H, H, H, H, W, W, W, W, W, W, W, W, W, /* 60 */
	W, W, W, W, W, W, W, W, W, W, W, 0, Q, 0, Q, 0, /* 70 */
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* 80 */
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* 90 */
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* a0 */
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* b0 */
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* c0 */
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* d0 */
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* e0 */
	W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* f0 */
};
/* clang-format on */

size_t sql_scan_run(const char *text, size_t len, size_t offset, unsigned classes)
{
	while (offset < len && sql_char_is(text[offset], classes))
		offset++;
	return offset;
}

size_t sql_scan_quoted(const char *text, size_t len, size_t offset, enum sql_token_kind *out_kind)
{
	char quote = text[offset++];

	while (offset < len) {
		const char *found = memchr(text + offset, quote, len - offset);

		if (!found)
			break;
		offset = (size_t)(found - text) + 1;
		if (offset == len || text[offset] != quote)
			return offset;
		offset++;
	}
	*out_kind = SQL_TOKEN_BAD;
	return len;
}

size_t sql_scan_escaped(const char *text, size_t len, size_t offset, enum sql_token_kind *out_kind)
{
	for (offset++; offset < len; offset++) {
		if (text[offset] == '\\') {
			offset++;
			continue;
		}
		if (text[offset] != '\'')
			continue;
		if (offset + 1 == len || text[offset + 1] != '\'')
			return offset + 1;
		offset++;
	}
	*out_kind = SQL_TOKEN_BAD;
	return len;
}

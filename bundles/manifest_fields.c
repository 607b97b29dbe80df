/* SPDX-License-Identifier: MIT */
#include "bundles/manifest_fields.h"

#include <string.h>

#include "base/utf8.h"

bool manifest_field_is(struct manifest_field field, const char *text)
{
	return field.len == strlen(text) && memcmp(field.text, text, field.len) == 0;
}

enum lg_status manifest_read_number(
	struct manifest_field value, uint64_t max, uint64_t *out, struct lg_error *err)
{
	uint64_t number = 0;

	if (value.len == 0)
		return lg_fail(err, LG_FORMAT, "a number is missing");
	if (value.len > 1 && value.text[0] == '0')
		return lg_fail(err, LG_FORMAT, "a number begins with 0");
	for (size_t i = 0; i < value.len; i++) {
		if (value.text[i] < '0' || value.text[i] > '9')
			return lg_fail(err, LG_FORMAT, "a number has other characters than digits");
		number = number * 10 + (uint64_t)(value.text[i] - '0');
		if (number > max)
			return lg_fail(err, LG_LIMIT, "a number is above %ju", (uintmax_t)max);
	}
	*out = number;
	return LG_OK;
}

/* The value of an upper-case base16 digit, or -1. */
static int base16_digit(char character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	return character >= 'A' && character <= 'F' ? character - 'A' + 10 : -1;
}

enum lg_status manifest_decode(struct manifest_field value, struct lg_arena *strings,
	const char **out, struct lg_error *err)
{
	char *text = lg_arena_alloc(strings, value.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < value.len; i++) {
		int high;
		int low;

		if (value.text[i] != '%') {
			text[len++] = value.text[i];
			continue;
		}
		high = value.len - i > 2 ? base16_digit(value.text[i + 1]) : -1;
		low = value.len - i > 2 ? base16_digit(value.text[i + 2]) : -1;
		if (high < 0 || low < 0)
			return lg_fail(
				err, LG_FORMAT, "'%%' is not followed by two of 0-9 and A-F");
		text[len++] = (char)(high << 4 | low);
		i += 2;
	}
	if (lg_utf8_valid_prefix(text, len) != len)
		return lg_fail(err, LG_FORMAT, "an encoded text is not UTF-8 without NUL");
	*out = text;
	return LG_OK;
}

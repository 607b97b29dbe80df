/* SPDX-License-Identifier: MIT */
#include "bundles/manifest_fields.h"

#include <string.h>

#include "base/utf8.h"

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

/* The byte that the code at `at`, a '%', stands for, or -1. */
static int coded_byte(struct manifest_field field, size_t at)
{
	int high = field.len - at > 2 ? base16_digit(field.text[at + 1]) : -1;
	int low = field.len - at > 2 ? base16_digit(field.text[at + 2]) : -1;

	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

enum lg_status manifest_decode(struct manifest_field value, struct lg_arena *strings,
	const char **out, struct lg_error *err)
{
	char *text = lg_arena_alloc(strings, value.len + 1);
	size_t len = 0;

	for (size_t at = 0; at < value.len; at++) {
		const char *code = memchr(value.text + at, '%', value.len - at);
		size_t plain = code ? (size_t)(code - value.text) - at : value.len - at;
		int byte;

		memcpy(text + len, value.text + at, plain);
		len += plain;
		at += plain;
		if (!code)
			break;
		byte = coded_byte(value, at);
		if (byte < 0)
			return lg_fail(
				err, LG_FORMAT, "'%%' is not followed by two of 0-9 and A-F");
		text[len++] = (char)byte;
		at += 2;
	}
	if (lg_utf8_valid_prefix(text, len) != len)
		return lg_fail(err, LG_FORMAT, "an encoded text is not UTF-8 without NUL");
	*out = text;
	return LG_OK;
}

bool manifest_is_encoded(struct manifest_field field)
{
	for (size_t at = 0; at < field.len; at++) {
		int byte;

		if (manifest_is_plain(field.text[at]))
			continue;
		byte = field.text[at] == '%' ? coded_byte(field, at) : -1;
		if (byte < 0 || manifest_is_plain((char)byte))
			return false;
		at += 2;
	}
	return true;
}

enum lg_status manifest_refuse_form(struct lg_error *err)
{
	return lg_fail(err, LG_FORMAT, "the line is not in its one right form");
}

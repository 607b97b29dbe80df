/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

/* True if the 8 bytes at `text` are all ASCII and none is NUL. */
static bool is_plain_word(const char *text)
{
	const uint64_t ones = 0x0101010101010101U;
	const uint64_t highs = 0x8080808080808080U;
	uint64_t word;

	memcpy(&word, text, sizeof(word));
	return !((word | ((word - ones) & ~word)) & highs);
}

/* `len` is at least 1. */
static size_t character_len(const unsigned char *text, size_t len)
{
	unsigned char lead = text[0];
	unsigned char low = 0x80;
	unsigned char high = 0xbf;
	size_t needed;

	if (lead < 0x80)
		return lead ? 1 : 0;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	needed = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (len < needed)
		return 0;

	if (lead == 0xe0)
		low = 0xa0;
	else if (lead == 0xed)
		high = 0x9f;
	else if (lead == 0xf0)
		low = 0x90;
	else if (lead == 0xf4)
		high = 0x8f;
	if (text[1] < low || text[1] > high)
		return 0;
	for (size_t i = 2; i < needed; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	return needed;
}

size_t lg_utf8_valid_prefix(const char *text, size_t len)
{
	size_t done = 0;

	while (done < len) {
		size_t step;

		if (len - done >= 8 && is_plain_word(text + done)) {
			done += 8;
			continue;
		}
		step = character_len((const unsigned char *)text + done, len - done);
		if (!step)
			break;
		done += step;
	}
	return done;
}

size_t lg_utf8_count(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

size_t lg_utf8_character_len(const char *text, size_t len)
{
	return len ? character_len((const unsigned char *)text, len) : 0;
}

bool lg_utf8_is_hidden(const char *character, size_t len)
{
	const unsigned char *byte = (const unsigned char *)character;

	if (len == 1)
		return byte[0] < 0x20 || byte[0] == 0x7f;
	if (len == 2)
		return (byte[0] == 0xc2 && byte[1] <= 0x9f) || (byte[0] == 0xd8 && byte[1] == 0x9c);
	if (len == 3 && byte[0] == 0xef)
		return byte[1] == 0xbf && byte[2] >= 0xbe;
	if (len != 3 || byte[0] != 0xe2)
		return false;
	if (byte[1] == 0x80)
		return byte[2] == 0x8e || byte[2] == 0x8f || (byte[2] >= 0xa8 && byte[2] <= 0xae);
	return byte[1] == 0x81 && byte[2] >= 0xa6 && byte[2] <= 0xa9;
}

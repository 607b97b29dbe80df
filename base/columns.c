/* SPDX-License-Identifier: MIT */
#include "base/columns.h"

#include "base/utf8.h"

/*
 * Nothing below U+1100 is wide, nor anything from U+1E00 to U+22FF: Latin, Greek, punctuation,
 * arrows, signs. What combines with the character before it counts too.
 */
static size_t columns_of(const unsigned char *byte, size_t len)
{
	unsigned int high;

	if (len < 3)
		return 1;
	if (len == 4)
		return 2;
	high = ((byte[0] & 0x0fU) << 4) | ((byte[1] & 0x3cU) >> 2);
	return high < 0x11 || (high >= 0x1e && high <= 0x22) ? 1 : 2;
}

size_t lg_columns_prefix(const char *text, size_t len, size_t max)
{
	size_t done = 0;
	size_t taken = 0;

	while (done < len) {
		size_t size = lg_utf8_character_len(text + done, len - done);
		size_t columns = columns_of((const unsigned char *)text + done, size);

		if (taken + columns > max)
			break;
		taken += columns;
		done += size ? size : 1;
	}
	return done;
}

size_t lg_columns(const char *text, size_t len)
{
	size_t taken = 0;

	for (size_t i = 0; i < len;) {
		size_t size = lg_utf8_character_len(text + i, len - i);

		taken += columns_of((const unsigned char *)text + i, size);
		i += size ? size : 1;
	}
	return taken;
}

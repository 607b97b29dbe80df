/* SPDX-License-Identifier: MIT */
#include "base/percent.h"

#include <stdbool.h>
#include <string.h>

static int digit_of(char letter)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *found = letter ? strchr(digits, letter) : NULL;

	return found ? (int)(found - digits) % 16 : -1;
}

void lg_percent_decode(char *text)
{
	char *to = text;

	for (const char *at = text; *at; at++) {
		int high = *at == '%' ? digit_of(at[1]) : -1;
		int low = high >= 0 ? digit_of(at[2]) : -1;

		*to = *at;
		if (low >= 0) {
			*to = (char)(high * 16 + low);
			at += 2;
		}
		to++;
	}
	*to = '\0';
}

static bool is_unreserved(char letter)
{
	return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
	       (letter >= '0' && letter <= '9') || strchr("-._~", letter);
}

void lg_percent_encode(const char *text, struct lg_buf *out)
{
	for (const char *at = text; *at; at++)
		if (is_unreserved(*at))
			lg_buf_addc(out, *at);
		else
			lg_buf_addf(out, "%%%02X", (unsigned int)(unsigned char)*at);
}

/* SPDX-License-Identifier: MIT */
#include "bundles/compiled.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool compiled_is_source(const char *file)
{
	static const char *const endings[] = {".js", ".cjs", ".mjs"};
	const char *dot = strrchr(file, '.');

	for (size_t i = 0; dot && i < LG_COUNT_OF(endings); i++)
		if (strcmp(dot, endings[i]) == 0)
			return true;
	return false;
}

void compiled_add_place(struct lg_buf *out, const char *file, uint32_t line)
{
	lg_buf_addf(out, "-- %s:%u\n", file, line);
}

/* The number of a `-- FILE:LINE` line; 0: it is none. */
static uint32_t place_of(const char *line, size_t len, const char *file)
{
	size_t name = strlen(file);
	char digits[10];
	size_t count;

	if (len < name + 5 || memcmp(line, "-- ", 3) != 0 || memcmp(line + 3, file, name) != 0 ||
		line[3 + name] != ':')
		return 0;
	count = len - name - 4;
	if (count >= sizeof(digits))
		return 0;
	memcpy(digits, line + name + 4, count);
	digits[count] = '\0';
	return strspn(digits, "0123456789") == count ? (uint32_t)strtoul(digits, NULL, 10) : 0;
}

uint32_t compiled_line(const char *script, size_t len, const char *file, uint32_t line)
{
	uint32_t found = 0;
	size_t at = 0;

	for (uint32_t i = 1; i <= line && at < len; i++) {
		const char *feed = memchr(script + at, '\n', len - at);
		size_t end = feed ? (size_t)(feed - script) : len;
		uint32_t place = place_of(script + at, end - at, file);

		found = place ? place : found;
		at = end + 1;
	}
	return found;
}

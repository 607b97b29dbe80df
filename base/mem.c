/* SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fault.h"

enum { HUGE_PAGE_BYTES = 2 * 1024 * 1024 };

/* Nothing may allocate here, so stdio is out. */
LG_NORETURN static void die(void)
{
	static const char sentence[] = "lockgate: out of memory\n";

	(void)!write(STDERR_FILENO, sentence, sizeof(sentence) - 1);
	_exit(3);
}

void *lg_malloc(size_t bytes)
{
	void *memory = malloc(bytes ? bytes : 1);

	if (!memory || lg_fault_denies_memory())
		die();
	return memory;
}

void *lg_malloc_large(size_t bytes)
{
	void *memory;

	if (bytes < HUGE_PAGE_BYTES || bytes > SIZE_MAX - HUGE_PAGE_BYTES)
		return lg_malloc(bytes);
	bytes = (bytes + HUGE_PAGE_BYTES - 1) & ~((size_t)HUGE_PAGE_BYTES - 1);
	memory = aligned_alloc(HUGE_PAGE_BYTES, bytes);
	if (!memory || lg_fault_denies_memory())
		die();
	(void)madvise(memory, bytes, MADV_HUGEPAGE);
	return memory;
}

void *lg_calloc(size_t count, size_t item_bytes)
{
	void *memory = calloc(count ? count : 1, item_bytes ? item_bytes : 1);

	if (!memory || lg_fault_denies_memory())
		die();
	return memory;
}

void *lg_realloc(void *memory, size_t bytes)
{
	void *larger = realloc(memory, bytes ? bytes : 1);

	if (!larger || lg_fault_denies_memory())
		die();
	return larger;
}

char *lg_strdup(const char *text)
{
	return lg_strndup(text, strlen(text));
}

char *lg_strndup(const char *text, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		die();
	copy = lg_malloc(len + 1);
	if (len)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *lg_format(const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (len < 0 || !text || lg_fault_denies_memory())
		die();
	return text;
}

void *lg_grow(void *array, size_t count, size_t item_bytes)
{
	size_t room = count ? count * 2 : 1;

	if (count & (count - 1))
		return array;
	if (room > SIZE_MAX / 2 / item_bytes)
		die();
	return lg_realloc(array, room * item_bytes);
}

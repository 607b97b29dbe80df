/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_BYTES = 16 * 1024 };

struct lg_arena_block {
	struct lg_arena_block *older;
	size_t used;
	size_t room;
	_Alignas(max_align_t) char bytes[];
};

void lg_arena_release(struct lg_arena *arena)
{
	while (arena->newest) {
		struct lg_arena_block *block = arena->newest;

		arena->newest = block->older;
		free(block);
	}
}

static void *reserve(struct lg_arena *arena, size_t bytes, size_t align)
{
	struct lg_arena_block *block = arena->newest;
	size_t start = block ? (block->used + align - 1) & ~(align - 1) : 0;

	if (!block || start > block->room || block->room - start < bytes) {
		size_t room = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;

		block = lg_calloc(1, sizeof(*block) + room);
		block->room = room;
		block->older = arena->newest;
		arena->newest = block;
		start = 0;
	}
	block->used = start + bytes;
	return block->bytes + start;
}

void *lg_arena_alloc(struct lg_arena *arena, size_t bytes)
{
	return reserve(arena, bytes, _Alignof(max_align_t));
}

const char *lg_arena_addn(struct lg_arena *arena, const char *text, size_t len)
{
	char *copy = reserve(arena, len + 1, 1);

	if (len)
		memcpy(copy, text, len);
	return copy;
}

const char *lg_arena_add(struct lg_arena *arena, const char *text)
{
	return lg_arena_addn(arena, text, strlen(text));
}

const char *lg_arena_addf(struct lg_arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;
	int len;

	va_start(arguments, format);
	len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	text = lg_arena_alloc(arena, (size_t)(len < 0 ? 0 : len) + 1);
	va_start(arguments, format);
	(void)vsnprintf(text, (size_t)(len < 0 ? 0 : len) + 1, format, arguments);
	va_end(arguments);
	return text;
}

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_ARENA_H
#define LOCKGATE_BASE_ARENA_H

/*
 * Many small texts with one owner.
 *
 * What is put in stays where it is until lg_arena_release(); pointers to it are borrowed. An
 * arena that is all zero is empty and ready. Its input must be bounded by whoever reads it.
 */

#include <stddef.h>

#include "base/attrs.h"

struct lg_arena_block;

struct lg_arena {
	struct lg_arena_block *newest;
};

void lg_arena_release(struct lg_arena *arena);

/* `bytes` zeroed bytes, aligned for any type. */
LG_MUST_USE LG_NONNULL_RESULT void *lg_arena_alloc(struct lg_arena *arena, size_t bytes);

/* Copies that end in a NUL. */
LG_NONNULL_RESULT const char *lg_arena_add(struct lg_arena *arena, const char *text);
LG_NONNULL_RESULT const char *lg_arena_addn(struct lg_arena *arena, const char *text, size_t len);
LG_NONNULL_RESULT LG_PRINTF(2, 3) const
	char *lg_arena_addf(struct lg_arena *arena, const char *format, ...);

#endif

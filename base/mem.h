/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_MEM_H
#define LOCKGATE_BASE_MEM_H

/*
 * Memory that is always there.
 *
 * When none is left the process ends with one line on stderr and exit code 3: the session to the
 * database dies with it, so the database rolls back and frees the lock by itself, and error
 * paths stay about input and output. Bounded inputs make this rare.
 */

#include <stddef.h>

#include "base/attrs.h"

/* Each result is owned by the caller; release it with free(). A size of 0 is allowed. */
LG_MUST_USE LG_NONNULL_RESULT void *lg_malloc(size_t bytes);
LG_MUST_USE LG_NONNULL_RESULT void *lg_calloc(size_t count, size_t item_bytes);
LG_MUST_USE LG_NONNULL_RESULT char *lg_strdup(const char *text);
LG_MUST_USE LG_NONNULL_RESULT char *lg_strndup(const char *text, size_t len);
LG_MUST_USE LG_NONNULL_RESULT LG_PRINTF(1, 2) char *lg_format(const char *format, ...);

/*
 * As lg_malloc(), for much memory that is filled from its beginning: where the system has huge
 * pages (madvise(2), MADV_HUGEPAGE) these are asked for, which takes a third of the time.
 */
LG_MUST_USE LG_NONNULL_RESULT void *lg_malloc_large(size_t bytes);

/* `memory` is taken. */
LG_MUST_USE LG_NONNULL_RESULT void *lg_realloc(void *memory, size_t bytes);

/*
 * Makes room for one item more behind the `count` items of `array` (taken; NULL when empty).
 * Room doubles, and starts anew whenever `count` is 0 or a power of two, so it needs no counter:
 * only arrays that grew by this function alone may be given.
 */
LG_MUST_USE LG_NONNULL_RESULT void *lg_grow(void *array, size_t count, size_t item_bytes);

#endif

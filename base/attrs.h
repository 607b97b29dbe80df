/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_ATTRS_H
#define LOCKGATE_BASE_ATTRS_H

/*
 * Compiler attributes (GCC and Clang manuals, "Common Function Attributes"), named once here.
 *
 * LG_CLEANUP(f) calls f(&variable) when the variable leaves its scope; f takes a pointer to it.
 */

#include <stdlib.h>

#define LG_MUST_USE __attribute__((warn_unused_result))
#define LG_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define LG_CLEANUP(release) __attribute__((cleanup(release)))
#define LG_NORETURN __attribute__((noreturn))
#define LG_UNUSED __attribute__((unused))
#define LG_NONNULL_RESULT __attribute__((returns_nonnull))

/* Hands a pointer on: evaluates to its value and leaves NULL behind. */
#define LG_TAKE(pointer)                                                                           \
	__extension__({                                                                            \
		__typeof__(pointer) taken_ = (pointer);                                            \
		(pointer) = NULL;                                                                  \
		taken_;                                                                            \
	})

/* LG_FREE_BY_SCOPE declares a heap pointer of any type that scope frees. */
static inline void lg_drop_memory(void *slot)
{
	free(*(void **)slot);
}
#define LG_FREE_BY_SCOPE LG_CLEANUP(lg_drop_memory)

#define LG_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif

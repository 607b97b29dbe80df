/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_COLUMNS_H
#define LOCKGATE_BASE_COLUMNS_H

/*
 * How much room text takes on a terminal. Pure, and the same everywhere: wcwidth(3) knows what the
 * locale knows, and terminals differ. What is said here is never too little (The Unicode Standard,
 * annex 11, "East Asian Width"): a line that fits by it is not wrapped, whoever shows it.
 */

#include <stddef.h>

/* Columns of `len` bytes without hidden characters; a byte that is no UTF-8 counts one. */
size_t lg_columns(const char *text, size_t len);

/* The bytes of the longest beginning of `text` that takes at most `max` columns. */
size_t lg_columns_prefix(const char *text, size_t len, size_t max);

#endif

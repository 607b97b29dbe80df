/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_UTF8_H
#define LOCKGATE_BASE_UTF8_H

/* Well-formed UTF-8: The Unicode Standard 15.0, section 3.9, table 3-7. Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The length of the longest beginning of `text` that is well-formed UTF-8 without a NUL; `len`
 * when all of it is. A character that `text` cuts off at its end is not part of it.
 */
size_t lg_utf8_valid_prefix(const char *text, size_t len);

/* The length of the character that `text` begins with; 0 if it begins with none, or with a NUL. */
size_t lg_utf8_character_len(const char *text, size_t len);

/*
 * True of a character that a terminal or a browser does not show but obeys: controls (C0, DEL and
 * C1), line separators, and what turns the direction of text around (U+061C, U+200E, U+200F,
 * U+2028 to U+202E, U+2066 to U+2069); also of U+FFFE and U+FFFF, which are none.
 */
bool lg_utf8_is_hidden(const char *character, size_t len);

/* How many characters the `len` bytes hold; bytes that are no UTF-8 count one each. */
size_t lg_utf8_count(const char *text, size_t len);

#endif

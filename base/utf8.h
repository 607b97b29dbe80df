/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_UTF8_H
#define LOCKGATE_BASE_UTF8_H

/* Well-formed UTF-8: The Unicode Standard 15.0, section 3.9, table 3-7. Pure. */

#include <stddef.h>
#include <stdint.h>

/*
 * The length of the longest beginning of `text` that is well-formed UTF-8 without a NUL; `len`
 * when all of it is. A character that `text` cuts off at its end is not part of it.
 */
size_t lg_utf8_valid_prefix(const char *text, size_t len);

/* How many characters the `len` bytes hold; bytes that are no UTF-8 count one each. */
size_t lg_utf8_count(const char *text, size_t len);

#endif

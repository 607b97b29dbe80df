/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_BASE64_H
#define LOCKGATE_BASE_BASE64_H

/* Base64 with padding: RFC 4648, section 4. Pure. */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

void lg_base64_encode(const void *bytes, size_t len, struct lg_buf *out);

/*
 * Decodes `chars` characters into `out`, which has room for `size` bytes. False where they are no
 * base64, or more than that; *out_len is set on true only.
 */
bool lg_base64_decode(const char *text, size_t chars, uint8_t *out, size_t size, size_t *out_len);

#endif

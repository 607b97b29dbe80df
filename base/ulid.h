/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_ULID_H
#define LOCKGATE_BASE_ULID_H

/*
 * Identifiers that sort by the time they were made.
 *
 * Form: the ULID specification, 48 bits of milliseconds and 80 random bits, in Crockford's
 * base32. Two made within one millisecond have no order.
 */

#include <stdint.h>

#include "base/error.h"

enum { LG_ULID_CHARS = 26 };

/* Errors: LG_INTERNAL (the kernel gives no random bytes). */
LG_MUST_USE
enum lg_status lg_ulid_make(int64_t moment_us, char out[LG_ULID_CHARS + 1], struct lg_error *err);

#endif

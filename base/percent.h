/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_PERCENT_H
#define LOCKGATE_BASE_PERCENT_H

/* Percent-encoding: RFC 3986, section 2.1. Pure. */

#include "base/buf.h"

/* Decodes in place; a '%' without two hex digits behind it stays. */
void lg_percent_decode(char *text);

/* Adds `text` with all but unreserved characters as %XX. */
void lg_percent_encode(const char *text, struct lg_buf *out);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_ESCAPE_HIDDEN_H
#define LOCKGATE_CI_ESCAPE_HIDDEN_H

/* What escapes have in common; private to them. Pure. */

#include <stddef.h>

#include "base/buf.h"

/*
 * Adds the character of `size` bytes at `text`; one that is hidden as \xNN or \uNNNN, and the one
 * byte of a `size` of 0, which is no UTF-8, as \xNN.
 */
void ci_add_shown(const char *text, size_t size, struct lg_buf *out);

#endif

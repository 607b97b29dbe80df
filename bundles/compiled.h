/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_COMPILED_H
#define LOCKGATE_BUNDLES_COMPILED_H

/*
 * Scripts that were made from JavaScript say of each statement where it came from, in a comment
 * above it: `-- FILE:LINE`. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* True if `file` is one that scripts are made from. */
bool compiled_is_source(const char *file);

/* Adds the comment and its line end. */
void compiled_add_place(struct lg_buf *out, const char *file, uint32_t line);

/* The line of `file` that the `line`th of the script came from; 0: the script does not say. */
uint32_t compiled_line(const char *script, size_t len, const char *file, uint32_t line);

#endif

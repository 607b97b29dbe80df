/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_FUZZ_BUNDLE_INPUT_H
#define LOCKGATE_TESTS_FUZZ_BUNDLE_INPUT_H

/* A bundle file that may be anything. */

#include <stddef.h>

/*
 * Reads a file with these bytes to its end. One that is accepted is written again, read again, and
 * is then the same bundle.
 */
void bundle_input_read(const void *bytes, size_t len);

#endif

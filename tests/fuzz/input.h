/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_FUZZ_INPUT_H
#define LOCKGATE_TESTS_FUZZ_INPUT_H

/*
 * What the fuzz targets share. Each target is one program: libFuzzer (LLVM documentation, "libFuzzer
 * – a library for coverage-guided fuzz testing") calls LLVMFuzzerTestOneInput() with one input after
 * the other; what an input may not do is an assertion there.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program unless the error is one that hostile input may cause, and says something. */
void input_check_error(enum lg_status status, const struct lg_error *err);

/*
 * A file in memory with these bytes; the path of it is the same, and good, until the next call for
 * the same `slot`.
 */
enum { INPUT_SLOTS = 2, INPUT_PATH_CHARS = 63 };
const char *input_file(size_t slot, const void *bytes, size_t len);

/* The same, empty: a descriptor to write to, borrowed. */
int input_file_fd(size_t slot);

/* The bytes of that file; owned by the caller, release with free(). */
char *input_file_read(size_t slot, size_t *out_len);

#endif

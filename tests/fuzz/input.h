/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_FUZZ_INPUT_H
#define LOCKGATE_TESTS_FUZZ_INPUT_H

/*
 * What the fuzz targets share. Each target is one program: libFuzzer (LLVM documentation,
 * "libFuzzer – a library for coverage-guided fuzz testing") calls LLVMFuzzerTestOneInput() with one
 * input after the other; what an input may not do is an assertion there.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program unless the error is one that hostile input may cause, and says something. */
void input_check_error(enum lg_status status, const struct lg_error *err);

/* The path of a file in memory with these bytes, good until the next call. */
const char *input_file(const void *bytes, size_t len);

#endif

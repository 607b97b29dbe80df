/* SPDX-License-Identifier: MIT */
/* Bundle files, byte by byte. */

#include "tests/fuzz/bundle_input.h"
#include "tests/fuzz/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bundle_input_read(data, size);
	return 0;
}

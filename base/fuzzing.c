/* SPDX-License-Identifier: MIT */
#include "base/fuzzing.h"

bool lg_fuzzing_takes_any_digest(void)
{
	return true;
}

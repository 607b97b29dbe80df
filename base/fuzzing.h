/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_FUZZING_H
#define LOCKGATE_BASE_FUZZING_H

/*
 * What tests/fuzz/ needs to get past a digest that no mutation hits. Only a build with FUZZING=1
 * has it; in every other one it is false, and no symbol. Signatures are verified in every build.
 */

#include <stdbool.h>

#ifdef LOCKGATE_FUZZING
/* True: digests of contents are computed, and each is taken for the one that was demanded. */
bool lg_fuzzing_takes_any_digest(void);
#else
static inline bool lg_fuzzing_takes_any_digest(void)
{
	return false;
}
#endif

#endif

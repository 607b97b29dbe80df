/* SPDX-License-Identifier: MIT */

/* Pure: no I/O, no clock. */

#include "gate/pace.h"

enum {
	LONG_ROUND_TRIP_US = 2000, /* what a small migration takes the server */
	MESSAGE_US = 250000,       /* nobody waits longer for news of quick migrations */
};

struct gate_pace pace_begin(void)
{
	return (struct gate_pace){.count = 1};
}

void pace_learn(struct gate_pace *pace, size_t count, int64_t took_us, int64_t round_trip_us)
{
	int64_t each_us = took_us / (int64_t)count + 1;
	size_t fits = (size_t)(MESSAGE_US / each_us);

	pace->count = pace->count * 2 < PACE_MAX ? pace->count * 2 : PACE_MAX;
	if (pace->count > fits)
		pace->count = fits;
	if (pace->count == 0 || round_trip_us < LONG_ROUND_TRIP_US)
		pace->count = 1;
}

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_PACE_H
#define LOCKGATE_GATE_PACE_H

/*
 * How many migrations go to the database in one message. Where answers come quickly it is one, so
 * that what is under way can be told. Over a network that is slower than the migrations it grows,
 * as long as a message does not last. Pure.
 */

#include <stddef.h>
#include <stdint.h>

enum { PACE_MAX = 64 };

struct gate_pace {
	size_t count; /* for the next message, 1 to PACE_MAX */
};

/* Begins with one: nothing is known of the migrations yet. */
struct gate_pace pace_begin(void);

/* `count` migrations have taken `took_us`, on a database that answers in `round_trip_us`. */
void pace_learn(struct gate_pace *pace, size_t count, int64_t took_us, int64_t round_trip_us);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_NEAREST_H
#define LOCKGATE_BASE_NEAREST_H

/*
 * Which of the known words somebody meant: offer each, then ask for the nearest. Pure.
 *
 * Distance: characters to add, drop, change or swap with their neighbour (optimal string
 * alignment). Words above LG_NEAREST_CHARS are near to none.
 */

#include <stddef.h>

enum { LG_NEAREST_CHARS = 40 };

struct lg_nearest {
	const char *typed;
	const char *word; /* the nearest so far; NULL: none was offered */
	size_t distance;
};

struct lg_nearest lg_nearest_to(const char *typed);
void lg_nearest_offer(struct lg_nearest *nearest, const char *word);

/* The nearest word if it is near enough to be proposed, else NULL. */
const char *lg_nearest_word(const struct lg_nearest *nearest);

#endif

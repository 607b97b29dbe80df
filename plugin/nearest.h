/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_NEAREST_H
#define LOCKGATE_PLUGIN_NEAREST_H

#include <stddef.h>

/*
 * The number of characters to add, drop, change or swap that make one word of the other
 * (optimal string alignment); words above 40 characters are as far apart as can be. Pure.
 */
size_t word_distance(const char *a, const char *b);

/* True if a word that far from what was typed is worth proposing. */
int word_is_near(const char *typed, size_t distance);

#endif

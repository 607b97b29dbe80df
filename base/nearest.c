/* SPDX-License-Identifier: MIT */
#include "base/nearest.h"

#include <stdint.h>
#include <string.h>

static size_t least(size_t a, size_t b, size_t c)
{
	size_t least_two = a < b ? a : b;

	return least_two < c ? least_two : c;
}

static size_t distance_between(const char *a, const char *b)
{
	/* cost[i][k]: of making the first i characters of `a` the first k of `b`. */
	size_t cost[LG_NEAREST_CHARS + 1][LG_NEAREST_CHARS + 1];
	size_t len_a = strlen(a);
	size_t len_b = strlen(b);

	if (len_a > LG_NEAREST_CHARS || len_b > LG_NEAREST_CHARS)
		return SIZE_MAX;
	for (size_t i = 0; i <= len_a; i++)
		cost[i][0] = i;
	for (size_t k = 0; k <= len_b; k++)
		cost[0][k] = k;
	for (size_t i = 1; i <= len_a; i++) {
		for (size_t k = 1; k <= len_b; k++) {
			size_t change = cost[i - 1][k - 1] + (a[i - 1] != b[k - 1]);
			size_t swap = SIZE_MAX;

			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				swap = cost[i - 2][k - 2];
			cost[i][k] = least(
				change, least(cost[i - 1][k], cost[i][k - 1], swap) + 1, SIZE_MAX);
		}
	}
	return cost[len_a][len_b];
}

struct lg_nearest lg_nearest_to(const char *typed)
{
	return (struct lg_nearest){.typed = typed, .distance = SIZE_MAX};
}

void lg_nearest_offer(struct lg_nearest *nearest, const char *word)
{
	size_t distance = distance_between(nearest->typed, word);

	if (distance >= nearest->distance)
		return;
	nearest->word = word;
	nearest->distance = distance;
}

const char *lg_nearest_word(const struct lg_nearest *nearest)
{
	return nearest->distance <= (strlen(nearest->typed) + 1) / 2 ? nearest->word : NULL;
}

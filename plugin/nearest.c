/* SPDX-License-Identifier: MIT */
#include "plugin/nearest.h"

#include <stdint.h>
#include <string.h>

enum { LONGEST = 40 };

static size_t least(size_t a, size_t b, size_t c)
{
	size_t least_two = a < b ? a : b;

	return least_two < c ? least_two : c;
}

size_t word_distance(const char *a, const char *b)
{
	/* cost[i][k]: of making the first i characters of `a` the first k of `b`. */
	size_t cost[LONGEST + 1][LONGEST + 1];
	size_t len_a = strlen(a);
	size_t len_b = strlen(b);

	if (len_a > LONGEST || len_b > LONGEST)
		return SIZE_MAX;
	for (size_t i = 0; i <= len_a; i++)
		cost[i][0] = i;
	for (size_t k = 0; k <= len_b; k++)
		cost[0][k] = k;
	for (size_t i = 1; i <= len_a; i++) {
		for (size_t k = 1; k <= len_b; k++) {
			size_t change = cost[i - 1][k - 1] + (a[i - 1] != b[k - 1]);

			cost[i][k] = least(cost[i - 1][k] + 1, cost[i][k - 1] + 1, change);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
				cost[i - 2][k - 2] + 1 < cost[i][k])
				cost[i][k] = cost[i - 2][k - 2] + 1;
		}
	}
	return cost[len_a][len_b];
}

int word_is_near(const char *typed, size_t distance)
{
	return distance <= 1 + strlen(typed) / 3;
}

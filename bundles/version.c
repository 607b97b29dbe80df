/* SPDX-License-Identifier: MIT */
#include "bundles/version.h"

#include <string.h>

#include "bundles/limits.h"

/* Groups are short: strspn() would take longer to begin than to count. */
static size_t count_digits(const char *text)
{
	size_t count = 0;

	while (text[count] >= '0' && text[count] <= '9')
		count++;
	return count;
}

size_t version_span(const char *text)
{
	size_t len = count_digits(text);

	while (len > 0 && text[len] == '.' && count_digits(text + len + 1) > 0)
		len += 1 + count_digits(text + len + 1);
	return len;
}

bool version_is_valid(const char *text)
{
	size_t len = version_span(text);

	return len > 0 && len <= BUNDLE_MAX_NAME_CHARS && text[len] == '\0';
}

/* Takes the next group off `*rest`, without its leading zeros; its length is the result. */
static size_t next_group(const char **rest, const char **out_group)
{
	size_t len = count_digits(*rest);
	size_t zeros = 0;

	while ((*rest)[zeros] == '0')
		zeros++;
	*out_group = *rest + zeros;
	*rest += len;
	if (**rest)
		(*rest)++;
	return len - zeros;
}

int version_compare(const char *a, const char *b)
{
	while (*a || *b) {
		const char *group_a;
		const char *group_b;
		size_t len_a = next_group(&a, &group_a);
		size_t len_b = next_group(&b, &group_b);
		int order;

		if (len_a != len_b)
			return len_a < len_b ? -1 : 1;
		order = memcmp(group_a, group_b, len_a);
		if (order)
			return order;
	}
	return 0;
}

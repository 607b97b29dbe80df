/* SPDX-License-Identifier: MIT */
#include "bundles/lint/past.h"

#include <stdlib.h>

#include "base/mem.h"

void lint_past_release(struct lint_past *past)
{
	free(past->items);
	*past = (struct lint_past){0};
}

/* FNV-1a over the last part in small letters: names that are equal have one. */
static uint32_t bucket_of(enum lint_fact fact, const struct lint_name *name)
{
	uint32_t hash = 2166136261U ^ (uint32_t)fact;
	const char *text;
	size_t len;

	lint_name_bare(name, &text, &len);
	for (size_t i = 0; i < len; i++) {
		unsigned char character = (unsigned char)text[i];

		if (character >= 'A' && character <= 'Z')
			character = (unsigned char)(character - 'A' + 'a');
		hash = (hash ^ character) * 16777619U;
	}
	return hash % LINT_PAST_BUCKETS;
}

bool lint_past_has(const struct lint_past *past, enum lint_fact fact, const struct lint_name *name)
{
	uint32_t number = past->buckets[bucket_of(fact, name)];

	while (number > 0) {
		const struct lint_past_item *item = &past->items[number - 1];

		if (item->fact == fact && lint_name_equal(&item->name, name))
			return true;
		number = item->next;
	}
	return false;
}

void lint_past_add(struct lint_past *past, enum lint_fact fact, const struct lint_name *name)
{
	uint32_t *bucket = &past->buckets[bucket_of(fact, name)];

	if (lint_past_has(past, fact, name))
		return;
	past->items = lg_grow(past->items, past->count, sizeof(*past->items));
	past->items[past->count++] =
		(struct lint_past_item){.fact = fact, .name = *name, .next = *bucket};
	*bucket = (uint32_t)past->count;
	past->locked_tables += fact == LINT_LOCKED_TABLE;
}

/* SPDX-License-Identifier: MIT */
#include "bundles/lint/past.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void lint_past_release(struct lint_past *past)
{
	free(past->items);
	free(past->buckets);
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

/* Labels of an enum are texts, not names. */
static bool is_same(
	enum lint_fact fact, const struct lint_name *left, const struct lint_name *right)
{
	if (fact == LINT_ADDED_LABEL)
		return left->len == right->len && memcmp(left->text, right->text, left->len) == 0;
	return lint_name_equal(left, right);
}

bool lint_past_has(const struct lint_past *past, enum lint_fact fact, const struct lint_name *name)
{
	uint32_t number = past->buckets ? past->buckets[bucket_of(fact, name)] : 0;

	while (number > 0) {
		const struct lint_past_item *item = &past->items[number - 1];

		if (item->fact == fact && is_same(fact, &item->name, name))
			return true;
		number = item->next;
	}
	return false;
}

void lint_past_add(struct lint_past *past, enum lint_fact fact, const struct lint_name *name)
{
	uint32_t *bucket;

	if (lint_past_has(past, fact, name))
		return;
	if (!past->buckets)
		past->buckets = lg_calloc(LINT_PAST_BUCKETS, sizeof(*past->buckets));
	bucket = &past->buckets[bucket_of(fact, name)];
	past->items = lg_grow(past->items, past->count, sizeof(*past->items));
	past->items[past->count++] =
		(struct lint_past_item){.fact = fact, .name = *name, .next = *bucket};
	*bucket = (uint32_t)past->count;
}

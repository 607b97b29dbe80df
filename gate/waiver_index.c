/* SPDX-License-Identifier: MIT */
#include "gate/waiver_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/version.h"
#include "gate/verdict.h"

/* Versions of digits go before names of repeatables. */
static int compare_subjects(const char *a, const char *b)
{
	bool is_version_a = version_is_valid(a);
	bool is_version_b = version_is_valid(b);

	if (is_version_a != is_version_b)
		return is_version_a ? -1 : 1;
	return is_version_a ? version_compare(a, b) : strcmp(a, b);
}

static int compare_entries(const void *a, const void *b)
{
	const struct waiver *left = ((const struct waiver_entry *)a)->waiver;
	const struct waiver *right = ((const struct waiver_entry *)b)->waiver;

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	return compare_subjects(left->version, right->version);
}

void waiver_index_init(struct waiver_index *index, const struct waiver_list *list)
{
	*index = (struct waiver_index){
		.entries = lg_calloc(list->count, sizeof(*index->entries)),
		.count = list->count,
	};
	for (size_t i = 0; i < list->count; i++)
		index->entries[i].waiver = &list->items[i];
	qsort(index->entries, index->count, sizeof(*index->entries), compare_entries);
}

void waiver_index_release(struct waiver_index *index)
{
	free(index->entries);
	*index = (struct waiver_index){0};
}

/* The number of the first entry that is not below the key. */
static size_t find_first(const struct waiver_index *index, const struct waiver_entry *key)
{
	size_t low = 0;
	size_t high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_entries(&index->entries[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct waiver_entry *waiver_index_find(
	struct waiver_index *index, enum waiver_kind kind, const char *version)
{
	const struct waiver wanted = {.kind = kind, .version = version};
	const struct waiver_entry key = {.waiver = &wanted};
	size_t first = find_first(index, &key);

	if (first == index->count || compare_entries(&index->entries[first], &key) != 0)
		return NULL;
	return &index->entries[first];
}

struct waiver_entry *waiver_index_find_checksum(struct waiver_index *index, const char *version,
	const struct lg_digest *old_content, const struct lg_digest *new_content)
{
	const struct waiver wanted = {.kind = WAIVER_CHECKSUM, .version = version};
	const struct waiver_entry key = {.waiver = &wanted};

	for (size_t i = find_first(index, &key);
		i < index->count && compare_entries(&index->entries[i], &key) == 0; i++) {
		const struct waiver *waiver = index->entries[i].waiver;

		if (lg_digest_equal(&waiver->old_content, old_content) &&
			lg_digest_equal(&waiver->new_content, new_content))
			return &index->entries[i];
	}
	return NULL;
}

bool waiver_use(struct waiver_entry *entry, struct gate_verdict *verdict)
{
	if (!entry || entry->is_used)
		return entry != NULL;
	verdict->waivers_used = lg_grow(
		verdict->waivers_used, verdict->waiver_count, sizeof(const struct waiver *));
	verdict->waivers_used[verdict->waiver_count++] = entry->waiver;
	entry->is_used = true;
	return true;
}

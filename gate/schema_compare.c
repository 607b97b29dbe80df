/* SPDX-License-Identifier: MIT */
#include "gate/schema_compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Two sorted schemas side by side. */
struct sides {
	const struct schema *left, *right;
	size_t at_left, at_right;
};

/* The next object of either; NULL on the side that lacks it. False at the end. */
static bool next(struct sides *sides, const struct schema_object **out_left,
	const struct schema_object **out_right)
{
	bool has_left = sides->at_left < sides->left->count;
	bool has_right = sides->at_right < sides->right->count;
	int order = has_left ? -1 : 1;

	if (has_left && has_right)
		order = schema_object_compare(&sides->left->objects[sides->at_left],
			&sides->right->objects[sides->at_right]);
	*out_left = has_left && order <= 0 ? &sides->left->objects[sides->at_left++] : NULL;
	*out_right = has_right && order >= 0 ? &sides->right->objects[sides->at_right++] : NULL;
	return has_left || has_right;
}

static bool is_equal(const struct schema_object *left, const struct schema_object *right)
{
	if (!left || !right)
		return left == right;
	return lg_digest_equal(&left->digest, &right->digest);
}

/* Kinds whose definitions each release of the server writes in its own way. */
static bool is_of_release(const struct schema_object *object)
{
	static const char *const kinds[] = {
		"collation", "extension", "materialized view", "publication", "rule", "view"};

	for (size_t i = 0; i < LG_COUNT_OF(kinds); i++)
		if (strcmp(object->kind, kinds[i]) == 0)
			return true;
	return false;
}

static bool is_same_release(const struct schema *recorded, const struct schema *live)
{
	return recorded->release && live->release && strcmp(recorded->release, live->release) == 0;
}

static void add_change(struct schema_difference *out, const struct schema_object *recorded,
	const struct schema_object *live)
{
	out->changes = lg_grow(out->changes, out->count, sizeof(*out->changes));
	out->changes[out->count++] = (struct schema_change){
		.fate = !recorded ? SCHEMA_ADDED
			: !live   ? SCHEMA_MISSING
				  : SCHEMA_CHANGED,
		.recorded = recorded,
		.live = live,
	};
}

static int compare_changes(const void *left, const void *right)
{
	return schema_object_compare(schema_change_object(left), schema_change_object(right));
}

/* The change of that kind with the first `len` bytes of the identity, if it has this fate. */
static struct schema_change *find_change(struct schema_difference *difference, const char *kind,
	const struct schema_change *of, size_t len)
{
	LG_FREE_BY_SCOPE char *identity = lg_strndup(schema_change_object(of)->identity, len);
	const struct schema_object object = {.kind = kind, .identity = identity};
	const struct schema_change key = {.live = &object};
	struct schema_change *found = bsearch(&key, difference->changes, difference->count,
		sizeof(*difference->changes), compare_changes);

	return found && found != of && found->fate == of->fate ? found : NULL;
}

/* What has come or gone with all that belongs to it is one matter for people. */
static void fold(struct schema_difference *difference, struct schema_change *change)
{
	static const char *const owners[] = {"table", "view", "materialized view", "foreign table",
		"sequence", "function", "procedure", "aggregate", "enum", "composite type",
		"domain", "range", "schema"};
	const char *identity = schema_change_object(change)->identity;
	const char *kind = schema_change_object(change)->kind;
	bool is_about = strcmp(kind, "privileges") == 0 || strcmp(kind, "comment") == 0;

	for (size_t i = 0; i < LG_COUNT_OF(owners) && !change->owner; i++) {
		size_t parent = schema_parent_length(identity);
		struct schema_change *owner = NULL;

		if (is_about)
			owner = find_change(difference, owners[i], change, strlen(identity));
		/* The tables of a schema stand for themselves. */
		if (!owner && parent && strcmp(owners[i], "schema") != 0)
			owner = find_change(difference, owners[i], change, parent);
		if (!owner)
			continue;
		change->owner = owner;
		owner->parts++;
	}
}

void schema_difference_release(struct schema_difference *difference)
{
	free(difference->changes);
	*difference = (struct schema_difference){0};
}

void schema_compare(const struct schema_record *record, const struct schema *live,
	struct schema_difference *out)
{
	struct sides sides = {.left = &record->schema, .right = live};
	bool is_known = is_same_release(&record->schema, live);
	const struct schema_object *recorded;
	const struct schema_object *found;

	*out = (struct schema_difference){0};
	while (next(&sides, &recorded, &found)) {
		bool is_skipped = recorded && found && !is_known && is_of_release(found);

		out->skipped += is_skipped;
		if (!is_skipped && !is_equal(recorded, found) &&
			!(found && schema_has(&record->others, found)))
			add_change(out, recorded, found);
	}
	for (size_t i = 0; i < out->count; i++)
		if (out->changes[i].fate != SCHEMA_CHANGED)
			fold(out, &out->changes[i]);
}

void schema_writes_release(struct schema_writes *writes)
{
	free(writes->items);
	*writes = (struct schema_writes){0};
}

/* Writes what is, in place of what was recorded. */
static void add_write(struct schema_writes *out, const struct schema_object *recorded,
	const struct schema_object *live)
{
	if (is_equal(recorded, live))
		return;
	out->items = lg_grow(out->items, out->count, sizeof(*out->items));
	out->items[out->count++] = (struct schema_write){
		.object = live ? live : recorded,
		.is_removal = !live,
	};
}

void schema_writes_of_run(const struct schema_record *record, const struct schema *before,
	const struct schema *after, struct schema_writes *out)
{
	struct sides sides = {.left = before, .right = after};
	const struct schema_object *was;
	const struct schema_object *is;

	*out = (struct schema_writes){0};
	while (next(&sides, &was, &is)) {
		const struct schema_object *recorded = schema_find(&record->schema, was ? was : is);
		bool was_ours =
			is_equal(was, recorded) || (was && schema_has(&record->others, was));

		/* What had drifted before stays drift, unless it is gone for good. */
		if (!is_equal(was, is) && (was_ours || !is))
			add_write(out, recorded, is);
	}
}

void schema_writes_of_all(
	const struct schema_record *record, const struct schema *live, struct schema_writes *out)
{
	struct sides sides = {.left = &record->schema, .right = live};
	const struct schema_object *recorded;
	const struct schema_object *is;

	*out = (struct schema_writes){0};
	/* What another project has recorded is its own business, as is its end. */
	while (next(&sides, &recorded, &is))
		add_write(out, recorded, is && !schema_has(&record->others, is) ? is : NULL);
}

/* SPDX-License-Identifier: MIT */
#include "gate/schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void schema_init(struct schema *schema)
{
	*schema = (struct schema){0};
}

void schema_release(struct schema *schema)
{
	free(schema->objects);
	free(schema->gaps);
	lg_arena_release(&schema->strings);
	*schema = (struct schema){0};
}

void schema_record_init(struct schema_record *record)
{
	*record = (struct schema_record){0};
}

void schema_record_release(struct schema_record *record)
{
	schema_release(&record->schema);
	schema_release(&record->others);
	lg_arena_release(&record->strings);
	*record = (struct schema_record){0};
}

static struct schema_object *add(struct schema *schema, const char *kind, const char *identity)
{
	struct schema_object *object;

	schema->objects = lg_grow(schema->objects, schema->count, sizeof(*schema->objects));
	object = &schema->objects[schema->count++];
	*object = (struct schema_object){
		.kind = lg_arena_add(&schema->strings, kind),
		.identity = lg_arena_add(&schema->strings, identity),
		.definition = "",
	};
	return object;
}

void schema_add(
	struct schema *schema, const char *kind, const char *identity, const char *definition)
{
	size_t len = strlen(definition);
	struct schema_object *object;

	if (strcmp(kind, SCHEMA_SERVER) == 0) {
		schema->release = lg_arena_add(&schema->strings, definition);
		return;
	}
	object = add(schema, kind, identity);
	object->definition = lg_arena_addn(&schema->strings, definition, len);
	object->digest = lg_digest_of(definition, len);
}

void schema_add_digest(struct schema *schema, const char *kind, const char *identity,
	const struct lg_digest *digest)
{
	if (strcmp(kind, SCHEMA_SERVER) != 0)
		add(schema, kind, identity)->digest = *digest;
}

void schema_add_gap(struct schema *schema, const char *kind, uint64_t count)
{
	schema->gaps = lg_grow(schema->gaps, schema->gap_count, sizeof(*schema->gaps));
	schema->gaps[schema->gap_count++] =
		(struct schema_gap){.kind = lg_arena_add(&schema->strings, kind), .count = count};
}

int schema_object_compare(const struct schema_object *left, const struct schema_object *right)
{
	int order = strcmp(left->kind, right->kind);

	return order ? order : strcmp(left->identity, right->identity);
}

static int compare(const void *left, const void *right)
{
	return schema_object_compare(left, right);
}

void schema_sort(struct schema *schema)
{
	if (schema->count)
		qsort(schema->objects, schema->count, sizeof(*schema->objects), compare);
}

const struct schema_object *schema_find(
	const struct schema *schema, const struct schema_object *key)
{
	if (schema->count == 0)
		return NULL;
	return bsearch(key, schema->objects, schema->count, sizeof(*schema->objects), compare);
}

bool schema_has(const struct schema *schema, const struct schema_object *object)
{
	const struct schema_object *found = schema_find(schema, object);

	return found && lg_digest_equal(&found->digest, &object->digest);
}

size_t schema_parent_length(const char *identity)
{
	bool is_quoted = false;
	size_t parent = 0;

	for (size_t i = 0; identity[i] && (is_quoted || identity[i] != '('); i++) {
		if (identity[i] == '"')
			is_quoted = !is_quoted;
		else if (identity[i] == '.' && !is_quoted)
			parent = i;
	}
	return parent;
}

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SCHEMA_H
#define LOCKGATE_GATE_SCHEMA_H

/*
 * A schema as a list of objects, so that what it is can be held against what it was. A plain value:
 * drivers fill it, the gate reads it. Pure.
 *
 * An object is known by kind and identity. Its definition is text for people, one property a line,
 * and the same for equal objects whatever the session has set. An identity is names divided by
 * dots, quoted where they must be; what belongs to a table begins with the identity of the table.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"

/*
 * The object that stands for the server: its definition is the release that wrote the definitions.
 * It is recorded with every schema, also an empty one.
 */
#define SCHEMA_SERVER "server"

struct schema_object {
	const char *kind, *identity, *definition;
	struct lg_digest digest; /* of the definition */
};

/* Objects of a kind that is not looked at. */
struct schema_gap {
	const char *kind; /* in plural */
	uint64_t count;
};

struct schema {
	struct schema_object *objects; /* sorted by schema_sort() */
	size_t count;
	struct schema_gap *gaps;
	size_t gap_count;
	const char *release;     /* of the server that wrote the definitions; NULL: none is known */
	struct lg_arena strings; /* owns every text above */
};

/* What the history has recorded of a schema. */
struct schema_record {
	struct schema schema;    /* `release` is NULL where nothing was recorded yet */
	struct schema others;    /* by other projects in the same database; without definitions */
	const char *batch_id;    /* that recorded last; NULL: none */
	const char *last_run;    /* the batch that applied or reverted last; NULL: none */
	struct lg_arena strings; /* owns both */
};

void schema_init(struct schema *schema);
void schema_release(struct schema *schema);

void schema_record_init(struct schema_record *record);
void schema_record_release(struct schema_record *record);

/* Adds an object; texts are copied, and the definition is digested. One of SCHEMA_SERVER tells the
 * release instead. */
void schema_add(
	struct schema *schema, const char *kind, const char *identity, const char *definition);

/* Likewise, of an object of which no more than the digest is known. */
void schema_add_digest(struct schema *schema, const char *kind, const char *identity,
	const struct lg_digest *digest);

void schema_add_gap(struct schema *schema, const char *kind, uint64_t count);

/* Sorts the objects by kind, then identity, in byte order. */
void schema_sort(struct schema *schema);

/* The order of schema_sort(). */
int schema_object_compare(const struct schema_object *left, const struct schema_object *right);

/* The object of that kind and identity, or NULL; objects must be sorted. */
const struct schema_object *schema_find(
	const struct schema *schema, const struct schema_object *key);

/* True if the schema has this very object, definition and all. */
bool schema_has(const struct schema *schema, const struct schema_object *object);

/*
 * The length of the part of `identity` that names what it belongs to: all before the last dot
 * outside of quotes and parentheses; 0 for none.
 */
size_t schema_parent_length(const char *identity);

#endif

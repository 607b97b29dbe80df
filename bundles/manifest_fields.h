/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_MANIFEST_FIELDS_H
#define LOCKGATE_BUNDLES_MANIFEST_FIELDS_H

/*
 * What stands between the blanks of a manifest's line. A field is borrowed from the manifest and
 * has no NUL. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "bundles/migration.h"

struct manifest_field {
	const char *text;
	size_t len;
};

static inline bool manifest_field_is(struct manifest_field field, const char *text)
{
	return field.len == strlen(text) && memcmp(field.text, text, field.len) == 0;
}

/* The bytes of a text that stand for themselves; all others are encoded. */
static inline bool manifest_is_plain(char character)
{
	return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
	       (character >= 'a' && character <= 'z') || character == '.' || character == '_' ||
	       character == '-';
}

/* A decimal number without leading zeros, up to `max`. Errors: LG_FORMAT, LG_LIMIT (above it). */
LG_MUST_USE
enum lg_status manifest_read_number(
	struct manifest_field field, uint64_t max, uint64_t *out, struct lg_error *err);

/* A percent-encoded text, decoded into `strings`. Errors: LG_FORMAT (bad code, not UTF-8). */
LG_MUST_USE
enum lg_status manifest_decode(struct manifest_field field, struct lg_arena *strings,
	const char **out, struct lg_error *err);

/* True if a text that was decoded without error has codes where they must be and nowhere else. */
bool manifest_is_encoded(struct manifest_field field);

/* LG_FORMAT: the facts are right, but their text is another. */
LG_MUST_USE enum lg_status manifest_refuse_form(struct lg_error *err);

/*
 * The `key=value` fields of a script's line, in their one right form; sets all of *out but the
 * offset. Errors: LG_FORMAT, LG_LIMIT.
 */
LG_MUST_USE
enum lg_status manifest_read_script(const struct manifest_field *fields, size_t count,
	enum script_role role, struct lg_arena *strings, struct migration_part *out,
	struct lg_error *err);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_VARIANT_H
#define LOCKGATE_BUNDLES_VARIANT_H

/*
 * Files and folders that are for one engine among several: `0001_users.postgres.up.sql` beside
 * `0001_users.mysql.up.sql`, or the folders `sqlite/` and `postgres/`. Pure.
 */

#include <stddef.h>

#include "bundles/lexer.h"

enum variant {
	VARIANT_COMMON, /* the name says nothing of an engine */
	VARIANT_OURS,
	VARIANT_OTHER,
};

/* What a whole word, such as the name of a folder, says; `wanted` is --variant's value or NULL. */
enum variant variant_of_word(
	const char *word, size_t len, enum sql_dialect engine, const char *wanted);

/*
 * What the parts between the dots of a file's name say; the first and the last part are not looked
 * at. *out_offset and *out_len are then the part and the dot before it.
 */
enum variant variant_of_file(const char *name, enum sql_dialect engine, const char *wanted,
	size_t *out_offset, size_t *out_len);

#endif
